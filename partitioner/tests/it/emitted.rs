//! Both emitted crates compile without a warning, and are formatted as rustfmt would.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A place that stays, so that the runtimes are compiled once.
pub(crate) fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn split(driver: &Path, name: &str, unsplit: bool) -> PathBuf {
    let out = scratch(name);
    let (driver, path) = (driver.to_string_lossy(), out.to_string_lossy());
    let mut arguments = vec!["split", &*driver, "--out", &*path];
    if unsplit {
        arguments.push("--unsplit");
    }
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
fn two_runs_write_the_same_bytes() {
    let first = crate::common::files(&split(&crate::common::fixture("small"), "first", false));
    let second = crate::common::files(&split(&crate::common::fixture("small"), "first", false));
    assert_eq!(first, second);
}
