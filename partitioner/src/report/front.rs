//! The plans that could be chosen: those that no other beats in lines left in the kernel and in crossings.

use serde::Serialize;

use crate::analysis::Analysis;
use crate::place::predict;
use crate::place::problem::Lambda;
use crate::place::sweep;
use crate::profile::Profile;

/// One of them.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// Lines of the driver that have to be in the kernel, copies aside.
    pub lines: u64,
    /// Instructions a second for crossings: recorded frequencies, or assumed ones.
    pub instructions: f64,
    /// The same as a share of all that the machine executed, in percent, if that was recorded.
    pub overhead: Option<f64>,
    /// The price of a line, in instructions a second, from which on this plan is best; none if it is best
    /// at no price, and was made for a budget or from a plan.
    pub lambda: Option<f64>,
    /// The functions that leave the kernel from the plan before this one to this one.
    pub leaves: Vec<String>,
    /// Whether it is the plan of this report.
    pub chosen: bool,
}

/// Every plan of the front, from the most lines in the kernel to the fewest, and that of this report.
pub fn choices(analysis: &Analysis, profile: Option<&Profile>) -> Vec<Choice> {
    let problem = &analysis.problem;
    #[expect(clippy::cast_precision_loss, reason = "figures of a chart")]
    let seconds = problem.milliseconds.max(1) as f64 / 1_000.0;
    let mut choices = Vec::new();
    for plan in sweep::shown(problem, analysis.solution.as_ref()) {
        let prediction = predict::of(problem, &plan.solution);
        let overhead = profile.and_then(|profile| prediction.overhead(profile));
        let name = |id| analysis.driver.function(id).name.clone();
        #[expect(clippy::cast_precision_loss, reason = "figures of a chart")]
        choices.push(Choice {
            lines: plan.solution.lines,
            instructions: prediction.instructions as f64 / seconds,
            overhead: overhead.map(|millionths| millionths as f64 / 10_000.0),
            lambda: plan.from.map(Lambda::value),
            leaves: plan.leaves.into_iter().map(name).collect(),
            chosen: plan.chosen,
        });
    }
    choices
}
