//! The operations, on every driver and kernel.

use std::time::Duration;

use anyhow::Result;
use rig::kernel::Kernel;
use rig::vm::{Clock, Machine, Report};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::registers::{self, Step};
use crate::Context;
use crate::machines::{self, Loaded};
use crate::variant::Variant;

/// What the agent calls the operations.
pub(crate) const SCENARIO: &str = "parity";

/// Lines of the agent in the kernel's log between which a stalled transmitter is part of the test.
const EXPECTED: &str = "parity: a stalled transmitter is expected";
const UNEXPECTED: &str = "parity: no stalled transmitter is expected";

/// What came of them on one driver and kernel.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) variant: Variant,
    pub(crate) kernel: String,
    /// What the agent reported of each operation.
    pub(crate) steps: Vec<Value>,
    /// Lines of the kernel's log that tell of a fault.
    pub(crate) faults: Vec<String>,
    /// What was written to the near card's registers.
    pub(crate) written: Vec<Step>,
    pub(crate) seconds: f64,
}

/// A machine for them.
pub(crate) fn machine(name: String) -> Machine {
    let mut machine = Machine::new(name, Clock::Instructions);
    machine.deadline = Duration::from_secs(1200);
    machine.trace = registers::EVENTS.map(str::to_owned).to_vec();
    machine
}

impl Run {
    /// From what a machine left.
    pub(crate) fn of(variant: Variant, kernel: &str, report: &Report) -> Result<Self> {
        let log = std::fs::read(&report.console)?;
        let log = without_expected(&String::from_utf8_lossy(&log));
        let trace = std::fs::read_to_string(&report.trace)?;
        Ok(Self {
            variant,
            kernel: kernel.to_owned(),
            steps: report.events(SCENARIO).cloned().collect(),
            faults: rig::kernel_log::faults(&log),
            written: registers::steps(&trace),
            seconds: report.took.as_secs_f64(),
        })
    }
}

/// Runs them all, `width` machines at a time.
pub(crate) fn run(
    context: &Context,
    jobs: Vec<(Kernel, Variant, Loaded)>,
    width: usize,
) -> Result<Vec<Run>> {
    machines::side_by_side(jobs, width, |(kernel, variant, loaded)| {
        let machine = machine(format!("parity-{}-{variant}", kernel.version));
        let report = machines::run(context, &kernel, &loaded, machine, SCENARIO)?;
        Run::of(variant, &kernel.version, &report)
    })
}

/// The kernel's log but for what the test brings about on purpose.
fn without_expected(log: &str) -> String {
    let mut kept = String::new();
    let mut expected = false;
    for line in log.lines() {
        if line.contains(UNEXPECTED) {
            expected = false;
        } else if line.contains(EXPECTED) {
            expected = true;
        }
        if !expected {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_brought_about_on_purpose_is_left_out() {
        let log = "a\n[1] parity: a stalled transmitter is expected from here on\nb\n\
                   [2] parity: no stalled transmitter is expected any more\nc\n";
        let kept = without_expected(log);
        assert!(kept.starts_with("a\n") && kept.ends_with("c\n") && !kept.contains("b\n"));
    }
}
