//! Bad input: one clear error, the documented exit code, nothing written.

mod halves;
mod locks;
mod runs;
mod source;
mod state;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use partitioner::command::FINDING;
use runs::{RUNS, bad_run};

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
/// Every way, by subject.
fn cases() -> impl Iterator<Item = &'static Case> {
    [source::CASES, halves::CASES, state::CASES, locks::CASES]
        .into_iter()
        .flatten()
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
    for case in cases() {
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
        let cases = cases().filter(|case| names.contains(&case.name));
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
fn mistakes_are_data_too() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let case = cases()
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
