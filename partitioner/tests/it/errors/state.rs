//! What the driver keeps: fields of its state, statics, parameters and numbers of devices.

use partitioner::command::{FAILURE, FINDING};

use super::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "plain-field",
        id: "MD0013",
        edits: &[(
            "src/chip.rs",
            "#[derive(Clone, Copy, Debug, Wire)]",
            "#[derive(Clone, Copy, Debug)]",
        )],
        code: FINDING,
    },
    Case {
        name: "locked-field",
        id: "MD0013",
        edits: &[(
            "src/state.rs",
            "PartialEq, Wire, State)]",
            "PartialEq, Wire)]",
        )],
        code: FINDING,
    },
    Case {
        name: "no-device",
        id: "MD0015",
        edits: &[("src/state.rs", "pub(crate) device: Device,", "")],
        code: FINDING,
    },
    Case {
        name: "no-user-runtime",
        id: "MD0016",
        edits: &[("Cargo.toml", "../runtime-kernel", "../runtime-wire")],
        code: FAILURE,
    },
    Case {
        name: "parameter-without-literals",
        id: "MD0018",
        edits: &[(
            "src/state.rs",
            "Parameter::int(\"debug\", -1,",
            "Parameter::int(\"debug\", i32::MAX,",
        )],
        code: FINDING,
    },
    Case {
        name: "device-without-literals",
        id: "MD0018",
        edits: &[(
            "src/state.rs",
            "with_class(0x02_0000, 0xff_0000)",
            "with_class(0x02_0000, !0)",
        )],
        code: FINDING,
    },
    Case {
        name: "static-in-both-halves",
        id: "MD0021",
        edits: &[
            (
                "src/chip.rs",
                "/// The chip's version.\npub(crate) fn",
                "static CALLS: AtomicU32 = AtomicU32::new(0);\n\n/// The chip's version.\npub(crate) fn",
            ),
            (
                "src/chip.rs",
                "use microdriver::{Grant",
                "use core::sync::atomic::{AtomicU32, Ordering};\n\nuse microdriver::{Grant",
            ),
            (
                "src/chip.rs",
                "    transaction.modify(",
                "    CALLS.fetch_add(1, Ordering::Relaxed);\n    transaction.modify(",
            ),
            (
                "src/chip.rs",
                "    let status = transaction",
                "    let _calls = CALLS.load(Ordering::Relaxed);\n    let status = transaction",
            ),
        ],
        code: FINDING,
    },
    Case {
        name: "cell-in-a-plain-field",
        id: "MD0021",
        edits: &[
            (
                "src/chip.rs",
                "/// Which connector is used.",
                "/// Counts.\n#[derive(Debug)]\npub struct Count(pub core::sync::atomic::AtomicU64);\n\n\
                 impl microdriver::wire::Wire for Count {}\n\n/// Which connector is used.",
            ),
            (
                "src/state.rs",
                "    pub(crate) running: AtomicU32,",
                "    pub(crate) running: AtomicU32,\n    pub(crate) count: chip::Count,",
            ),
            (
                "src/state.rs",
                "            running: AtomicU32::new(0),",
                "            running: AtomicU32::new(0),\n            count: chip::Count(0.into()),",
            ),
            (
                "src/interface.rs",
                "        self.running.store(0);",
                "        self.count.0.fetch_add(1, core::sync::atomic::Ordering::Relaxed);",
            ),
            (
                "src/interface.rs",
                "        counters.packets += 1;",
                "        self.count.0.fetch_add(1, core::sync::atomic::Ordering::Relaxed);",
            ),
        ],
        code: FINDING,
    },
];
