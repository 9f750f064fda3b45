//! The plan with the fewest lines in the kernel whose crossings stay within a budget.

use super::goal::Goal;
use super::problem::{Problem, Solution};
use super::search::{self, Found};
use super::{predict, sweep};
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::profile::Profile;

/// A plan within a budget.
pub(super) struct Within {
    /// The budget, and the price of the front's plan that it begins from.
    pub(super) goal: Goal,
    /// The plan.
    pub(super) solution: Solution,
    /// How many lines fewer another plan within the budget may have: none, if the search was finished.
    pub(super) unsure: u64,
}

/// The plan with the fewest lines in the kernel whose predicted overhead stays within the budget, in
/// millionths; `None` if there is no plan at all.
///
/// # Errors
/// `MD0041` without a profile that knows how many instructions the machine executed, `MD0042` if no plan
/// stays within the budget.
pub(super) fn within(
    problem: &Problem,
    budget: u64,
    profile: Option<&Profile>,
) -> Outcome<Option<Within>> {
    let Some(profile) = profile.filter(|profile| profile.total > 0) else {
        let title =
            "a budget needs a profile that knows how many instructions the machine executed";
        let help = "give one with `--profile`, or a price for lines with `--lambda`";
        return Err(Diagnostic::new(Code::BudgetWithoutTotal, title, help).into());
    };
    let most = most(budget, profile.total);
    match search::fewest(problem, problem.rules.iter(), most) {
        Found::Impossible => Ok(None),
        Found::TooDear(cheapest) => {
            let least = predict::of(problem, &cheapest).overhead(profile);
            Err(over(budget, least.unwrap_or(u64::MAX)).into())
        }
        Found::Plan {
            solution, unsure, ..
        } => {
            let point = sweep::last_within(problem, most);
            let price = point.map(|point| point.from).unwrap_or_default();
            Ok(Some(Within {
                goal: Goal::Budget { most, price },
                solution,
                unsure,
            }))
        }
    }
}

fn over(budget: u64, least: u64) -> Diagnostic {
    let title = format!(
        "no plan stays within {}: the one with the fewest crossings needs {}",
        percent(budget),
        percent(least)
    );
    let help = "allow more, or remove `#[user_path]` where the kernel calls often";
    Diagnostic::new(Code::OverBudget, title, help)
}

/// The most, in thousandths of instructions, that a plan may cost so that its predicted overhead is not
/// above so many millionths of so many instructions: the other way round of `Prediction::overhead`, with
/// the same rounding.
fn most(budget: u64, total: u64) -> u128 {
    if budget == u64::MAX {
        return u128::MAX;
    }
    // The overhead is rounded down, so it may be anything below one millionth more.
    let instructions = ((u128::from(budget) + 1) * u128::from(total)).div_ceil(1_000_000) - 1;
    if instructions >= u128::from(u64::MAX) {
        return u128::MAX;
    }
    // Instructions are rounded to the nearest.
    instructions * 1_000 + 499
}

/// Millionths as a percentage.
pub fn percent(millionths: u64) -> String {
    let (whole, rest) = (millionths / 10_000, millionths % 10_000);
    let text = format!("{whole}.{rest:04}");
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::place::predict::Prediction;
    use crate::profile::tests::sample;

    /// Numbers of every size, and the largest.
    fn number() -> impl Strategy<Value = u64> {
        prop_oneof![0_u64..100, 0..5_000_000_u64, any::<u64>(), Just(u64::MAX)]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

        /// What costs at most so much is what is predicted to stay within the budget; also at the very edge.
        #[test]
        fn the_limit_is_where_the_prediction_is_above_it(
            budget in number(), total in number(), cost in number(), near in 0_u128..3, edge in any::<bool>(),
        ) {
            let profile = Profile { total: total.max(1), ..sample() };
            let most = most(budget, profile.total);
            let cost = if edge { most.saturating_add(near).saturating_sub(1) } else { u128::from(cost) * 1_000 };
            let problem = Problem { milliseconds: 1, ..Problem::default() };
            let solution = Solution { at_kernel: Vec::new(), lines: 0, cost };
            let Prediction { instructions, .. } = predict::of(&problem, &solution);
            let overhead = Prediction { instructions, ..Prediction::default() }.overhead(&profile);
            prop_assert_eq!(cost <= most, overhead.is_some_and(|overhead| overhead <= budget));
        }
    }

    #[test]
    fn millionths_are_percents() {
        for (millionths, text) in [
            (0, "0%"),
            (1, "0.0001%"),
            (50_000, "5%"),
            (1_234_500, "123.45%"),
        ] {
            assert_eq!(percent(millionths), text);
        }
    }
}
