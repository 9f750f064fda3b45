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
    /// `MD0070`
    OtherPlan,
    /// `MD0071`
    ReportFile,
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
    defers-unsplit = true

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
    defers-unsplit = true

Right:
    [package.metadata.microdriver]
    defers-unsplit = true
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
                | Code::OtherPlan
                | Code::ReportFile
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
        for (index, entry) in CATALOGUE.iter().enumerate() {
            assert_eq!(entry.code as usize, index, "{}", entry.id);
            assert!(
                index == 0 || CATALOGUE[index - 1].id < entry.id,
                "{}",
                entry.id
            );
            assert!(explain(entry.id).is_some_and(|text| text.starts_with(entry.id)));
        }
    }
}
