//! The stable ids of diagnostics and their long explanations.

/// What kind of mistake it is. Ids are never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// `MD0001`
    NoCrate,
    /// `MD0002`
    Syntax,
    /// `MD0003`
    ModuleFile,
    /// `MD0004`
    Configuration,
    /// `MD0005`
    Unsupported,
    /// `MD0006`
    UnknownMacro,
    /// `MD0007`
    NoApi,
    /// `MD0008`
    NoDriver,
    /// `MD0009`
    Attribute,
    /// `MD0010`
    UserInAtomic,
    /// `MD0011`
    UserNeedsKernel,
    /// `MD0012`
    CannotCross,
    /// `MD0013`
    StateField,
    /// `MD0014`
    SleepsInAtomic,
    /// `MD0015`
    NoDevice,
    /// `MD0016`
    NoUserRuntime,
    /// `MD0017`
    Output,
    /// `MD0018`
    Literal,
    /// `MD0019`
    LockOrder,
    /// `MD0020`
    LockTwice,
    /// `MD0021`
    TwoCopies,
    /// `MD0022`
    Provenance,
    /// `MD0030`
    MissingEdge,
    /// `MD0031`
    UnmatchedFunction,
    /// `MD0032`
    NoWitness,
    /// `MD0033`
    MissingField,
    /// `MD0034`
    LinkedCrossing,
    /// `MD0035`
    MissingLock,
    /// `MD0040`
    NoPlacement,
    /// `MD0041`
    BudgetWithoutTotal,
    /// `MD0042`
    OverBudget,
    /// `MD0043`
    UnknownFunction,
    /// `MD0050`
    TooManyFunctions,
    /// `MD0055`
    Profile,
    /// `MD0056`
    ProfilesDiffer,
    /// `MD0057`
    ProfileStale,
    /// `MD0058`
    Recording,
    /// `MD0059`
    RecordingKernel,
    /// `MD0060`
    RecordingEmpty,
    /// `MD0061`
    Object,
    /// `MD0062`
    PlanFile,
    /// `MD0063`
    PlanStale,
    /// `MD0064`
    PlanPlacement,
    /// `MD0065`
    TooDeep,
    /// `MD0066`
    NoCounts,
    /// `MD0070`
    OtherPlan,
    /// `MD0071`
    ReportFile,
    /// `MD0080`
    NoSplit,
    /// `MD0081`
    KernelDirectory,
    /// `MD0082`
    NoCompiler,
    /// `MD0083`
    BuildStep,
    /// `MD0090`
    SearchGivenUp,
    /// `MD0091`
    Strangers,
    /// `MD0092`
    RecordingParts,
    /// `MD0093`
    NoDebugInformation,
}

struct Entry {
    code: Code,
    id: &'static str,
    text: &'static str,
}

const CATALOGUE: &[Entry] = &[
    Entry {
        code: Code::NoCrate,
        id: "MD0001",
        text: "there is no crate at the path.

The argument is the directory of a driver: one that holds a Cargo.toml with a [package] and a library.
cargo must be able to read that manifest.

Wrong:
    pcnet-partition analyze drivers             # holds drivers, is none

Right:
    pcnet-partition analyze drivers/pcnet32",
    },
    Entry {
        code: Code::Syntax,
        id: "MD0002",
        text: "the driver does not parse.

The partitioner reads the same Rust as the compiler. Build the driver unsplit first: what the compiler
refuses, the partitioner refuses too.

Wrong:
    const STATUS: u16 = ;

Right:
    const STATUS: u16 = 0;",
    },
    Entry {
        code: Code::ModuleFile,
        id: "MD0003",
        text: "the file of a module is missing or cannot be read.

A module `name` is in `name.rs` or `name/mod.rs`, as for the compiler. Modules are files in a driver: the
emitted crates have the same ones.

Wrong:
    mod chip;                                   // and there is no src/chip.rs

Right:
    mod chip;                                   // with src/chip.rs or src/chip/mod.rs",
    },
    Entry {
        code: Code::Configuration,
        id: "MD0004",
        text: "a `cfg` that the partitioner cannot decide.

It decides `test` (never set), `not`, `all` and `any`, on items of a module. Anything else would make two
drivers out of one source, and only one of them would have been analysed.

Wrong:
    #[cfg(feature = \"ethtool\")]
    mod ethtool;

Right:
    mod ethtool;",
    },
    Entry {
        code: Code::Unsupported,
        id: "MD0005",
        text: "an item that the partitioner does not understand.

Nothing is dropped silently: what cannot be analysed is refused. Inline modules, macros defined by the
driver, foreign items, unions, generic impl blocks of the driver state and default bodies in the driver's
own traits are among these.

Wrong:
    mod chip {
        const STATUS: u16 = 0;
    }

Right:
    mod chip;                                   // with the constant in src/chip.rs",
    },
    Entry {
        code: Code::UnknownMacro,
        id: "MD0006",
        text: "a macro whose expansion is not known.

Calls inside a macro's arguments must be seen. Known are the macros of core and of the driver API that take
expressions (`assert!`, `matches!`, `write!`, `dev_info!`, ...). Write a function instead of a macro.

Wrong:
    check_all!(self.start(), self.wait());

Right:
    check_all(&[self.start(), self.wait()]);",
    },
    Entry {
        code: Code::NoApi,
        id: "MD0007",
        text: "the driver API cannot be found or read.

A driver depends on the kernel runtime under the name `microdriver`, by path:
    microdriver = { package = \"runtime-kernel\", path = \"...\" }
The partitioner reads its sources to learn what the API offers in which half.

Wrong:
    [dependencies]
    runtime-kernel = { path = \"../../runtime-kernel\" }

Right:
    [dependencies]
    microdriver = { package = \"runtime-kernel\", path = \"../../runtime-kernel\" }",
    },
    Entry {
        code: Code::NoDriver,
        id: "MD0008",
        text: "no driver state, or more than one.

One struct of the driver implements the traits of the API through which the kernel calls (those with
`#[root]` methods). That struct is the driver's state, and all roots are on it.

Wrong:
    impl Driver for Card { ... }
    impl NetOperations for Port { ... }

Right:
    impl Driver for Card { ... }
    impl NetOperations for Card { ... }",
    },
    Entry {
        code: Code::Attribute,
        id: "MD0009",
        text: "attributes that are malformed or contradict each other.

`#[kernel_path]` and `#[user_path]` take no arguments, and a function has at most one of them. `#[root]`,
`#[service]` and `#[kernel_only]` belong to the runtimes, not to a driver.

Wrong:
    #[kernel_path]
    #[user_path]
    fn start(&self) { ... }

Right:
    #[kernel_path]
    fn start(&self) { ... }",
    },
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
    Entry {
        code: Code::MissingEdge,
        id: "MD0030",
        text: "the compiler sees a call that the call graph has not.

`verify` has the compiler print what each function calls, drops and hands on, and looks for each of these in the
graph by which functions are placed. One that is missing is a mistake of the partitioner, not of the driver: a
function could be taken away from a caller that needs it. The labels show the call and what it calls. Until the
partitioner is mended, write the call so that it is seen: name the type of the receiver, or call by path.

Wrong:
    let port = self.choose(wanted);             // of a type that the graph does not see
    port.reset();

Right:
    let port: Port = self.choose(wanted);
    Port::reset(&port);",
    },
    Entry {
        code: Code::UnmatchedFunction,
        id: "MD0031",
        text: "the compiler sees a function that the call graph has not.

Either it calls something that looks like a function of the crate and is none of those in the graph, or it
prints the body of a function that is not there. What the graph does not have cannot be placed. A macro may have
made the function; write it out.

Wrong:
    accessors!(read, write);                    // a macro of another crate makes two functions

Right:
    fn read(&self) -> u32 { ... }
    fn write(&self, value: u32) { ... }",
    },
    Entry {
        code: Code::NoWitness,
        id: "MD0032",
        text: "the compiler could not be asked.

`verify` compiles the crate with cargo, for this machine, without optimisation, into a target directory of its
own. What keeps it from compiling keeps the call graph from being verified.

Wrong:
    pcnet-partition verify drivers/does-not-build

Right:
    pcnet-partition verify drivers/pcnet32      # cargo build accepts it",
    },
    Entry {
        code: Code::MissingField,
        id: "MD0033",
        text: "the compiler sees a function touch a field that the analysis does not know of.

A crossing carries the fields of the state that the called function may touch, and the plan lists them. `verify`
reads in the compiler's MIR which fields of the state each function touches. One that is missing is a mistake of
the partitioner; until it is mended, name the field in the function itself.

Wrong:
    fn total(&self) -> u32 { sum!(self) }           // a macro reads `self.counters`

Right:
    fn total(&self) -> u32 { sum!(self.counters.lock()) }",
    },
    Entry {
        code: Code::LinkedCrossing,
        id: "MD0034",
        text: "in the linked kernel half, what may not sleep reaches a crossing.

The object that is linked into the module says by its relocations which function refers to which. From no root that
the kernel calls in atomic context may there be a way to the functions that wait for the user half. The notes show
the way that was found. A module with such a way can hang the machine; it is not made.

Wrong:
    fn poll(&self, budget: u32) -> u32 {            // an atomic root
        self.report_link();                         // in the user half
        budget
    }

Right:
    fn poll(&self, budget: u32) -> u32 {
        self.link_work.schedule(0);                 // a worker calls the user half
        budget
    }",
    },
    Entry {
        code: Code::MissingLock,
        id: "MD0035",
        text: "the compiler sees a function take a lock that the analysis does not know of.

In which order locks are taken, what a function may do while it holds one, and what a crossing brings along follow from
which locks each function takes. `verify` reads in the compiler's MIR which locks of the state these are. One that is
missing is a mistake of the partitioner; until it is mended, take the lock by the name of its field.

Wrong:
    fn level(&self) -> u32 { peek!(self).level }    // a macro takes `self.settings`

Right:
    fn level(&self) -> u32 { self.settings.lock().level }",
    },
    Entry {
        code: Code::NoPlacement,
        id: "MD0040",
        text: "annotations, calls and touches that contradict each other.

The labels are a smallest core: without any one of them there is a placement. They form a chain from what has to be in
the kernel (a pin, a kernel-only type, an atomic root) through calls that cannot cross to what must not be there.

Wrong:
    #[kernel_path]
    fn start(&self) { self.count(&|| 1); }
    #[user_path]
    fn count(&self, of: &dyn Fn() -> u32) { ... }   // cannot cross

Right:
    #[kernel_path]
    fn start(&self) { self.count(&|| 1); }
    fn count(&self, of: &dyn Fn() -> u32) { ... }   // stays with its caller",
    },
    Entry {
        code: Code::BudgetWithoutTotal,
        id: "MD0041",
        text: "a budget without a profile that says what it is a share of.

`--budget 5%` is a share of the instructions that the machine executed while a profile was recorded: the profile's
`total`. Without one, say what a line in the kernel is worth with `--lambda` instead.

Wrong:
    pcnet-partition analyze drivers/pcnet32 --budget 5%

Right:
    pcnet-partition analyze drivers/pcnet32 --profile profiles/pcnet32/bulk.json --budget 5%",
    },
    Entry {
        code: Code::OverBudget,
        id: "MD0042",
        text: "no plan stays within the budget.

Even with as much in the kernel as annotations allow, the crossings that are left cost more, by what was recorded.
`pcnet-partition why` says of a function in the user half what keeps it there.

Wrong:
    pcnet-partition analyze drivers/pcnet32 --profile profiles/pcnet32/bulk.json --budget 0%

Right:
    pcnet-partition analyze drivers/pcnet32 --profile profiles/pcnet32/bulk.json --budget 5%",
    },
    Entry {
        code: Code::UnknownFunction,
        id: "MD0043",
        text: "no function of the driver has that name, or more than one has it.

Functions are named as in the plan: the last module or the type, and the name, such as `Port::number` or `chip::read`. The name
alone is enough if only one function has it.

Wrong:
    pcnet-partition why drivers/pcnet32 read        # several have this name

Right:
    pcnet-partition why drivers/pcnet32 chip::read",
    },
    Entry {
        code: Code::TooManyFunctions,
        id: "MD0050",
        text: "the driver has more functions than an instrumented build can count.

`split --instrument` gives each function a number, and the tables that are counted in have room for 32,767 of
them. Such a driver can be profiled with the kernel's own tools.

Wrong:
    pcnet-partition split drivers/enormous --out target/split --instrument

Right:
    perf script > perf.txt
    pcnet-partition profile import perf.txt --driver drivers/enormous",
    },
    Entry {
        code: Code::Profile,
        id: "MD0055",
        text: "a file that is not a profile.

A profile is JSON of one version (docs/profiles.md has the format): fields are known, names are short and there once,
counts are whole numbers. An instrumented build and `profile import` write such files.

Wrong:
    pcnet-partition analyze drivers/pcnet32 --profile perf.data

Right:
    pcnet-partition profile import perf.txt --driver drivers/pcnet32 > profile.json
    pcnet-partition analyze drivers/pcnet32 --profile profile.json",
    },
    Entry {
        code: Code::ProfilesDiffer,
        id: "MD0056",
        text: "profiles that do not add up.

Counts of different drivers, of different versions of a source or in different units have no sum that means
anything.

Wrong:
    pcnet-partition profile merge of-pcnet32.json of-another-driver.json

Right:
    pcnet-partition profile merge of-pcnet32-in-may.json of-pcnet32-in-june.json",
    },
    Entry {
        code: Code::ProfileStale,
        id: "MD0057",
        text: "a profile of another source version.

The fingerprint in a profile is that of the source that was recorded. Counts of another version would be laid on
functions that do something else now. Record again.

Wrong:
    git switch older
    pcnet-partition analyze drivers/pcnet32 --profile recorded-on-main.json

Right:
    git switch main
    pcnet-partition analyze drivers/pcnet32 --profile recorded-on-main.json",
    },
    Entry {
        code: Code::Recording,
        id: "MD0058",
        text: "a recording that cannot be read.

`profile import` reads text: what `perf script` prints, the trace files of ftrace's function and function_graph
tracers, the maps that bpftrace prints, and histograms of hist triggers. Files of the tools' own binary formats have to
be printed by these tools first.

Wrong:
    pcnet-partition profile import perf.data --driver drivers/pcnet32

Right:
    perf script > perf.txt
    pcnet-partition profile import perf.txt --driver drivers/pcnet32",
    },
    Entry {
        code: Code::RecordingKernel,
        id: "MD0059",
        text: "a recording and an object of different kernels.

Addresses and offsets only mean something in the very build that was recorded. The release that the recording names,
`--kernel`, and the release that the module was built for have to be the same, and so have build ids.

Wrong:
    pcnet-partition profile import perf.txt --driver drivers/pcnet32 --kernel 6.12.1 --object built-for-6.1.ko

Right:
    pcnet-partition profile import perf.txt --driver drivers/pcnet32 --kernel 6.12.1 --object built-for-6.12.1.ko",
    },
    Entry {
        code: Code::RecordingEmpty,
        id: "MD0060",
        text: "a recording without anything of the driver.

No symbol in it is a function of the driver. Either it was not loaded, or its functions were not traced, or the
compiler inlined them all: then `--object` with debug information finds them.

Wrong:
    rmmod card_md; perf record -a sleep 10       # the driver was not there

Right:
    insmod card_md.ko; perf record -a sleep 10",
    },
    Entry {
        code: Code::Object,
        id: "MD0061",
        text: "an object that cannot be read.

`--object` takes the ELF file that ran: the module, or the kernel half that it was linked from, best with debug
information.

Wrong:
    pcnet-partition profile import perf.txt --driver drivers/pcnet32 --object drivers/pcnet32/src/lib.rs

Right:
    pcnet-partition profile import perf.txt --driver drivers/pcnet32 --object target/out/card_md.ko",
    },
    Entry {
        code: Code::PlanFile,
        id: "MD0062",
        text: "a file that is not a plan.

`split` writes plan.json, `repartition --apply` a shorter one (docs/profiles.md has the format). Both are read as
wishes: where each function should live.

Wrong:
    pcnet-partition split drivers/pcnet32 --out target/split --plan profile.json

Right:
    pcnet-partition split drivers/pcnet32 --out target/split --plan plan.json",
    },
    Entry {
        code: Code::PlanStale,
        id: "MD0063",
        text: "a plan for another driver or another source version.

A plan names functions by the fingerprint of their source. After a change of the source, somebody has to decide again:
run `repartition`, or start from the default.

Wrong:
    edit drivers/card/src/net.rs
    pcnet-partition split drivers/pcnet32 --out target/split --plan of-yesterday.json

Right:
    pcnet-partition repartition drivers/pcnet32 --profile profile.json --apply plan.json
    pcnet-partition split drivers/pcnet32 --out target/split --plan plan.json",
    },
    Entry {
        code: Code::PlanPlacement,
        id: "MD0064",
        text: "a plan that cannot be kept.

It names a function that the driver does not have, contradicts an annotation, or puts a function where the rest of the
plan does not let it be.

Wrong:
    { \"function\": \"Card::start_xmit\", \"placement\": \"user\" }    // is #[kernel_path]

Right:
    { \"function\": \"Card::start_xmit\", \"placement\": \"kernel\" }",
    },
    Entry {
        code: Code::TooDeep,
        id: "MD0065",
        text: "a source file that is too large or nested too deeply.

Brackets within brackets cost stack, in this command as in the compiler. No driver that people write comes near the
limits.

Wrong:
    fn deep() -> u32 { ((((((((((((((((((((((((((( ... )))))))))))))))))))))))))) }

Right:
    fn deep() -> u32 { let inner = ...; outer(inner) }",
    },
    Entry {
        code: Code::NoCounts,
        id: "MD0066",
        text: "a profile that does not count calls.

Samples say where time goes, not how often a function is called; what a crossing would cost depends on the latter.
Record with an instrumented build, with ftrace or with probes.

Wrong:
    perf record -e cycles -a sleep 10               # says where time goes

Right:
    trace-cmd record -p function -l 'card_md:*'   # counts calls",
    },
    Entry {
        code: Code::OtherPlan,
        id: "MD0070",
        text: "a plan to compare with cannot be read.

It is a `plan.json` that `split` or `analyze --format json` wrote for the same driver, with the same schema.

Wrong:
    pcnet-partition report drivers/pcnet32 --html report.html --against Cargo.toml

Right:
    pcnet-partition report drivers/pcnet32 --html report.html --against profiles/plan.json",
    },
    Entry {
        code: Code::ReportFile,
        id: "MD0071",
        text: "the report cannot be written.

It is written beside its place and renamed, so the old one stays as long as the new one is not whole.

Wrong:
    pcnet-partition report drivers/pcnet32 --html nowhere/report.html

Right:
    pcnet-partition report drivers/pcnet32 --html report.html",
    },
    Entry {
        code: Code::NoSplit,
        id: "MD0080",
        text: "a directory that is no split.

`build` takes what `split` wrote: both crates and plan.json. What the plan says goes into C, a manifest and names of
files, so a plan with names that are none is refused.

Wrong:
    pcnet-partition build drivers/pcnet32 --kernel-dir /lib/modules/$(uname -r)/build --out target/out

Right:
    pcnet-partition split drivers/pcnet32 --out target/split
    pcnet-partition build target/split --kernel-dir /lib/modules/$(uname -r)/build --out target/out",
    },
    Entry {
        code: Code::KernelDirectory,
        id: "MD0081",
        text: "a kernel that cannot be built for.

A module is built for one kernel, whose headers package holds its configuration and its build system. The directory is
the one that `make -C` takes. Kernels older than the oldest that the runtime knows are refused.

Wrong:
    pcnet-partition build target/split --kernel-dir /usr/src --out target/out

Right:
    apt-get install linux-headers-$(uname -r)
    pcnet-partition build target/split --kernel-dir /lib/modules/$(uname -r)/build --out target/out",
    },
    Entry {
        code: Code::NoCompiler,
        id: "MD0082",
        text: "no Rust compiler that can build for a kernel.

The kernel half has its own `core`, built with the flags that the kernel's configuration demands. So the compiler has to
come with the source of `core`. MICRODRIVER_RUSTC names one; otherwise the one in PATH is taken, or Debian's.

Wrong:
    rustup component remove rust-src

Right:
    rustup component add rust-src               # on Debian: apt-get install rustc-web rust-web-src",
    },
    Entry {
        code: Code::BuildStep,
        id: "MD0083",
        text: "a step of the build that failed.

`build` runs cargo, the linker and other tools of binutils, and the kernel's own build system. One of them is not
installed, or refused what it was given, or warned about the module. What it said is in the diagnostic.

Wrong:
    apt-get remove make
    pcnet-partition build target/split --kernel-dir /lib/modules/$(uname -r)/build --out target/out

Right:
    apt-get install make binutils gcc
    pcnet-partition build target/split --kernel-dir /lib/modules/$(uname -r)/build --out target/out",
    },
    Entry {
        code: Code::SearchGivenUp,
        id: "MD0090",
        text: "a plan within a budget that may not be the best.

The plan with the fewest lines within a budget is searched for; in a large driver with many nearly equal choices, the
search is given up after a fixed amount of work. The plan stays within the budget, and another one may have fewer lines:
the warning says how many at most. A plan for a price is always the best there is.

Wrong:
    pcnet-partition analyze drivers/large --profile profile.json --budget 5%    # and the warning is not read

Right:
    pcnet-partition analyze drivers/large --profile profile.json --lambda 2000",
    },
    Entry {
        code: Code::Strangers,
        id: "MD0091",
        text: "functions in a profile that the driver does not have.

They count for nothing. A function that the driver had and lost is no reason to record again; many of them are.

Wrong:
    { \"functions\": { \"Card::opne\": { \"calls\": 3 } } }

Right:
    { \"functions\": { \"Card::open\": { \"calls\": 3 } } }",
    },
    Entry {
        code: Code::RecordingParts,
        id: "MD0092",
        text: "parts of a recording that could not be used.

Lines that were not understood, addresses without a symbol, calls whose end is not in the recording: what is missing in
the recording is missing in the profile. Each kind is counted, with the first lines that it is in.

Wrong:
    timeout -s KILL 10 cat trace_pipe > trace.txt     # ends within a line

Right:
    echo 0 > tracing_on; cat trace > trace.txt",
    },
    Entry {
        code: Code::NoDebugInformation,
        id: "MD0093",
        text: "an object without debug information.

Which function was inlined where is only there. Without it, what was inlined counts for the function that it was inlined
into. `build` leaves an object with debug information beside the module.

Wrong:
    pcnet-partition profile import perf.txt --driver drivers/card --object target/out/card_md.ko

Right:
    pcnet-partition profile import perf.txt --driver drivers/card --object target/out/card_md.debug.o",
    },
];

impl Code {
    /// The stable id.
    pub fn id(self) -> &'static str {
        CATALOGUE
            .iter()
            .find(|entry| entry.code == self)
            .map_or("MD0000", |entry| entry.id)
    }

    /// Whether this is about the run (a missing file) and not about what the driver says.
    pub const fn is_failure(self) -> bool {
        matches!(
            self,
            Code::NoCrate
                | Code::NoApi
                | Code::NoUserRuntime
                | Code::Output
                | Code::Provenance
                | Code::OtherPlan
                | Code::ReportFile
                | Code::NoWitness
                | Code::Profile
                | Code::BudgetWithoutTotal
                | Code::OverBudget
                | Code::UnknownFunction
                | Code::ProfilesDiffer
                | Code::ProfileStale
                | Code::Recording
                | Code::RecordingKernel
                | Code::RecordingEmpty
                | Code::Object
                | Code::PlanFile
                | Code::PlanStale
                | Code::NoCounts
                | Code::NoSplit
                | Code::KernelDirectory
                | Code::NoCompiler
                | Code::BuildStep
        )
    }

    /// Whether the run goes on.
    pub const fn is_warning(self) -> bool {
        matches!(
            self,
            Code::SearchGivenUp | Code::Strangers | Code::RecordingParts | Code::NoDebugInformation
        )
    }
}

/// What is known of an id, in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The id.
    pub id: &'static str,
    /// What it is about: a lowercase fragment.
    pub title: &'static str,
    /// Whether it is about the run, and not about what the driver says.
    pub failure: bool,
    /// Whether the run goes on.
    pub warning: bool,
    /// The long explanation: what it means, an example of it, and the same done right.
    pub text: &'static str,
}

/// Every diagnostic there is, by id.
pub fn all() -> impl Iterator<Item = Summary> {
    CATALOGUE.iter().map(|entry| Summary {
        id: entry.id,
        title: entry
            .text
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end_matches('.'),
        failure: entry.code.is_failure(),
        warning: entry.code.is_warning(),
        text: entry.text,
    })
}

/// The long explanation of an id, as `--explain` prints it.
pub fn explain(id: &str) -> Option<String> {
    let entry = CATALOGUE
        .iter()
        .find(|entry| entry.id.eq_ignore_ascii_case(id))?;
    Some(format!("{}: {}\n", entry.id, entry.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_distinct_and_in_order() {
        assert!(CATALOGUE.is_sorted_by(|one, next| one.id < next.id && one.code < next.code));
        for entry in CATALOGUE {
            assert_eq!(entry.code.id(), entry.id);
            assert!(explain(entry.id).is_some_and(|text| text.starts_with(entry.id)));
        }
    }
}
