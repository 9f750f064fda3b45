//! Building plans and running workloads.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use rig::kernel::Kernel;
use rig::vm::{Clock, Machine};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::WORKLOADS;
use super::plans::Plan;
use crate::build::{self, Driver};
use crate::{Context, machines};

/// What everything here needs.
pub(super) struct Rig<'a> {
    pub(super) context: &'a Context,
    pub(super) kernel: &'a Kernel,
    pub(super) agent: &'a Path,
    pub(super) partitioner: &'a Path,
}

/// What one workload took with one driver.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) instructions: u64,
    pub(crate) nanoseconds: u64,
    pub(crate) sent: u64,
    pub(crate) received: u64,
    /// Crossings by what they were for, of both cards together; empty in one piece.
    pub(crate) crossings: BTreeMap<String, u64>,
    /// What an instrumented driver recorded.
    #[serde(skip)]
    pub(crate) profile: Option<String>,
}

impl Run {
    pub(crate) fn packets(&self) -> u64 {
        self.sent + self.received
    }

    /// Crossings from the kernel to the user half, or the other way.
    pub(crate) fn total(&self, what: &str) -> u64 {
        self.crossings.get(what).copied().unwrap_or(0)
    }

    fn of(lines: &[Value]) -> Result<Self> {
        let event = |name: &str| lines.iter().find(|line| line["event"] == name);
        let line = event("workload").context("the agent reported no workload")?;
        let number = |name: &str| line[name].as_u64().with_context(|| format!("no {name}"));
        let mut crossings = BTreeMap::new();
        for card in line["crossings"].as_array().into_iter().flatten() {
            for (name, count) in card.as_object().into_iter().flatten() {
                *crossings.entry(name.clone()).or_default() += count.as_u64().unwrap_or(0);
            }
        }
        let profile = event("profile").and_then(|line| line["text"].as_str());
        Ok(Self {
            instructions: number("instructions")?,
            nanoseconds: number("nanoseconds")?,
            sent: number("sent")?,
            received: number("received")?,
            crossings,
            profile: profile.map(ToOwned::to_owned),
        })
    }
}

impl Rig<'_> {
    /// Splits and builds the driver with these arguments of `split`, under a name of its own.
    pub(super) fn driver(&self, name: &str, arguments: &[OsString]) -> Result<Driver> {
        build::custom(self.context, self.partitioner, self.kernel, name, arguments)
    }

    /// Runs a workload in a machine of its own.
    pub(super) fn run(&self, driver: &Driver, workload: &str) -> Result<Run> {
        let loaded = machines::image(self.context, self.agent, driver, self.kernel)?;
        let name = format!("pgo-{}-{workload}", driver.label);
        let mut machine = Machine::new(name, Clock::Instructions);
        machine.command_line = vec![format!("workload={workload}")];
        let report = machines::run(self.context, self.kernel, &loaded, machine, "workload")?;
        ensure!(
            report.faults.is_empty(),
            "{} on {workload}: the kernel's log tells of faults: {:?}",
            driver.label,
            report.faults
        );
        Run::of(&report.lines)
    }
}

/// What each plan took on each workload.
pub(crate) type Measured = BTreeMap<String, BTreeMap<String, Run>>;

/// Runs every plan on every workload.
pub(super) fn all(rig: &Rig<'_>, plans: &[Plan]) -> Result<Measured> {
    let mut measured = Measured::new();
    for plan in plans {
        let driver = rig.driver(&plan.name, &plan.arguments())?;
        let mut runs = BTreeMap::new();
        for workload in WORKLOADS {
            runs.insert(workload.to_owned(), rig.run(&driver, workload)?);
        }
        measured.insert(plan.name.clone(), runs);
    }
    Ok(measured)
}
