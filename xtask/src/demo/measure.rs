//! The machines of the demo: each driver twice where instructions are the clock, once where the
//! wall's clock is.

use std::path::Path;

use anyhow::Result;
use rig::kernel::Kernel;
use rig::vm::{Clock, Machine};
use serde::Serialize;
use serde_json::Value;

use crate::build::Driver;
use crate::variant::Variant;
use crate::{Context, machines};

/// Machines that run at a time: they are emulated, each takes a processor.
const WIDTH: usize = 2;

/// What the agent reported in one machine.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Run {
    pub(crate) lines: Vec<Value>,
    pub(crate) faults: Vec<String>,
    seconds: f64,
}

impl Run {
    /// All lines with this `event`.
    pub(crate) fn events<'a>(&'a self, event: &'a str) -> impl Iterator<Item = &'a Value> {
        self.lines.iter().filter(move |line| line["event"] == event)
    }
}

/// All that was measured of one driver.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Measured {
    pub(crate) variant: Variant,
    /// Two runs of the same.
    pub(crate) counts: [Run; 2],
    pub(crate) traffic: Run,
}

/// Runs all machines.
pub(crate) fn run(
    context: &Context,
    kernel: &Kernel,
    agent: &Path,
    drivers: &[(Variant, Driver)],
) -> Result<Vec<Measured>> {
    let mut jobs = Vec::new();
    for (variant, driver) in drivers {
        let loaded = machines::image(context, agent, driver, kernel)?;
        let name = |what: &str| format!("demo-{variant}-{what}");
        for run in ["counts-1", "counts-2"] {
            let machine = Machine::new(name(run), Clock::Instructions);
            jobs.push((loaded.clone(), machine, "counts"));
        }
        let machine = Machine::new(name("traffic"), Clock::Real);
        jobs.push((loaded, machine, "traffic"));
    }
    let reports = machines::side_by_side(jobs, WIDTH, |(loaded, machine, scenario)| {
        machines::run(context, kernel, &loaded, machine, scenario)
    })?;
    let mut runs = reports.into_iter().map(|report| Run {
        lines: report.lines,
        faults: report.faults,
        seconds: report.took.as_secs_f64(),
    });
    let mut measured = Vec::new();
    for (variant, _) in drivers {
        if let (Some(first), Some(second), Some(traffic)) = (runs.next(), runs.next(), runs.next())
        {
            measured.push(Measured {
                variant: *variant,
                counts: [first, second],
                traffic,
            });
        }
    }
    Ok(measured)
}
