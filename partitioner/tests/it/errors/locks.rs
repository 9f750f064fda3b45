//! Sleeping where one may not, and locks that deadlock.

use std::fs;

use partitioner::command::FINDING;

use super::{Case, broken};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "sleeps-in-atomic",
        id: "MD0014",
        edits: &[(
            "src/interface.rs",
            "        0\n",
            "        self.settings.lock().level\n",
        )],
        code: FINDING,
    },
    Case {
        name: "sleeps-under-a-lock",
        id: "MD0014",
        edits: &[(
            "src/interface.rs",
            "        self.device.stop_queue();",
            "        let counters = self.counters.lock();\n        \
             self.settings.lock().level = counters.packets as u32;",
        )],
        code: FINDING,
    },
    Case {
        name: "crosses-under-a-lock",
        id: "MD0010",
        edits: &[(
            "src/interface.rs",
            "        self.device.stop_queue();",
            "        match self.counters.lock().packets {\n            0 => {}\n            \
             _ => drop(self.choose(&Port::Auto)),\n        }",
        )],
        code: FINDING,
    },
    Case {
        name: "sleeps-at-the-end-of-a-chain",
        id: "MD0014",
        edits: &[
            (
                "src/interface.rs",
                "match chip::acknowledge(&self.registers) {",
                "self.first();\n        match chip::acknowledge(&self.registers) {",
            ),
            ("src/state.rs", "impl Small {", CHAIN),
        ],
        code: FINDING,
    },
    Case {
        name: "sleeps-in-a-closure-under-a-lock",
        id: "MD0014",
        edits: &[
            (
                "src/interface.rs",
                "self.device.stop_queue();",
                "self.with(|counters| self.settings.lock().level = counters.packets as u32);",
            ),
            (
                "src/state.rs",
                "impl Small {",
                "impl Small {\n    pub(crate) fn with(&self, action: impl FnOnce(&mut Counters)) {\n        \
                 action(&mut self.counters.lock());\n    }\n",
            ),
        ],
        code: FINDING,
    },
    Case {
        name: "lock-order",
        id: "MD0019",
        edits: &[
            SECOND_LOCK,
            SECOND_LOCK_MADE,
            (
                "src/interface.rs",
                "let port = self.settings.lock().port;",
                "let settings = self.settings.lock();\n        self.note(settings.level);\n        let port = settings.port;",
            ),
            (
                "src/state.rs",
                "let mut settings = self.settings.lock();",
                "let notes = self.notes.lock();\n        let mut settings = self.settings.lock();",
            ),
            (
                "src/state.rs",
                "impl Small {",
                "impl Small {\n    pub(crate) fn note(&self, level: u32) {\n        self.notes.lock().level = level;\n    }\n",
            ),
        ],
        code: FINDING,
    },
    Case {
        name: "lock-twice",
        id: "MD0020",
        edits: &[(
            "src/interface.rs",
            "let port = self.settings.lock().port;",
            "let settings = self.settings.lock();\n        let port = self.choose(&settings.port)?;",
        )],
        code: FINDING,
    },
    Case {
        name: "lock-twice-in-one-place",
        id: "MD0020",
        edits: &[(
            "src/interface.rs",
            "let port = self.settings.lock().port;",
            "let port = match self.settings.lock().level {\n            0 => Port::Auto,\n            _ => self.settings.lock().port,\n        };",
        )],
        code: FINDING,
    },
];

const SECOND_LOCK: (&str, &str, &str) = (
    "src/state.rs",
    "    pub(crate) running: AtomicU32,",
    "    pub(crate) running: AtomicU32,\n    pub(crate) notes: Mutex<Settings>,",
);

const SECOND_LOCK_MADE: (&str, &str, &str) = (
    "src/state.rs",
    "            settings: Mutex::new(settings)?,",
    "            notes: Mutex::new(settings.clone())?,\n            settings: Mutex::new(settings)?,",
);

const CHAIN: &str = "impl Small {
    pub(crate) fn first(&self) {
        self.second();
    }

    fn second(&self) {
        self.third();
    }

    fn third(&self) {
        self.settings.lock().level = 1;
    }
";

/// A lock that was let go of keeps nobody from sleeping.
#[test]
fn guards_end_where_they_end() {
    let endings = [
        "let counters = self.counters.lock();\n        drop(counters);\n        self.settings.lock().level = 1;",
        "let packets = self.counters.lock().packets;\n        self.settings.lock().level = packets as u32;",
        "{\n            let mut counters = self.counters.lock();\n            counters.packets = 1;\n        }\n        \
         self.settings.lock().level = 1;",
        "if self.counters.lock().packets > 1 {\n            self.settings.lock().level = 1;\n        }",
        "let transaction = self.registers.transaction();\n        let _ = transaction.run();\n        \
         let _ = self.choose(&Port::Auto);",
    ];
    for ending in endings {
        let case = Case {
            name: "guards",
            id: "",
            edits: &[],
            code: 0,
        };
        let directory = tempfile::tempdir().expect("a temporary directory");
        broken(&case, directory.path());
        let file = directory.path().join("src/interface.rs");
        let text = fs::read_to_string(&file).expect("readable");
        let changed = text.replace("self.device.stop_queue();", ending);
        assert_ne!(text, changed);
        fs::write(&file, changed).expect("written");
        let run = crate::common::run(&["analyze", &directory.path().to_string_lossy()]);
        let message = crate::common::stderr(&run);
        assert!(run.status.success(), "{ending}\n{message}");
    }
}
