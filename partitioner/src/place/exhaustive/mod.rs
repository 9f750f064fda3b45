//! Proof by exhaustion: for random drivers, no placement is better than the one that the cut finds.
//!
//! The judge knows nothing of cuts. It tries every choice of half for every function that is not
//! copied, derives where the copies are, follows atomic context from the roots, and adds up crossings and
//! lines as the documentation states the objective.

mod drivers;
mod judge;

use proptest::prelude::*;

use super::constraints;
use super::core;
use super::cut::Network;
use super::outline::Outlines;
use super::problem::{Lambda, Rule};
use super::sweep;
pub(super) use drivers::{driver, span};
pub(super) use judge::Judge;

/// The corners of what is possible towards few lines and low cost: for each there is a price of a line
/// at which it alone is best, up to ties that end at it.
fn corners(mut all: Vec<(u64, u128)>) -> Vec<(u64, u128)> {
    all.sort_unstable_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
    all.dedup_by_key(|point| point.0);
    let Some(cheapest) = all.iter().map(|point| point.1).min() else {
        return Vec::new();
    };
    let start = all
        .iter()
        .rposition(|point| point.1 == cheapest)
        .unwrap_or_default();
    let mut hull: Vec<(u64, u128)> = Vec::new();
    for point in &all[start..] {
        // The one before is no corner if the way past it is not above it.
        while let [.., a, b] = hull.as_slice() {
            let by_b = (b.1 - a.1) * u128::from(a.0 - point.0);
            let past_b = (point.1.saturating_sub(a.1)) * u128::from(a.0 - b.0);
            if past_b > by_b {
                break;
            }
            hull.pop();
        }
        if hull.last().is_none_or(|last| last.1 <= point.1) {
            hull.push(*point);
        }
    }
    hull
}

/// The price of a line: nothing, little, much, and about as much as a crossing.
fn lambda() -> impl Strategy<Value = u64> {
    prop_oneof![Just(0), 1_u64..500, 500_u64..20_000, Just(1_000_000)]
}

fn agrees(outlines: &Outlines, lambda: u64) -> Result<bool, TestCaseError> {
    let problem = constraints::problem(outlines);
    let solved = problem.solve(Lambda::whole(lambda));
    let found = solved.as_ref().map(|solution| {
        let objective = problem.objective(Lambda::whole(lambda), solution);
        (objective, solution.lines)
    });
    prop_assert_eq!(found, Judge::new(outlines, lambda).best());
    if found.is_none() {
        core_is_smallest(&problem.rules, problem.nodes())?;
    }
    Ok(found.is_some())
}

fn contradicts<'a>(rules: impl Iterator<Item = &'a Rule>, nodes: usize) -> bool {
    let mut network = Network::new(nodes);
    rules.for_each(|rule| network.implies(rule.from.0, rule.to.0));
    network.minimum(0, 1).is_none()
}

/// A core contradicts itself, does not without any one of its rules, and no smaller set of rules does.
fn core_is_smallest(rules: &[Rule], nodes: usize) -> Result<(), TestCaseError> {
    let core = core::smallest(rules, nodes);
    let core = core.ok_or_else(|| TestCaseError::fail("no core, but no placement either"))?;
    prop_assert!(contradicts(core.iter().copied(), nodes));
    for left_out in 0..core.len() {
        let rest = core
            .iter()
            .enumerate()
            .filter(|(index, _)| *index != left_out);
        prop_assert!(!contradicts(rest.map(|(_, rule)| *rule), nodes));
    }
    // No set of rules that contradicts itself is smaller: each holds a chain from the kernel to the user
    // half, and no chain is shorter, by repeated relaxation.
    let size = core.iter().filter(|rule| !rule.cause.is_given()).count();
    let mut shortest = vec![usize::MAX; nodes];
    shortest[0] = 0;
    for _ in 0..nodes {
        for rule in rules {
            let length = usize::from(!rule.cause.is_given());
            let through = shortest[rule.from.0].saturating_add(length);
            shortest[rule.to.0] = shortest[rule.to.0].min(through);
        }
    }
    prop_assert_eq!(size, shortest[1]);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_placement_of_a_small_driver_is_better(outlines in driver(1..=8), lambda in lambda()) {
        agrees(&outlines, lambda)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_front_has_every_corner_and_nothing_else(outlines in driver(1..=9)) {
        let problem = constraints::problem(&outlines);
        let front = sweep::front(&problem);
        let found: Vec<_> = front.iter().map(|p| (p.solution.lines, p.solution.cost)).collect();
        prop_assert_eq!(&found, &corners(Judge::new(&outlines, 0).all()));
        for pair in front.windows(2) {
            let [before, after] = pair else { continue };
            // At its price, a plan costs what the one before it costs; and neither is beaten.
            let price = after.from;
            let cost = problem.objective(price, &after.solution);
            prop_assert_eq!(cost, problem.objective(price, &before.solution));
            let best = problem.solve(price).map(|best| problem.objective(price, &best));
            prop_assert_eq!(Some(cost), best);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_placement_of_sixteen_functions_is_better(outlines in driver(14..=16), lambda in lambda()) {
        agrees(&outlines, lambda)?;
    }
}

#[test]
fn random_drivers_are_of_both_kinds() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let (mut possible, mut not, mut split) = (0, 0, 0);
    for _ in 0..300 {
        let outlines = driver(4..=8)
            .new_tree(&mut runner)
            .expect("a driver")
            .current();
        let problem = constraints::problem(&outlines);
        match problem.solve(Lambda::whole(2_000)) {
            Some(solution) => {
                possible += 1;
                split += usize::from(solution.cost > 0 && solution.lines > 0);
            }
            None => not += 1,
        }
    }
    assert!(
        possible > 60 && not > 60 && split > 30,
        "{possible} {not} {split}"
    );
}
