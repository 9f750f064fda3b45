//! The plan with the fewest lines in the kernel whose crossings stay within a budget.

use super::problem::{Lambda, Problem, Solution};
use super::{predict, sweep};
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::profile::Profile;

/// The plan of the front with the fewest lines in the kernel whose predicted overhead stays within the
/// budget, in millionths, and a price at which it is best; `None` if there is no plan at all.
///
/// # Errors
/// `MD0041` without a profile that knows how many instructions the machine executed, `MD0042` if no plan
/// stays within the budget.
pub(super) fn within(
    problem: &Problem,
    budget: u64,
    profile: Option<&Profile>,
) -> Outcome<Option<(Lambda, Solution)>> {
    let Some(profile) = profile.filter(|profile| profile.total > 0) else {
        let title =
            "a budget needs a profile that knows how many instructions the machine executed";
        let help = "give one with `--profile`, or a price for lines with `--lambda`";
        return Err(Diagnostic::new(Code::BudgetWithoutTotal, title, help).into());
    };
    let front = sweep::front(problem);
    let overhead = |solution: &Solution| {
        let prediction = predict::of(problem, solution);
        prediction.overhead(profile).unwrap_or(u64::MAX)
    };
    let Some(least) = front.first().map(|point| overhead(&point.solution)) else {
        return Ok(None);
    };
    let chosen = front
        .into_iter()
        .rev()
        .find(|point| overhead(&point.solution) <= budget);
    let Some(point) = chosen else {
        let title = format!(
            "no plan stays within {}: the one with the fewest crossings needs {}",
            percent(budget),
            percent(least)
        );
        let help = "allow more, or remove `#[user_path]` where the kernel calls often";
        return Err(Diagnostic::new(Code::OverBudget, title, help).into());
    };
    Ok(Some((point.from, point.solution)))
}

/// Millionths as a percentage.
pub fn percent(millionths: u64) -> String {
    let (whole, rest) = (millionths / 10_000, millionths % 10_000);
    let text = format!("{whole}.{rest:04}");
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}
