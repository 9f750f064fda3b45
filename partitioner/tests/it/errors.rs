//! Bad input: one clear error, the documented exit code, nothing written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use partitioner::command::{FAILURE, FINDING};

/// One way to break the small driver.
struct Case {
    /// The name of the golden file.
    name: &'static str,
    /// The diagnostic that it gets.
    id: &'static str,
    /// Replacements: file, what is there, what comes instead.
    edits: &'static [(&'static str, &'static str, &'static str)],
    /// The exit code.
    code: u8,
}

const CASES: &[Case] = &[
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

/// A run that cannot be made, whatever the driver says.
struct BadRun {
    /// The name of the golden file.
    name: &'static str,
    /// The diagnostic that it gets.
    id: &'static str,
    /// The arguments; `SMALL` is the small driver, `HERE` a directory with `something` in it.
    arguments: &'static [&'static str],
}

const RUNS: &[BadRun] = &[
    BadRun {
        name: "no-crate",
        id: "MD0001",
        arguments: &["analyze", "HERE"],
    },
    BadRun {
        name: "output-of-others",
        id: "MD0017",
        arguments: &["split", "SMALL", "--out", "HERE"],
    },
    BadRun {
        name: "budget-of-nothing",
        id: "MD0041",
        arguments: &["analyze", "SMALL", "--budget", "5%"],
    },
    BadRun {
        name: "no-such-function",
        id: "MD0043",
        arguments: &["why", "SMALL", "chose"],
    },
    BadRun {
        name: "no-profile",
        id: "MD0055",
        arguments: &["analyze", "SMALL", "--profile", "HERE/something"],
    },
    BadRun {
        name: "no-recording",
        id: "MD0058",
        arguments: &["profile", "import", "HERE/something", "--driver", "SMALL"],
    },
    BadRun {
        name: "no-object",
        id: "MD0061",
        arguments: &[
            "profile",
            "import",
            "HERE/something",
            "--driver",
            "SMALL",
            "--object",
            "HERE/something",
        ],
    },
    BadRun {
        name: "no-plan",
        id: "MD0070",
        arguments: &[
            "report",
            "SMALL",
            "--html",
            "HERE/r.html",
            "--against",
            "HERE/something",
        ],
    },
    BadRun {
        name: "report-in-no-directory",
        id: "MD0071",
        arguments: &["report", "SMALL", "--html", "HERE/something/r.html"],
    },
];

/// Makes the run; returns what it says.
fn bad_run(run: &BadRun) -> String {
    let directory = tempfile::tempdir().expect("a temporary directory");
    fs::write(directory.path().join("something"), "text").expect("written");
    let here = directory.path().to_string_lossy().into_owned();
    let small = crate::common::fixture("small")
        .to_string_lossy()
        .into_owned();
    let place = |argument: &&str| argument.replace("SMALL", &small).replace("HERE", &here);
    let arguments: Vec<String> = run.arguments.iter().map(place).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let made = crate::common::run(&arguments);
    let message = crate::common::stderr(&made);
    assert_eq!(made.status.code(), Some(i32::from(FAILURE)), "{message}");
    assert!(
        message.starts_with(&format!("error[{}]", run.id)),
        "{message}"
    );
    assert!(
        made.stdout.is_empty(),
        "{}: a failure prints no data",
        run.name
    );
    let left = fs::read_dir(directory.path()).expect("readable").count();
    assert_eq!(left, 1, "{}: nothing is written", run.name);
    message.replace(&here, "HERE").replace(&small, "SMALL")
}

/// Copies the small driver to a directory and breaks it.
fn broken(case: &Case, directory: &Path) {
    copy(directory, case.edits);
}

/// Copies the small driver, with replacements: file, what is there, what comes instead.
pub(crate) fn copy(directory: &Path, edits: &[(&str, &str, &str)]) {
    for (path, mut text) in crate::common::files(&crate::common::fixture("small")) {
        for (_, from, to) in edits.iter().filter(|(file, _, _)| Path::new(file) == path) {
            assert!(text.contains(from), "`{from}` is not in {}", path.display());
            text = text.replacen(from, to, 1);
        }
        let text = text.replace("../../..", &crate::common::root().to_string_lossy());
        let path = directory.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("created");
        fs::write(path, text).expect("written");
    }
}

#[test]
fn each_mistake_gets_one_error_and_nothing_is_written() {
    let mut messages = BTreeMap::new();
    for case in CASES {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let driver = directory.path().join("driver");
        broken(case, &driver);
        let out = directory.path().join("out");
        let run = crate::common::run(&[
            "split",
            &driver.to_string_lossy(),
            "--out",
            &out.to_string_lossy(),
        ]);
        let message = crate::common::stderr(&run);
        let name = case.name;
        assert_eq!(
            run.status.code(),
            Some(i32::from(case.code)),
            "{name}: {message}"
        );
        assert_eq!(message.matches("error[").count(), 1, "{name}: {message}");
        assert!(
            message.contains(&format!("error[{}]", case.id)),
            "{name}: {message}"
        );
        assert_eq!(message.matches("help: ").count(), 1, "{name}: {message}");
        assert!(run.stdout.is_empty(), "{name}: a failure prints no data");
        let left: Vec<_> = fs::read_dir(directory.path())
            .expect("readable")
            .flatten()
            .collect();
        assert_eq!(left.len(), 1, "{name}: nothing is written: {left:?}");
        let message = message.replace(&*crate::common::root().to_string_lossy(), "ROOT");
        messages.insert(format!("{name}.txt").into(), message);
    }
    for run in RUNS {
        messages.insert(format!("{}.txt", run.name).into(), bad_run(run));
    }
    crate::common::golden("errors", &messages);
}

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

/// One run reports what is wrong in several files, and in parts of the analysis that do not need each other.
#[test]
fn all_mistakes_of_a_run_are_reported_together() {
    let together: &[(&[&str], &[&str])] = &[
        (
            &[
                "does-not-parse",
                "module-without-a-file",
                "undecided-cfg",
                "no-api",
            ],
            &["MD0002", "MD0003", "MD0004", "MD0007"],
        ),
        (
            &["unknown-macro", "plain-field", "locked-field"],
            &["MD0006", "MD0013", "MD0013"],
        ),
        // Fields, placement.
        (&["plain-field", "user-in-atomic"], &["MD0010", "MD0013"]),
        // Fields, locks, copies, and what goes into the plan.
        (
            &[
                "plain-field",
                "lock-twice",
                "static-in-both-halves",
                "parameter-without-literals",
                "device-without-literals",
            ],
            &["MD0013", "MD0018", "MD0018", "MD0020", "MD0021"],
        ),
        (&["unknown-macro", "renamed-type"], &["MD0005", "MD0006"]),
        (
            &["user-in-atomic", "user-needs-kernel"],
            &["MD0010", "MD0011"],
        ),
    ];
    for (names, ids) in together {
        let cases = CASES.iter().filter(|case| names.contains(&case.name));
        let edits: Vec<_> = cases.flat_map(|case| case.edits.iter().copied()).collect();
        let directory = tempfile::tempdir().expect("a temporary directory");
        copy(directory.path(), &edits);
        let run = crate::common::run(&[
            "analyze",
            &directory.path().to_string_lossy(),
            "--format",
            "json",
        ]);
        let data: serde_json::Value = serde_json::from_slice(&run.stdout).expect("JSON");
        let found = data["diagnostics"].as_array().expect("a list");
        let mut found: Vec<&str> = found.iter().filter_map(|one| one["id"].as_str()).collect();
        found.sort_unstable();
        assert_eq!(found, *ids, "{names:?}: {data:#}");
    }
}

#[test]
fn a_path_that_is_no_crate() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let out = directory.path().join("out");
    let path = directory.path().join("nothing");
    let run = crate::common::run(&[
        "split",
        &path.to_string_lossy(),
        "--out",
        &out.to_string_lossy(),
    ]);
    let message = crate::common::stderr(&run);
    assert_eq!(run.status.code(), Some(i32::from(FAILURE)), "{message}");
    assert!(
        message.starts_with("error[MD0001]: there is no driver crate at"),
        "{message}"
    );
    assert!(!out.exists());
}

#[test]
fn an_output_directory_with_something_else_in_it_is_left_alone() {
    let out = tempfile::tempdir().expect("a temporary directory");
    fs::write(out.path().join("precious"), "text").expect("written");
    let driver = crate::common::fixture("small");
    let run = crate::common::run(&[
        "split",
        &driver.to_string_lossy(),
        "--out",
        &out.path().to_string_lossy(),
    ]);
    let message = crate::common::stderr(&run);
    assert_eq!(run.status.code(), Some(i32::from(FAILURE)), "{message}");
    assert!(
        message.contains("MD0017") && message.contains("precious"),
        "{message}"
    );
    assert_eq!(fs::read_dir(out.path()).expect("readable").count(), 1);
}

#[test]
fn mistakes_are_data_too() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let case = CASES
        .iter()
        .find(|case| case.name == "user-in-atomic")
        .expect("the case is there");
    broken(case, directory.path());
    let run = crate::common::run(&[
        "analyze",
        &directory.path().to_string_lossy(),
        "--format",
        "json",
    ]);
    assert_eq!(run.status.code(), Some(i32::from(FINDING)));
    let data: serde_json::Value = serde_json::from_slice(&run.stdout).expect("JSON");
    assert_eq!(data["diagnostics"][0]["id"], "MD0010");
    assert_eq!(
        data["diagnostics"][0]["context"][0]["file"],
        "src/interface.rs"
    );
}
