//! The tests of the driver that need no machine: `cargo test -p host-rig`.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use rig::process::Task;

use crate::Context;
use crate::variant::Variant;

/// The package that has them.
const PACKAGE: &str = "host-rig";

/// What became of each, by `file::test`.
pub(crate) type Tests = BTreeMap<String, bool>;

/// Runs them.
pub(crate) fn run(context: &Context) -> Result<Tests> {
    let step = context.progress.step("tests of the driver on the host");
    let log = context.layout.logs().join("parity-host.log");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // A test that fails has its row fail.
    Task::new(cargo, "run the tests of the driver on the host")
        .args(["test", "--package", PACKAGE, "--no-fail-fast"])
        .env("CARGO_TERM_COLOR", "never")
        .dir(context.layout.root())
        .deadline(Duration::from_secs(1200))
        .log(&log)
        .run_any_status()?;
    let tests = parse(&std::fs::read_to_string(&log)?);
    let passed = tests.values().filter(|passed| **passed).count();
    step.done(&format!("{passed} of {} passed", tests.len()));
    Ok(tests)
}

/// Reads `test <name> ... ok` under `Running tests/<file>.rs`.
fn parse(log: &str) -> Tests {
    let mut file = String::new();
    let mut tests = Tests::new();
    for line in log.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("Running ") {
            let path = rest
                .split(' ')
                .find(|word| word.ends_with(".rs"))
                .unwrap_or_default();
            let stem = path.trim_end_matches(".rs").trim_start_matches("tests/");
            stem.trim_end_matches("/main").clone_into(&mut file);
        }
        let Some((name, outcome)) = line
            .strip_prefix("test ")
            .and_then(|r| r.rsplit_once(" ... "))
        else {
            continue;
        };
        if outcome == "ok" || outcome == "FAILED" {
            tests.insert(format!("{file}::{name}"), outcome == "ok");
        }
    }
    tests
}

/// What became, for a driver, of the tests that a name stands for: itself, and all in it, but for those
/// of the other driver (`…::unsplit` and `…::split`). None if there is none.
pub(crate) fn of(tests: &Tests, name: &str, variant: Variant) -> Option<bool> {
    let within = format!("{name}::");
    let others = |test: &str| {
        let last = test.rsplit_once("::").map_or("", |(_, last)| last);
        let all = [Variant::Unsplit, Variant::Split];
        last != variant.name() && all.iter().any(|other| last == other.name())
    };
    let mut all = tests
        .iter()
        .filter(|(test, _)| *test == name || test.starts_with(&within))
        .filter(|(test, _)| !others(test))
        .map(|(_, passed)| *passed)
        .peekable();
    all.peek()?;
    Some(all.all(|passed| passed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_their_file() {
        let log = "     Running tests/filter.rs (target/debug/deps/filter-0123)\n\
                   test hash ... ok\ntest modes::split ... FAILED\ntest modes::unsplit ... ok\n\
                   test late ... ignored\n";
        let tests = parse(log);
        assert_eq!(tests.len(), 3);
        let of = |name| [Variant::Unsplit, Variant::Split].map(|v| of(&tests, name, v));
        assert_eq!(of("filter::hash"), [Some(true); 2]);
        assert_eq!(of("filter::modes"), [Some(true), Some(false)]);
        assert_eq!(of("filter"), [Some(true), Some(false)]);
        assert_eq!(of("filter::late"), [None; 2]);
    }
}
