//! Building plans and running workloads.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rig::kernel::Kernel;
use rig::vm::{Clock, Machine};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::WORKLOADS;
use super::plans::{Plan, UNSPLIT};
use crate::Context;
use crate::build::{self, Driver};
use crate::machines::{self, Loaded};

/// The agent's names of texts that witnesses printed.
const PRINTED: [&str; 4] = ["samples", "graph", "calls", "stacks"];

/// A machine that counts instructions is slow, and there may be others.
const DEADLINE: Duration = Duration::from_secs(600);

/// What everything here needs.
pub(super) struct Rig<'a> {
    pub(super) context: &'a Context,
    pub(super) kernel: &'a Kernel,
    pub(super) agent: &'a Path,
    pub(super) partitioner: &'a Path,
    /// The job's folder, below `target`.
    pub(super) folder: &'a str,
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
    /// What instrumented user halves recorded, one a card.
    #[serde(skip)]
    pub(crate) user_profiles: Vec<String>,
    /// What other witnesses printed, where they were asked: `samples` by perf, the tracers by their names.
    #[serde(skip)]
    pub(crate) printed: BTreeMap<String, String>,
}

impl Run {
    pub(crate) fn packets(&self) -> u64 {
        self.sent + self.received
    }

    /// Crossings from the kernel to the user half, or the other way.
    pub(crate) fn total(&self, what: &str) -> u64 {
        self.crossings.get(what).copied().unwrap_or(0)
    }

    fn of(lines: &[Value], workload: &str) -> Result<Self> {
        let event = |name: &str| {
            lines
                .iter()
                .find(|line| line["event"] == name && line["name"] == workload)
        };
        let line = event("workload")
            .with_context(|| format!("the agent reported nothing of {workload}"))?;
        let number = |name: &str| line[name].as_u64().with_context(|| format!("no {name}"));
        let packets = |name: &str| line[name].as_u64().unwrap_or(0);
        let mut crossings = BTreeMap::new();
        for card in line["crossings"].as_array().into_iter().flatten() {
            for (name, count) in card.as_object().into_iter().flatten() {
                *crossings.entry(name.clone()).or_default() += count.as_u64().unwrap_or(0);
            }
        }
        let text = |name: &str| {
            let text = event(name).and_then(|line| line["text"].as_str());
            text.map(ToOwned::to_owned)
        };
        Ok(Self {
            instructions: number("instructions")?,
            nanoseconds: number("nanoseconds")?,
            sent: packets("sent"),
            received: packets("received"),
            crossings,
            profile: text("profile"),
            user_profiles: lines
                .iter()
                .filter(|line| line["event"] == "user-profile" && line["name"] == workload)
                .filter_map(|line| line["text"].as_str().map(str::to_owned))
                .collect(),
            printed: PRINTED
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), text(name)?)))
                .collect(),
        })
    }
}

impl Rig<'_> {
    /// Splits and builds the driver with these arguments of `split`, under a name of its own.
    pub(super) fn driver(&self, name: &str, arguments: &[OsString]) -> Result<Driver> {
        let order = build::Order {
            job: self.folder,
            source: build::DRIVER,
            name: build::NAME,
            label: name,
            arguments,
        };
        build::custom(self.context, self.partitioner, self.kernel, &order)
    }

    /// Runs the workloads that are compared, one after the other, in a machine of their own.
    pub(super) fn run(&self, driver: &Driver) -> Result<Runs> {
        self.run_these(driver, &WORKLOADS)
    }

    /// The same of these.
    pub(super) fn run_these(&self, driver: &Driver, workloads: &[&str]) -> Result<Runs> {
        let loaded = machines::image(self.context, self.agent, driver, self.kernel)?;
        let machine = Machine::new(format!("pgo-{}", driver.label), Clock::Instructions);
        self.run_in(machine, &loaded, driver, workloads)
    }

    /// The same of a driver whose user halves count, too.
    pub(super) fn run_halves(&self, driver: &Driver) -> Result<Runs> {
        let loaded = machines::image(self.context, self.agent, driver, self.kernel)?;
        let mut machine = Machine::new(format!("pgo-{}", driver.label), Clock::Instructions);
        machine.command_line.push("user_profiles=yes".to_owned());
        self.run_in(machine, &loaded, driver, &WORKLOADS)
    }

    /// The same beside `perf record`.
    pub(super) fn run_sampled(&self, driver: &Driver) -> Result<Runs> {
        let tools = ["perf"];
        let loaded = machines::image_with(
            self.context,
            self.agent,
            driver,
            self.kernel,
            "perf",
            &tools,
        )?;
        let mut machine = Machine::new(format!("pgo-{}-perf", driver.label), Clock::Instructions);
        machine.command_line.push("witness=perf".to_owned());
        self.run_in(machine, &loaded, driver, &WORKLOADS)
    }

    /// The same beside the kernel's tracers.
    pub(super) fn run_traced(&self, driver: &Driver) -> Result<Runs> {
        let loaded = machines::image(self.context, self.agent, driver, self.kernel)?;
        let name = format!("pgo-{}-tracers", driver.label);
        let mut machine = Machine::new(name, Clock::Instructions);
        machine.command_line.push("witness=tracers".to_owned());
        self.run_in(machine, &loaded, driver, &WORKLOADS)
    }

    fn run_in(
        &self,
        mut machine: Machine,
        loaded: &Loaded,
        driver: &Driver,
        workloads: &[&str],
    ) -> Result<Runs> {
        machine
            .command_line
            .push(format!("workload={}", workloads.join(",")));
        machine.deadline = DEADLINE;
        let report = machines::run(self.context, self.kernel, loaded, machine, "workload")?;
        ensure!(
            report.faults.is_empty(),
            "{}: the kernel's log tells of faults: {:?}",
            driver.label,
            report.faults
        );
        workloads
            .iter()
            .map(|workload| Ok(((*workload).to_owned(), Run::of(&report.lines, workload)?)))
            .collect()
    }
}

/// What each workload took.
pub(crate) type Runs = BTreeMap<String, Run>;

/// What each plan took on each workload.
pub(crate) type Measured = BTreeMap<String, Runs>;

/// Runs every plan on every workload, but for the driver in one piece, which ran beside the recordings.
pub(super) fn all(rig: &Rig<'_>, plans: &[Plan], whole: Runs) -> Result<Measured> {
    let mut measured = Measured::from([(UNSPLIT.to_owned(), whole)]);
    for plan in plans.iter().filter(|plan| plan.name != UNSPLIT) {
        let driver = rig.driver(&plan.name, &plan.arguments())?;
        measured.insert(plan.name.clone(), rig.run(&driver)?);
    }
    Ok(measured)
}
