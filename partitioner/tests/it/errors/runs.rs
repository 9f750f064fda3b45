//! Runs that cannot be made, whatever the driver says.

use std::fs;

use partitioner::command::FAILURE;

/// A run that cannot be made, whatever the driver says.
pub(super) struct BadRun {
    /// The name of the golden file.
    pub(super) name: &'static str,
    /// The diagnostic that it gets.
    id: &'static str,
    /// The arguments; `SMALL` is the small driver, `HERE` a directory with `something` in it.
    arguments: &'static [&'static str],
}

pub(super) const RUNS: &[BadRun] = &[
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
pub(super) fn bad_run(run: &BadRun) -> String {
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
