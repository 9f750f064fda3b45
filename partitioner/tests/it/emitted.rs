//! Both emitted crates compile without a warning, and are formatted as rustfmt would.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A place that stays, so that the runtimes are compiled once.
pub(crate) fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn split(driver: &Path, name: &str, unsplit: bool) -> PathBuf {
    let more: &[&str] = if unsplit { &["--unsplit"] } else { &[] };
    split_with(driver, name, more)
}

fn split_with(driver: &Path, name: &str, more: &[&str]) -> PathBuf {
    let out = scratch(name);
    let (driver, path) = (driver.to_string_lossy(), out.to_string_lossy());
    let mut arguments = vec!["split", &*driver, "--out", &*path];
    arguments.extend(more);
    let run = crate::common::run(&arguments);
    assert!(run.status.success(), "{}", crate::common::stderr(&run));
    out
}

fn cargo(package: &Path, arguments: &[&str]) {
    let run = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(package)
        .env("CARGO_TARGET_DIR", scratch("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    let message = String::from_utf8_lossy(&run.stderr);
    let difference = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{}: {arguments:?}\n{message}{difference}",
        package.display()
    );
}

pub(crate) fn check(package: &Path) {
    // Clippy reports what the compiler does, and for this package alone.
    cargo(
        package,
        &["clippy", "--offline", "--quiet", "--", "-D", "warnings"],
    );
    cargo(package, &["fmt", "--check"]);
}

#[test]
fn small() {
    let out = split(&crate::common::fixture("small"), "small", false);
    check(&out.join("kernel"));
    check(&out.join("user"));
}

#[test]
fn small_unsplit() {
    let out = split(&crate::common::fixture("small"), "small-unsplit", true);
    check(&out.join("kernel"));
    assert!(!out.join("user").exists());
}

#[test]
fn corners() {
    let out = split(&crate::common::fixture("corners"), "corners", false);
    check(&out.join("kernel"));
    check(&out.join("user"));
}

#[test]
fn pcnet32() {
    let out = split(
        &crate::common::root().join("drivers/pcnet32"),
        "pcnet32",
        false,
    );
    check(&out.join("kernel"));
    check(&out.join("user"));
}

#[test]
fn whole_drivers_in_the_kernel() {
    for (driver, name) in [
        ("tests/fixtures/corners", "corners-unsplit"),
        ("drivers/pcnet32", "pcnet32-unsplit"),
    ] {
        let out = split(&crate::common::root().join(driver), name, true);
        check(&out.join("kernel"));
    }
}

/// What counts calls is code like any other: a line in each function, and the table that these lines count in.
#[test]
fn instrumented() {
    for (driver, name) in [
        ("tests/fixtures/small", "small-instrumented"),
        ("tests/fixtures/corners", "corners-instrumented"),
        ("drivers/pcnet32", "pcnet32-instrumented"),
    ] {
        let driver = crate::common::root().join(driver);
        let out = split_with(&driver, name, &["--instrument"]);
        let split = std::fs::read_to_string(out.join("kernel/src/split.rs")).expect("readable");
        assert!(split.contains("microdriver::profile"), "{name}");
        check(&out.join("kernel"));
        check(&out.join("user"));
        let whole = format!("{name}-unsplit");
        let out = split_with(&driver, &whole, &["--instrument", "--unsplit"]);
        check(&out.join("kernel"));
        assert!(!out.join("user").exists());
    }
}

/// Another plan of the same source: what moved takes its imports along.
#[test]
fn another_plan() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let edits = [
        (
            "src/net.rs",
            "    #[user_path]\n    fn decide(",
            "    #[kernel_path]\n    fn decide(",
        ),
        (
            "src/net.rs",
            "    #[user_path]\n    fn stop(",
            "    #[kernel_path]\n    fn stop(",
        ),
        ("src/net.rs", "kernel_path, user_path,", "kernel_path,"),
    ];
    let driver = crate::common::changed("tests/fixtures/corners", &edits, directory.path());
    let out = split(&driver, "corners-otherwise", false);
    check(&out.join("kernel"));
    check(&out.join("user"));
}

#[test]
fn two_runs_write_the_same_bytes() {
    let first = crate::common::files(&split(&crate::common::fixture("small"), "first", false));
    let second = crate::common::files(&split(&crate::common::fixture("small"), "first", false));
    assert_eq!(first, second);
}
