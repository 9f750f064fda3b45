//! MD0010 to MD0022: drivers that cannot be split, and halves that cannot be written or merged.

use super::{Code, Entry};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: Code::UserInAtomic,
        id: "MD0010",
        text: "a `#[user_path]` function is reached from an atomic root.

The kernel calls an atomic root where it may not sleep, and whoever holds a spin lock may not sleep either; a
crossing waits for a process, so it sleeps. The labels show the calls from the root, or from where the lock
is held, to the function. Break the path, defer the call, or give the function to the kernel.

Wrong:
    fn interrupt(&self) -> IrqReturn {          // an atomic root
        self.report_link();                     // is #[user_path]
        IrqReturn::Handled
    }

Right:
    fn interrupt(&self) -> IrqReturn {
        self.link_work.queue();                 // a worker calls report_link
        IrqReturn::Handled
    }",
    },
    Entry {
        code: Code::UserNeedsKernel,
        id: "MD0011",
        text: "a `#[user_path]` function touches what only the kernel has.

Spin locks, rings, DMA memory, socket buffers and NAPI do not exist in the user half, and neither do the
state's fields that hold them. Move that part into a function of its own, which stays in the kernel.

Wrong:
    #[user_path]
    fn statistics(&self) -> Result<Counters> {
        let rings = self.rings.lock();          // a SpinLock
        Ok(describe(rings.counters))
    }

Right:
    #[user_path]
    fn statistics(&self) -> Result<Counters> {
        Ok(describe(self.counters()?))          // counters() takes the lock, in the kernel
    }",
    },
    Entry {
        code: Code::CannotCross,
        id: "MD0012",
        text: "a signature that cannot cross.

The arguments and the result of a crossing are sent as values: each type must have a wire form
(`#[derive(Wire)]`), by value or behind `&`. A function that the kernel calls in the user half returns
`Result`, because the user half may be gone.

Wrong:
    #[user_path]
    fn choose(&self, wanted: &Wish) { ... }     // struct Wish(u8);

Right:
    #[user_path]
    fn choose(&self, wanted: &Wish) -> Result<()> { ... }   // #[derive(Wire)] struct Wish(u8);",
    },
    Entry {
        code: Code::StateField,
        id: "MD0013",
        text: "a field of the driver state cannot be shared.

A plain field is sent to the user half once, so its type needs a wire form (`#[derive(Wire)]`); the type in a
`Mutex` crosses field by field, so it needs `#[derive(State)]`.

Wrong:
    struct Settings { level: u32 }
    struct Card { settings: Mutex<Settings>, ... }

Right:
    #[derive(Clone, Wire, State)]
    struct Settings { level: u32 }
    struct Card { settings: Mutex<Settings>, ... }",
    },
    Entry {
        code: Code::SleepsInAtomic,
        id: "MD0014",
        text: "what may not sleep reaches a service that may.

The kernel calls the root where it may not sleep; nor may anyone while a spin lock or a register transaction
is held, that is until its guard is dropped. The labels show the calls from the root to the service.

In an unsplit driver this includes the deferrable roots, unless the kernel runtime calls those from a worker
and says so:
    [package.metadata.microdriver]
    defers = true

Wrong:
    fn poll(&self, budget: u32) -> u32 {        // an atomic root
        self.settings.lock().weight             // a Mutex
    }

Right:
    fn poll(&self, budget: u32) -> u32 {
        self.weight.load()                      // an AtomicU32
    }",
    },
    Entry {
        code: Code::NoDevice,
        id: "MD0015",
        text: "the driver state has no field of type `Device`.

The device is the channel between the halves: a stub calls the other half through it.

Wrong:
    struct Card { registers: Registers }

Right:
    struct Card { device: Device, registers: Registers }",
    },
    Entry {
        code: Code::NoUserRuntime,
        id: "MD0016",
        text: "the package of the user runtime is not known.

The kernel runtime says where its counterpart is, relative to its own directory:
    [package.metadata.microdriver]
    user = \"../runtime-user\"

Wrong:
    [package.metadata.microdriver]              # in the Cargo.toml of the kernel runtime
    defers = true

Right:
    [package.metadata.microdriver]
    defers = true
    user = \"../runtime-user\"",
    },
    Entry {
        code: Code::Output,
        id: "MD0017",
        text: "the emitted crates cannot be written.

The output directory is replaced as a whole, and only if it holds nothing but what a split wrote before.

Wrong:
    pcnet-partition split drivers/pcnet32 --out /home/me

Right:
    pcnet-partition split drivers/pcnet32 --out /home/me/pcnet32-split",
    },
    Entry {
        code: Code::Literal,
        id: "MD0018",
        text: "the build cannot read a module parameter or a device number.

The kernel wants to find both in the module itself, so they are generated from the driver's source: PARAMETERS and IDS
are lists (or constants that are lists) of Parameter::int, Parameter::per_card and PciId::new(..), the latter also
.with_class(..). Their arguments are literals; a number computed elsewhere would be missing from the module.

Wrong:
    const PARAMETERS: &[Parameter] = &[Parameter::int(\"debug\", LEVEL, \"messages\")];

Right:
    const PARAMETERS: &[Parameter] = &[Parameter::int(\"debug\", -1, \"messages\")];",
    },
    Entry {
        code: Code::LockOrder,
        id: "MD0019",
        text: "locks are taken in an order that can deadlock.

One place takes the lock B while it holds A, another takes A while it holds B, directly or through calls, in
either half. Two processors that do so at the same time wait for each other for ever. The labels show both ways:
where the first lock is taken, the calls from there, and where the second one is. Decide on one order.

Wrong:
    fn start(&self) {
        let settings = self.settings.lock();
        self.notes.lock().level = settings.level;
    }
    fn note(&self) {
        let notes = self.notes.lock();
        self.settings.lock().level = notes.level;
    }

Right:
    fn note(&self) {
        let level = self.notes.lock().level;        // let go at the end of the statement
        self.settings.lock().level = level;
    }",
    },
    Entry {
        code: Code::LockTwice,
        id: "MD0020",
        text: "a lock is taken by who holds it already.

No lock of the driver API is reentrant: who takes one twice waits for itself. The labels show where the lock is
taken first, the calls from there, and where it is taken again. Let go of the guard before, or hand it on.

A guard lives to the end of its block, also when its name is shadowed; one without a name lives to the end of its
statement, and through the arms of a `match` on it. `let _ = lock()` lets go at once.

Wrong:
    let settings = self.settings.lock();
    self.choose(&settings.port)?;                   // takes `settings` itself

Right:
    let port = self.settings.lock().port;
    self.choose(&port)?;",
    },
    Entry {
        code: Code::TwoCopies,
        id: "MD0021",
        text: "each half would have its own copy of something that changes.

The kernel has the only master copy of what both halves use: a `Mutex` or an `Atomic*` of the driver API in the
driver's state. A `static`, or a plain field, that can change behind a shared reference (an atomic or a cell of
`core`) would exist once in each half: what one half writes the other would never see. Put it into the state as
an atomic of the driver API or in a `Mutex`, or keep all that names it in one half.

Wrong:
    static CALLS: core::sync::atomic::AtomicU32 = core::sync::atomic::AtomicU32::new(0);

Right:
    struct Card { calls: microdriver::AtomicU32, device: Device }",
    },
    Entry {
        code: Code::Provenance,
        id: "MD0022",
        text: "the halves cannot be merged.

`merge` makes the source again from both crates and provenance.jsonl, as a split wrote them. Where one of them
was changed since, or is missing, what it would make is not the source, so it makes nothing.

Wrong:
    pcnet-partition split driver --out halves
    sed -i s/old/new/ halves/kernel/src/lib.rs
    pcnet-partition merge halves --out source

Right:
    pcnet-partition split driver --out halves
    pcnet-partition merge halves --out source",
    },
];
