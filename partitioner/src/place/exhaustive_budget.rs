//! Proof by exhaustion, for budgets: for random drivers, no placement within a limit has fewer lines in the
//! kernel than the one that the search finds, and none with as few costs less.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::constraints;
use super::exhaustive::{Judge, driver, span};
use super::outline::{Call, Entry, Outline, Outlines};
use super::problem::{Kind, Lambda};
use super::search::{self, Found};
use super::sweep;
use crate::driver::FunctionId;

/// A limit near what one of the placements costs, picked by a number.
fn limit(all: &[(u64, u128)], pick: usize) -> u128 {
    let Some((_, cost)) = all.get(pick / 3 % all.len().max(1)) else {
        return 0;
    };
    match pick % 3 {
        0 => cost.saturating_sub(1),
        1 => *cost,
        _ => cost + 1_000,
    }
}

/// Compares the search with trying everything; says whether the best plan is none of the front.
fn agrees(outlines: &Outlines, pick: usize) -> Result<bool, TestCaseError> {
    let problem = constraints::problem(outlines);
    let all = Judge::new(outlines, 0).all();
    let most = limit(&all, pick);
    let best = all.iter().filter(|(_, cost)| *cost <= most).min().copied();
    match search::fewest(&problem, problem.rules.iter(), most) {
        Found::Impossible => prop_assert!(all.is_empty()),
        Found::TooDear(cheapest) => {
            prop_assert_eq!(best, None);
            let least = all.iter().map(|(_, cost)| *cost).min();
            prop_assert_eq!(Some(cheapest.cost), least);
        }
        Found::Plan {
            solution, unsure, ..
        } => {
            prop_assert_eq!(Some((solution.lines, solution.cost)), best);
            prop_assert_eq!(unsure, 0);
            // If it is given up early, it says by how much it may be off, and that is not too little.
            let early = search::fewest_within(&problem, problem.rules.iter(), most, pick % 400);
            let Found::Plan {
                solution: early,
                unsure,
                ..
            } = early
            else {
                return Err(TestCaseError::fail("there is a plan"));
            };
            prop_assert!(early.cost <= most);
            prop_assert!(early.lines - unsure <= solution.lines && solution.lines <= early.lines);
            // It is a placement, and no other than it says.
            for rule in &problem.rules {
                prop_assert!(!solution.has(rule.from) || solution.has(rule.to));
            }
            prop_assert_eq!(&problem.solution(solution.at_kernel.clone()), &solution);
        }
    }
    let mut front = sweep::front(&problem).into_iter();
    let last = front.rfind(|point| point.solution.cost <= most);
    let found = sweep::last_within(&problem, most);
    let key = |point: &sweep::Point| (point.from, point.solution.lines, point.solution.cost);
    prop_assert_eq!(found.as_ref().map(key), last.as_ref().map(key));
    Ok(last.is_some_and(|point| Some((point.solution.lines, point.solution.cost)) != best))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_placement_of_a_small_driver_is_within_the_limit_and_better(
        mut outlines in driver(1..=9), pick in any::<usize>(), like in any::<bool>(),
    ) {
        // Where functions have about the same lines, it often is the cost that decides.
        for function in outlines.functions.iter_mut().filter(|_| like) {
            function.lines %= 3;
        }
        agrees(&outlines, pick)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_placement_of_sixteen_functions_is_within_the_limit_and_better(
        outlines in driver(14..=16), pick in any::<usize>(),
    ) {
        agrees(&outlines, pick)?;
    }
}

/// Otherwise what is compared above would be compared with nothing.
#[test]
fn often_the_best_plan_is_best_at_no_price() {
    let mut runner = TestRunner::deterministic();
    let mut beyond = 0;
    for pick in 0..600 {
        let outlines = driver(6..=9)
            .new_tree(&mut runner)
            .expect("a driver")
            .current();
        beyond += usize::from(agrees(&outlines, pick * 7).expect("the same"));
    }
    assert!(beyond > 60, "{beyond}");
}

/// A large driver: most functions are called by a few others, often or seldom, and some ask for services.
fn large(functions: usize, calls: usize) -> Outlines {
    let mut seed = 1_u64;
    let mut random = |below: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut outlines = Outlines {
        functions: Vec::new(),
        milliseconds: 1_000,
        recorded: true,
    };
    for id in 0..functions {
        let hot = id % 20 == 0;
        outlines.functions.push(Outline {
            lines: 5 + random(60),
            annotation: None,
            root: hot.then(|| Entry {
                atomic: false,
                deferrable: false,
                by_worker: false,
                pinned: id % 40 == 0,
                count: random(10_000),
            }),
            of_master: false,
            kernel_method: false,
            touches: Vec::new(),
            shared: false,
            remembered: false,
            up: Ok(Kind::Upcall),
            down: Ok(()),
            calls: BTreeMap::new(),
            sleeps: Vec::new(),
            sleeps_holding: Vec::new(),
            called: 1,
            services: random(2_000),
        });
    }
    for _ in 0..calls {
        let caller = random(functions as u64) as usize;
        let callee = random(functions as u64) as usize;
        if caller != callee {
            let call = Call {
                span: span(),
                count: random(1_000),
                held: None,
            };
            outlines.functions[caller]
                .calls
                .insert(FunctionId(callee), call);
        }
    }
    outlines
}

#[test]
fn a_search_in_a_large_driver_is_bounded() {
    for (functions, calls) in [(1_000, 0), (1_000, 1_500), (1_000, 4_000)] {
        let problem = constraints::problem(&large(functions, calls));
        let cost = |price| problem.solve(Lambda::whole(price)).map(|best| best.cost);
        let (least, most) = (cost(0).unwrap_or(0), cost(1_000_000_000).unwrap_or(0));
        // Somewhere between plans of the front: where one of them takes all of a limit, nothing is better.
        let most = least + (most - least) * 2 / 5;
        let (edges, work) = (functions + calls, 200_000);
        let found = search::fewest_within(&problem, problem.rules.iter(), most, work);
        let Found::Plan {
            solution,
            unsure,
            cuts,
        } = found
        else {
            panic!("{found:?}");
        };
        // What was begun is finished; that is a few cuts.
        assert!(cuts <= work / edges + 60, "{cuts}");
        assert!(solution.cost <= most);
        let front = sweep::last_within(&problem, most).expect("a plan of the front");
        assert!(
            solution.lines < front.solution.lines,
            "better than the front"
        );
        // Functions that have nothing to do with each other leave no gap of more than a few.
        assert!(calls > 0 || unsure < 60, "{unsure}");
    }
}
