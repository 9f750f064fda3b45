//! MD0001 to MD0009: sources that cannot be read as a driver.

use super::{Code, Entry};

pub(super) const ENTRIES: &[Entry] = &[
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
];
