//! Tests that need another build, or a tool around them: loom tries the interleavings of the places of the
//! host backend where threads meet, valgrind watches the memory of a short life of the split driver, both
//! halves, and Chromium opens the partitioner's report.

use std::time::{Duration, Instant};

use anyhow::Result;
use rig::packages::Package;
use rig::process::{Task, tail};

use super::Outcome;
use crate::{Context, setup};

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instrument {
    /// Every interleaving, as far as loom can bound them.
    Loom,
    /// No access to memory that is not there, nothing lost.
    Memcheck,
    /// The report in a browser.
    Report,
}

/// What memcheck needs.
const VALGRIND: &[Package] = &[Package {
    name: "valgrind",
    why: "watches the memory of the host tests",
}];

/// What the report is opened with.
const CHROMIUM: &[Package] = &[Package {
    name: "chromium",
    why: "opens the report, clicks and types",
}];

/// Its scheduler is made fair: one of its threads at a time runs, and who spins would starve the rest.
/// The user halves are watched, too, but not the cargo that builds them.
const RUNNER: &str = "valgrind --quiet --fair-sched=yes --trace-children=yes --trace-children-skip=*/cargo \
    --error-exitcode=9 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite";

impl Instrument {
    pub(super) const ALL: [Self; 3] = [Self::Loom, Self::Memcheck, Self::Report];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Loom => "loom",
            Self::Memcheck => "memcheck",
            Self::Report => "report",
        }
    }

    fn promise(self) -> &'static str {
        match self {
            Self::Loom => "no interleaving of the host backend's threads loses an event",
            Self::Memcheck => "valgrind finds no error in a life of the split driver on the host",
            Self::Report => "the report finds, explains and complains about nothing in a browser",
        }
    }

    fn task(self, context: &Context) -> Task {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let task = Task::new(cargo, format!("run {}", self.name()))
            .env("CARGO_TERM_COLOR", "never")
            .dir(context.layout.root())
            .deadline(Duration::from_secs(1200));
        match self {
            // Another configuration of everything: in its own directory, or cargo would build all anew each time.
            Self::Loom => task
                .env("RUSTFLAGS", "--cfg loom")
                .env("CARGO_TARGET_DIR", context.layout.target("loom"))
                .args(["test", "--release", "--package", "runtime-host"])
                .args(["--test", "loom"]),
            Self::Memcheck => task
                .env("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER", RUNNER)
                .args(["test", "--package", "host-rig", "--test", "memcheck"])
                .args(["--", "--ignored"]),
            // One browser at a time: they are large.
            Self::Report => task
                .args(["test", "--package", "partitioner", "--test", "browser"])
                .args(["--", "--ignored", "--test-threads=1"]),
        }
    }
}

/// Runs one.
pub(super) fn run(context: &Context, instrument: Instrument) -> Result<Outcome> {
    let needed = match instrument {
        Instrument::Loom => &[],
        Instrument::Memcheck => VALGRIND,
        Instrument::Report => CHROMIUM,
    };
    setup::these_packages(context, needed)?;
    let name = instrument.name();
    let step = context.progress.step(name);
    let log = context.layout.logs().join(format!("test-{name}.log"));
    let started = Instant::now();
    let finished = instrument.task(context).log(&log).run_any_status()?;
    let text = std::fs::read_to_string(&log)?;
    let failure = judge(finished.status.success(), &text);
    step.done(if failure.is_none() {
        "passed"
    } else {
        "failed"
    });
    Ok(Outcome {
        name: name.to_owned(),
        what: instrument.promise().to_owned(),
        failure,
        seconds: started.elapsed().as_secs_f64(),
    })
}

/// A run in which nothing ran has not passed, and neither has one with a complaint in the log: those of
/// a user half are not in the exit code.
fn judge(success: bool, log: &str) -> Option<String> {
    let ran = log.lines().any(|line| {
        let passed = line.strip_prefix("test result: ok. ");
        passed.is_some_and(|rest| !rest.starts_with("0 passed"))
    });
    let complaint = log.lines().find(|line| {
        // `==1234== Invalid read of size 8`
        let rest = line
            .strip_prefix("==")
            .and_then(|rest| rest.split_once("== "));
        rest.is_some_and(|(process, _)| process.bytes().all(|byte| byte.is_ascii_digit()))
    });
    match (success && ran, complaint) {
        (true, None) => None,
        (_, Some(line)) => Some(format!("{line}\n{}", tail(log, 30))),
        (false, None) => Some(tail(log, 30)),
    }
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn silence_and_complaints_are_failures() {
        let passed = "test result: ok. 1 passed; 0 failed;";
        assert_eq!(judge(true, passed), None);
        assert!(judge(false, passed).is_some());
        assert!(judge(true, "test result: ok. 0 passed; 0 failed;").is_some());
        let complaint = format!("==12== Invalid read of size 8\n{passed}");
        assert!(judge(true, &complaint).is_some_and(|why| why.starts_with("==12==")));
    }
}
