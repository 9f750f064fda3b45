//! Functions that cannot live where they are said to, and calls that cannot cross.

use partitioner::command::FINDING;

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "user-in-atomic",
        id: "MD0010",
        edits: &[
            (
                "src/interface.rs",
                "0 | 0xffff => IrqReturn::None",
                "0 | 0xffff => self.gone()",
            ),
            (
                "src/state.rs",
                "    /// Starts the chip.",
                "    pub(crate) fn gone(&self) -> IrqReturn {\n        let _ = self.choose(&Port::Auto);\n        \
                 IrqReturn::None\n    }\n\n    /// Starts the chip.",
            ),
            (
                "src/state.rs",
                "use microdriver::{",
                "use microdriver::{IrqReturn, ",
            ),
        ],
        code: FINDING,
    },
    Case {
        name: "user-needs-kernel",
        id: "MD0011",
        edits: &[(
            "src/state.rs",
            "/// Starts the chip.",
            "/// Starts the chip.\n    #[user_path]",
        )],
        code: FINDING,
    },
    Case {
        name: "user-pinned-root",
        id: "MD0011",
        edits: &[(
            "src/interface.rs",
            "    fn quiesce",
            "    #[user_path]\n    fn quiesce",
        )],
        code: FINDING,
    },
    Case {
        name: "cannot-cross",
        id: "MD0012",
        edits: &[
            ("src/state.rs", "wanted: &Port)", "wanted: &Wish)"),
            ("src/state.rs", "*wanted;", "wanted.0;"),
            (
                "src/state.rs",
                "/// Counted on",
                "pub(crate) struct Wish(pub(crate) Port);\n\n/// Counted on",
            ),
            (
                "src/interface.rs",
                "self.device.stop_queue();",
                "let _ = self.choose(&crate::state::Wish(Port::Auto));\n        self.device.stop_queue();",
            ),
        ],
        code: FINDING,
    },
    Case {
        name: "through-a-copy",
        id: "MD0040",
        edits: &[
            (
                "src/ethtool.rs",
                "    fn get_link",
                "    #[user_path]\n    fn get_link",
            ),
            (
                "src/ethtool.rs",
                "Ok(self.device.carrier()",
                "chip::begin(self);\n        Ok(self.device.carrier()",
            ),
            (
                "src/chip.rs",
                "/// Acknowledges what the chip reports",
                "/// Starts.\npub(crate) fn begin(small: &crate::state::Small) {\n    small.start_with(&|| 1);\n}\n\n/// Acknowledges what the chip reports",
            ),
            (
                "src/state.rs",
                "    /// Starts the chip.",
                "    pub(crate) fn start_with(&self, count: &dyn Fn() -> u32) {\n        \
                 self.device.start_queue();\n        count();\n    }\n\n    /// Starts the chip.",
            ),
        ],
        code: FINDING,
    },
    Case {
        name: "callee-cannot-cross",
        id: "MD0012",
        edits: &[
            (
                "src/ethtool.rs",
                "    fn get_link",
                "    #[user_path]\n    fn get_link",
            ),
            (
                "src/ethtool.rs",
                "Ok(self.device.carrier()",
                "self.start_with(&|| 1);\n        Ok(self.device.carrier()",
            ),
            (
                "src/state.rs",
                "    /// Starts the chip.",
                "    pub(crate) fn start_with(&self, count: &dyn Fn() -> u32) {\n        \
                 self.device.start_queue();\n        count();\n    }\n\n    /// Starts the chip.",
            ),
        ],
        code: FINDING,
    },
];
