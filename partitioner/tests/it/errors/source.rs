//! Sources that are no driver.

use partitioner::command::{FAILURE, FINDING};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "does-not-parse",
        id: "MD0002",
        edits: &[(
            "src/chip.rs",
            "const STATUS: u16 = 0;",
            "const STATUS: u16 = ;",
        )],
        code: FINDING,
    },
    Case {
        name: "module-without-a-file",
        id: "MD0003",
        edits: &[("src/lib.rs", "mod chip;", "mod chip;\nmod missing;")],
        code: FINDING,
    },
    Case {
        name: "undecided-cfg",
        id: "MD0004",
        edits: &[(
            "src/lib.rs",
            "mod ethtool;",
            "#[cfg(feature = \"ethtool\")]\nmod ethtool;",
        )],
        code: FINDING,
    },
    Case {
        name: "macro-of-the-driver",
        id: "MD0005",
        edits: &[(
            "src/chip.rs",
            "const LED: u16 = 4;",
            "macro_rules! led { () => { 4 } }",
        )],
        code: FINDING,
    },
    Case {
        name: "renamed-type",
        id: "MD0005",
        edits: &[("src/ethtool.rs", "state::Small;", "state::Small as State;")],
        code: FINDING,
    },
    Case {
        name: "call-of-a-value",
        id: "MD0005",
        edits: &[(
            "src/interface.rs",
            "self.running.store(0);",
            "[Self::quiesce][0](self);",
        )],
        code: FINDING,
    },
    Case {
        name: "unknown-macro",
        id: "MD0006",
        edits: &[(
            "src/interface.rs",
            "self.running.store(0);",
            "surprise!(self.start(Port::Auto));",
        )],
        code: FINDING,
    },
    Case {
        name: "no-api",
        id: "MD0007",
        edits: &[("Cargo.toml", "microdriver = {", "runtime = {")],
        code: FAILURE,
    },
    Case {
        name: "no-driver",
        id: "MD0008",
        edits: &[
            ("src/state.rs", "impl Driver for Small", "impl Small"),
            (
                "src/interface.rs",
                "impl NetOperations for Small",
                "impl Small",
            ),
            (
                "src/ethtool.rs",
                "impl EthtoolOperations for Small",
                "impl Small",
            ),
        ],
        code: FINDING,
    },
    Case {
        name: "state-not-exported",
        id: "MD0008",
        edits: &[("src/lib.rs", "pub use state::Small;", "")],
        code: FINDING,
    },
    Case {
        name: "two-states",
        id: "MD0008",
        edits: &[(
            "src/ethtool.rs",
            "EthtoolOperations for Small",
            "EthtoolOperations for Port",
        )],
        code: FINDING,
    },
    Case {
        name: "both-annotations",
        id: "MD0009",
        edits: &[(
            "src/interface.rs",
            "#[kernel_path]",
            "#[kernel_path]\n    #[user_path]",
        )],
        code: FINDING,
    },
];
