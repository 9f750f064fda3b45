//! The tests that cargo knows.

use std::time::Duration;

use anyhow::Result;
use rig::process::{Task, tail};

use super::Outcome;
use crate::Context;

/// How this group is called in filters.
pub(super) const NAME: &str = "host";

/// Runs `cargo test` for the whole workspace.
pub(super) fn run(context: &Context) -> Result<Vec<Outcome>> {
    let step = context.progress.step("tests of the host");
    let log = context.layout.logs().join("test-host.log");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let started = std::time::Instant::now();
    let finished = Task::new(cargo, "run the tests of the host")
        .args(["test", "--workspace", "--no-fail-fast"])
        .env("CARGO_TERM_COLOR", "never")
        .dir(context.layout.root())
        .deadline(Duration::from_secs(1800))
        .log(&log)
        .run_any_status()?;
    let text = std::fs::read_to_string(&log)?;
    let mut outcomes = parse(&text);
    // A test program that does not compile or dies has no line of its own.
    let unexplained = !finished.status.success() && outcomes.iter().all(|o| o.failure.is_none());
    outcomes.push(Outcome {
        name: NAME.to_owned(),
        what: "cargo test --workspace".to_owned(),
        failure: unexplained.then(|| format!("{}\n{}", finished.status, tail(&text, 30))),
        seconds: started.elapsed().as_secs_f64(),
    });
    let failed = outcomes.iter().filter(|o| o.failure.is_some()).count();
    step.done(&format!(
        "{} passed, {failed} failed",
        outcomes.len() - failed
    ));
    Ok(outcomes)
}

/// Reads `test <name> ... ok` and `... FAILED`, and under which program they ran.
fn parse(log: &str) -> Vec<Outcome> {
    let mut program = "";
    let mut outcomes = Vec::new();
    for line in log.lines() {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("Running ") {
            let file = rest.rsplit_once("deps/").map_or(rest, |(_, file)| file);
            program = file.rsplit_once('-').map_or(file, |(name, _)| name);
        } else if let Some(rest) = line.strip_prefix("Doc-tests ") {
            program = rest;
        }
        let Some(rest) = line.strip_prefix("test ") else {
            continue;
        };
        let Some((name, outcome)) = rest.rsplit_once(" ... ") else {
            continue;
        };
        let failure = match outcome {
            "ok" => None,
            "FAILED" => Some(format!("see the log\n{}", panic_of(log, name))),
            // Ignored ones are no tests of this run.
            _ => continue,
        };
        outcomes.push(Outcome {
            name: format!("{NAME}/{program}/{name}"),
            what: "a test of cargo".to_owned(),
            failure,
            seconds: 0.0,
        });
    }
    outcomes
}

/// What a failed test printed.
fn panic_of(log: &str, name: &str) -> String {
    let head = format!("---- {name} stdout ----");
    let Some((_, rest)) = log.split_once(&head) else {
        return String::new();
    };
    let lines = rest
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with("----"));
    lines.take(15).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_read() {
        let log = "     Running unittests src/lib.rs (target/debug/deps/rig-0123)\n\
                   test fs::tests::a ... ok\ntest fs::tests::b ... FAILED\ntest c ... ignored\n\
                   ---- fs::tests::b stdout ----\nthe reason\n";
        let outcomes = parse(log);
        assert_eq!(outcomes.len(), 2);
        assert_eq!(outcomes[0].name, "host/rig/fs::tests::a");
        assert!(outcomes[1].failure.as_ref().unwrap().contains("the reason"));
    }
}
