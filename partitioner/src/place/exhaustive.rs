//! Proof by exhaustion: for random drivers, no placement is better than the one that the cut finds.
//!
//! The judge here knows nothing of cuts. It tries every choice of half for every function that is not
//! copied, derives where the copies are, follows atomic context from the roots, and adds up crossings and
//! lines as the documentation states the objective.

use std::collections::{BTreeMap, BTreeSet};

use partitioner_syntax::Half;
use proptest::prelude::*;

use super::constraints;
use super::core;
use super::cost;
use super::cut::Network;
use super::outline::{Bar, Call, Entry, Outline, Outlines};
use super::problem::{Kind, Lambda, Rule};
use super::sweep;
use crate::driver::FunctionId;
use crate::graph::{Hold, Touch};
use crate::source::{Sources, Span};

/// A place: rules want one, and its position is all that matters here.
pub(super) fn span() -> Span {
    let mut sources = Sources::default();
    let path = std::path::Path::new("driver.rs");
    let file = sources.add(path, path, String::new());
    Span {
        file,
        start: 0,
        end: 0,
    }
}

fn touch() -> Touch {
    let what = "something".to_owned();
    Touch { span: span(), what }
}

fn hold() -> Hold {
    let Touch { span, what } = touch();
    let taken = span;
    Hold { span, what, taken }
}

fn bar() -> Bar {
    Bar {
        why: "it cannot".to_owned(),
        blamed: span(),
    }
}

/// A function without its calls. Most have nothing special about them.
fn outline() -> impl Strategy<Value = Outline> {
    let seldom = || prop::bool::weighted(0.12);
    let root = prop::option::weighted(0.4, (seldom(), any::<bool>(), seldom(), 0_u64..6));
    let annotation = prop::option::weighted(0.2, any::<bool>());
    let crossings = (prop::bool::weighted(0.75), prop::bool::weighted(0.75));
    let counts = (0_u64..5, 0_u64..40, prop::bool::weighted(0.3));
    let bad = (
        seldom(),
        prop::bool::weighted(0.06),
        prop::bool::weighted(0.04),
    );
    (root, annotation, crossings, counts, bad).prop_map(
        |(root, annotation, (up, down), (services, lines, shared), bad)| {
            let (touches, sleeps, sleeps_holding) = bad;
            let shared = shared && root.is_none() && annotation.is_none() && !touches;
            let half = |kernel| if kernel { Half::Kernel } else { Half::User };
            let root = root.map(|(atomic, deferrable, pinned, count)| Entry {
                atomic,
                deferrable: atomic && deferrable,
                pinned: pinned && !(atomic && deferrable),
                by_worker: false,
                count,
            });
            let kind = match root {
                Some(root) if root.deferrable => Kind::Deferred,
                _ => Kind::Upcall,
            };
            Outline {
                lines,
                annotation: annotation.map(|kernel| (half(kernel), span())),
                root,
                of_master: false,
                kernel_method: false,
                touches: touches.then(touch).into_iter().collect(),
                shared,
                remembered: false,
                up: up.then_some(kind).ok_or_else(bar),
                down: down.then_some(()).ok_or_else(bar),
                calls: BTreeMap::new(),
                sleeps: sleeps.then(touch).into_iter().collect(),
                sleeps_holding: sleeps_holding.then(hold).into_iter().collect(),
                called: 1,
                services,
            }
        },
    )
}

/// A driver: copies call only copies after them, so that what each does is a finite sum.
pub(super) fn driver(
    functions: std::ops::RangeInclusive<usize>,
) -> impl Strategy<Value = Outlines> {
    functions.prop_flat_map(|size| {
        let call = (0..size, 0..size, 0_u64..4, prop::bool::weighted(0.08));
        let outlines = prop::collection::vec(outline(), size);
        let calls = prop::collection::vec(call, 0..=2 * size);
        (outlines, calls, any::<bool>()).prop_map(|(mut functions, calls, defers)| {
            for (caller, callee, count, held) in calls {
                let circle = functions[caller].shared && functions[callee].shared;
                if caller == callee || (circle && caller > callee) {
                    continue;
                }
                let call = Call {
                    span: span(),
                    count,
                    held: held.then(hold),
                };
                functions[caller].calls.insert(FunctionId(callee), call);
            }
            let called: BTreeSet<usize> = functions
                .iter()
                .flat_map(|outline| outline.calls.keys().map(|callee| callee.0))
                .collect();
            for (id, outline) in functions.iter_mut().enumerate() {
                if let Some(root) = &mut outline.root {
                    root.by_worker = defers && root.deferrable && !called.contains(&id);
                }
            }
            Outlines {
                functions,
                milliseconds: 1_000,
                recorded: true,
            }
        })
    })
}

/// What is the same in every placement of a driver.
pub(super) struct Judge<'a> {
    outlines: &'a Outlines,
    lambda: u128,
    /// For each function that is not copied: calls and services, its copies' included.
    bears: Vec<(BTreeMap<usize, u64>, u64)>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(outlines: &'a Outlines, lambda: u64) -> Judge<'a> {
        let mut judge = Judge {
            outlines,
            lambda: u128::from(lambda),
            bears: Vec::new(),
        };
        for function in 0..outlines.functions.len() {
            let mut bears = (BTreeMap::new(), 0);
            judge.follow(function, 1, &mut bears);
            judge.bears.push(bears);
        }
        judge
    }

    /// Every way from a function down through copies.
    fn follow(&self, at: usize, times: u64, bears: &mut (BTreeMap<usize, u64>, u64)) {
        let outline = &self.outlines.functions[at];
        bears.1 += outline.services * times;
        for (callee, call) in &outline.calls {
            if self.outlines.functions[callee.0].shared {
                self.follow(callee.0, times * call.count, bears);
            } else {
                *bears.0.entry(callee.0).or_default() += times * call.count;
            }
        }
    }

    /// What a placement costs, in thousandths of instructions, and its lines; `None` if it is not
    /// possible. Bits of `kernel` are the functions of the kernel half that are not copied.
    fn price(&self, kernel: u32) -> Option<(u128, u64)> {
        let functions = &self.outlines.functions;
        let is = |set: u32, id: usize| set >> id & 1 == 1;
        let (mut in_kernel, mut in_user) = (kernel, 0_u32);
        for (id, outline) in functions.iter().enumerate() {
            if !outline.shared && !is(kernel, id) {
                in_user |= 1 << id;
            }
        }
        for half in [&mut in_kernel, &mut in_user] {
            loop {
                let before = *half;
                for (id, outline) in functions.iter().enumerate() {
                    for callee in outline.calls.keys() {
                        if is(before, id) && functions[callee.0].shared {
                            *half |= 1 << callee.0;
                        }
                    }
                }
                if *half == before {
                    break;
                }
            }
        }
        self.is_possible(in_kernel, in_user, kernel)
            .then(|| self.sum(in_kernel, kernel))
    }

    fn is_possible(&self, in_kernel: u32, in_user: u32, kernel: u32) -> bool {
        let functions = &self.outlines.functions;
        let is = |set: u32, id: usize| set >> id & 1 == 1;
        let mut atomic = 0_u32;
        for (id, outline) in functions.iter().enumerate() {
            let wants = outline.annotation.as_ref().map(|(half, _)| *half);
            if wants == Some(Half::Kernel) && !is(kernel, id)
                || wants == Some(Half::User) && is(kernel, id)
                || !outline.touches.is_empty() && !is(kernel, id)
            {
                return false;
            }
            if let Some(root) = outline.root {
                if !is(kernel, id) && (root.pinned || outline.up.is_err()) {
                    return false;
                }
                if root.atomic && (!root.deferrable || is(kernel, id) && !root.by_worker) {
                    atomic |= 1 << id;
                }
            }
            for (callee, call) in &outline.calls {
                let other = &functions[callee.0];
                let above = is(in_kernel, id) && !is(in_kernel, callee.0) && other.up.is_err();
                let below = is(in_user, id) && !is(in_user, callee.0) && other.down.is_err();
                if above || below {
                    return false;
                }
                if is(in_kernel, id) && call.held.is_some() && !self.outlines.is_deferrable(*callee)
                {
                    atomic |= 1 << callee.0;
                }
            }
            if is(in_kernel, id) && !outline.sleeps_holding.is_empty() {
                return false;
            }
        }
        loop {
            let before = atomic;
            for (id, outline) in functions.iter().enumerate() {
                for callee in outline.calls.keys() {
                    if is(before, id) && !self.outlines.is_deferrable(*callee) {
                        atomic |= 1 << callee.0;
                    }
                }
            }
            if atomic == before {
                break;
            }
        }
        let sleeps = |id: &usize| is(atomic, *id) && !functions[*id].sleeps.is_empty();
        atomic & !in_kernel == 0 && !(0..functions.len()).any(|id| sleeps(&id))
    }

    fn sum(&self, in_kernel: u32, kernel: u32) -> (u128, u64) {
        let functions = &self.outlines.functions;
        let is = |set: u32, id: usize| set >> id & 1 == 1;
        let (mut cost, mut lines) = (0, 0);
        let up = |callee: usize| match &functions[callee].up {
            Ok(Kind::Deferred) => cost::DEFERRED,
            _ => cost::UPCALL,
        };
        for (id, outline) in functions.iter().enumerate() {
            if is(in_kernel, id) {
                lines += outline.lines;
            }
            if outline.shared {
                continue;
            }
            let (calls, services) = &self.bears[id];
            if !is(kernel, id) {
                cost += outline.root.map_or(0, |root| root.count) * up(id);
                cost += services * cost::DOWNCALL;
            }
            for (callee, count) in calls {
                match (is(kernel, id), is(kernel, *callee)) {
                    (true, false) => cost += count * up(*callee),
                    (false, true) => cost += count * cost::DOWNCALL,
                    _ => {}
                }
            }
        }
        let worth = self.lambda * u128::from(lines) * 1_000;
        (u128::from(cost) * 1_000 + worth, lines)
    }

    /// The best of all placements: what it costs, and its lines.
    fn best(&self) -> Option<(u128, u64)> {
        let functions = &self.outlines.functions;
        let free: Vec<usize> = (0..functions.len())
            .filter(|id| !functions[*id].shared)
            .collect();
        let spread = |choice: u32| {
            let chosen = free
                .iter()
                .enumerate()
                .filter(|(bit, _)| choice >> bit & 1 == 1);
            chosen.fold(0_u32, |set, (_, id)| set | 1 << id)
        };
        let choices = 0..1_u32 << free.len();
        choices
            .filter_map(|choice| self.price(spread(choice)))
            .min()
    }
}

impl Judge<'_> {
    /// Lines and cost of every placement that is possible.
    pub(super) fn all(&self) -> Vec<(u64, u128)> {
        let functions = &self.outlines.functions;
        let free: Vec<usize> = (0..functions.len())
            .filter(|id| !functions[*id].shared)
            .collect();
        let spread = |choice: u32| {
            let chosen = free
                .iter()
                .enumerate()
                .filter(|(bit, _)| choice >> bit & 1 == 1);
            chosen.fold(0_u32, |set, (_, id)| set | 1 << id)
        };
        let choices = 0..1_u32 << free.len();
        let prices = choices.filter_map(|choice| self.price(spread(choice)));
        prices.map(|(cost, lines)| (lines, cost)).collect()
    }
}

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
