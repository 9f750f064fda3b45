//! What the partitioner predicts of each plan by a recording, beside what was counted and measured.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use partitioner::analysis::{self, Mode};
use partitioner::place::{Options, predict};
use partitioner::profile::Profile;
use partitioner::source::Sources;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::measure::{Measured, Rig};
use super::plans::{Plan, UNSPLIT};
use super::record::Recorded;
use crate::build;

/// A difference up to this share of a workload cannot be told from none: what is not cut takes that much more
/// or less where the compiler has decided otherwise, or when its code lies elsewhere.
const NOISE: f64 = 0.005;

/// One plan on one workload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) workload: String,
    pub(crate) plan: String,
    /// Calls of functions of the user half; calls from there, services included.
    pub(crate) predicted: [u64; 2],
    pub(crate) counted: [u64; 2],
    /// Instructions of the driver in one piece.
    pub(crate) whole: u64,
    /// And how many more it takes in two.
    pub(crate) predicted_overhead: u64,
    pub(crate) measured_overhead: i64,
}

impl Outcome {
    /// Whether the crossings are those that were predicted.
    pub(crate) fn is_exact(&self) -> bool {
        self.predicted == self.counted
    }

    /// How far the predicted overhead is from the measured one, as a share of that; 0 where they are too close
    /// to be told apart.
    pub(crate) fn deviation(&self) -> f64 {
        let (predicted, measured) = (
            self.predicted_overhead as f64,
            self.measured_overhead as f64,
        );
        let difference = (predicted - measured).abs();
        // What is well above it has to be right as a share of itself.
        let noise = self.whole as f64 * NOISE;
        if difference <= noise && measured.abs() <= 2.0 * noise {
            return 0.0;
        }
        difference / measured.abs().max(1.0)
    }
}

/// Every plan on every workload.
pub(super) fn all(
    rig: &Rig<'_>,
    plans: &[Plan],
    recorded: &[Recorded],
    measured: &Measured,
) -> Result<Vec<Outcome>> {
    let root = rig.context.layout.root();
    let mut outcomes = Vec::new();
    for recording in recorded {
        let workload = &recording.workload;
        let analysis = analyse(&root.join(build::DRIVER), &recording.profile)?;
        let run = |plan: &str| {
            let runs = measured.get(plan).and_then(|runs| runs.get(workload));
            runs.with_context(|| format!("{plan} was not measured on {workload}"))
        };
        let whole = run(UNSPLIT)?;
        for plan in plans.iter().filter(|plan| plan.name != UNSPLIT) {
            let kernel = in_kernel(&plan.file(rig.context))?;
            let predicted = predict::predict_where(&analysis.problem, |id| {
                kernel.contains_key(&analysis.driver.function(id).name)
            });
            let counted = run(&plan.name)?;
            outcomes.push(Outcome {
                workload: workload.clone(),
                plan: plan.name.clone(),
                predicted: [
                    predicted.upcalls + predicted.deferred,
                    predicted.downcalls + predicted.services,
                ],
                counted: [counted.total("upcalls"), counted.total("downcalls")],
                whole: whole.instructions,
                predicted_overhead: predicted.instructions,
                measured_overhead: i64::try_from(counted.instructions)?
                    - i64::try_from(whole.instructions)?,
            });
        }
    }
    Ok(outcomes)
}

/// The driver as the partitioner sees it with a recording.
fn analyse(driver: &Path, profile: &Path) -> Result<analysis::Analysis> {
    let mut sources = Sources::default();
    let outcome = Profile::read(profile, &mut sources).and_then(|read| {
        let options = Options {
            profile: Some(read),
            file: profile.display().to_string(),
            ..Options::default()
        };
        analysis::analyse_with(driver, Mode::Split, &options, &mut sources)
    });
    outcome.map_err(|refusal| {
        let text = partitioner::diagnostics::human(&refusal.0, &sources, false);
        anyhow!("the driver cannot be analysed:\n{text}")
    })
}

/// The functions that a plan has in the kernel half, with their lines.
fn in_kernel(plan: &Path) -> Result<BTreeMap<String, u64>> {
    let text = std::fs::read(plan).with_context(|| format!("read {}", plan.display()))?;
    let plan: Value = serde_json::from_slice(&text)?;
    let functions = plan["functions"].as_array();
    let functions = functions.context("a plan without functions")?.iter();
    Ok(functions
        .filter(|function| matches!(function["placement"].as_str(), Some("kernel" | "both")))
        .filter_map(|function| {
            Some((
                function["name"].as_str()?.to_owned(),
                function["lines"].as_u64()?,
            ))
        })
        .collect())
}

/// Lines of the driver in the kernel half of each plan.
pub(super) fn lines(rig: &Rig<'_>, plans: &[Plan]) -> Result<BTreeMap<String, u64>> {
    let of = |plan: &Plan| {
        let kernel = in_kernel(&plan.file(rig.context))?;
        Ok((plan.name.clone(), kernel.values().sum()))
    };
    plans.iter().map(of).collect()
}
