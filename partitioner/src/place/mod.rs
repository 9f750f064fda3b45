//! Decides for each function in which half it lives.
//!
//! The decision is an exact optimum: `outline` says what has to be known of each function, `cost` what
//! crossings cost and how often they happen, `constraints` makes a [`Problem`] of that, and `cut` solves
//! it for a price, `search` for a budget; `core` and `conflict` say what contradicts what when there is no
//! solution, `reason` why each function is where it is, `short` the same in a few words. What is minimised,
//! and why a minimum cut is the answer, is in docs/placement.md.

pub mod budget;
pub mod cause;
mod conflict;
pub mod constraints;
pub mod core;
pub mod cost;
pub mod cut;
pub mod edit;
#[cfg(test)]
mod exhaustive;
#[cfg(test)]
mod exhaustive_budget;
pub mod goal;
pub mod outline;
pub mod predict;
pub mod problem;
pub mod reason;
mod reduced;
pub mod search;
mod short;
pub mod suggest;
pub mod sweep;
pub mod why;

use std::collections::{BTreeMap, BTreeSet};

use partitioner_syntax::Half;

use crate::contexts::Contexts;
use crate::crossing;
use crate::diagnostics::{Outcome, Report};
use crate::driver::{Driver, FunctionId};
use crate::graph::Graph;
use crate::profile::Profile;
use crate::source::Sources;
use crate::types::Types;
use budget::Within;
use cause::Cause;
use goal::Goal;
use problem::{KERNEL, Lambda, Problem, Rule, Solution, USER};
use reason::Words;

/// What is wanted of a placement.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What was recorded; if nothing, frequencies are assumed.
    pub profile: Option<Profile>,
    /// Where that is from, for messages.
    pub file: String,
    /// What a line in the kernel is worth.
    pub lambda: Lambda,
    /// Instead: how much more the machine may have to execute, in millionths of what the profile says.
    pub budget: Option<u64>,
    /// Functions that have to be in one half, by name, as if they were annotated.
    pub pins: BTreeMap<String, Half>,
}

/// Where every function lives, and why.
#[derive(Clone, Debug, Default)]
pub struct Placement {
    /// The functions that the kernel half has, with the reason.
    pub kernel: BTreeMap<FunctionId, String>,
    /// The functions that the user half has, with the reason.
    pub user: BTreeMap<FunctionId, String>,
    /// Functions without state: copied to the halves that call them.
    pub helpers: BTreeSet<FunctionId>,
    /// Functions of the kernel half that the user half needs and can only have as a copy.
    pub copies: BTreeMap<FunctionId, String>,
    /// The functions that run in atomic context.
    pub atomic: BTreeSet<FunctionId>,
}

impl Placement {
    /// Whether a function is in the kernel half and nowhere else, helpers aside.
    pub fn in_kernel(&self, function: FunctionId) -> bool {
        self.kernel.contains_key(&function)
    }
}

/// A placement with the problem that it solves.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// Where every function lives.
    pub placement: Placement,
    /// The problem.
    pub problem: Problem,
    /// Its solution.
    pub solution: Option<Solution>,
    /// What it is best at.
    pub goal: Goal,
    /// How many lines fewer another plan within the budget may have; more than none only if the search
    /// for it was given up.
    pub unsure: u64,
}

/// The plan of the unsplit driver.
pub fn everything_in_the_kernel(types: Types<'_>, graph: &Graph) -> Outcome<Placement> {
    let reason = "unsplit: everything is in the kernel".to_owned();
    let kernel: BTreeMap<_, _> = types
        .driver
        .iter()
        .map(|(id, _)| (id, reason.clone()))
        .collect();
    let contexts = Contexts {
        driver: types.driver,
        graph,
        in_kernel: &|_| true,
        is_helper: &|_| false,
        runtime_defers: types.api.defers,
    };
    let atomic = contexts.atomic();
    let mut report = Report::default();
    contexts.check(&atomic, &mut report);
    report.finish()?;
    Ok(Placement {
        kernel,
        atomic,
        ..Placement::default()
    })
}

/// Places every function.
///
/// # Errors
/// `MD0010` to `MD0012` where an annotation cannot be kept, `MD0014`, `MD0040` for any other rules that
/// contradict each other, `MD0041` and `MD0042` for a budget.
pub fn place(
    types: Types<'_>,
    graph: &Graph,
    sources: &Sources,
    options: &Options,
) -> Outcome<Placed> {
    let outlines = outline::outlines(types, graph, sources, options.profile.as_ref());
    let mut problem = constraints::problem(&outlines);
    pin(types.driver, &mut problem, &options.pins);
    let best = match options.budget {
        Some(budget) => budget::within(&problem, budget, options.profile.as_ref())?,
        None => problem.solve(options.lambda).map(|solution| Within {
            goal: Goal::Price(options.lambda),
            solution,
            unsure: 0,
        }),
    };
    let Some(Within {
        goal,
        solution,
        unsure,
    }) = best
    else {
        let words = Words {
            driver: types.driver,
        };
        return Err(conflict::refusal(&words, &problem));
    };
    let placement = placement(types, graph, &problem, &solution, &goal);
    check(types, graph, &placement)?;
    Ok(Placed {
        placement,
        problem,
        solution: Some(solution),
        goal,
        unsure,
    })
}

/// Adds to a problem that functions have to be in one half, by name.
pub fn pin(driver: &Driver, problem: &mut Problem, pins: &BTreeMap<String, Half>) {
    for (id, function) in driver.iter() {
        let Some(half) = pins.get(&function.name).copied() else {
            continue;
        };
        let node = problem.kernel(id);
        let (from, to) = match half {
            Half::Kernel => (KERNEL, node),
            Half::User => (node, USER),
        };
        let cause = Cause::Asked(id, half);
        problem.rules.push(Rule { from, to, cause });
    }
}

/// What was found by implications holds when contexts are followed from the roots, too.
fn check(types: Types<'_>, graph: &Graph, placement: &Placement) -> Outcome<()> {
    let in_kernel = |id: FunctionId| placement.kernel.contains_key(&id);
    let is_helper = |id: FunctionId| placement.helpers.contains(&id);
    let contexts = contexts(types, graph, &in_kernel, &is_helper);
    let mut report = Report::default();
    contexts.check(&placement.atomic, &mut report);
    report.finish()
}

fn contexts<'a>(
    types: Types<'a>,
    graph: &'a Graph,
    in_kernel: &'a dyn Fn(FunctionId) -> bool,
    is_helper: &'a dyn Fn(FunctionId) -> bool,
) -> Contexts<'a> {
    Contexts {
        driver: types.driver,
        graph,
        in_kernel,
        is_helper,
        runtime_defers: types.api.defers,
    }
}

/// A solution in terms of the driver, with reasons.
fn placement(
    types: Types<'_>,
    graph: &Graph,
    problem: &Problem,
    solution: &Solution,
    goal: &Goal,
) -> Placement {
    let driver = types.driver;
    let words = Words { driver };
    let forced = core::implied(problem, &[KERNEL]);
    let mut placed = Placement::default();
    for (id, _) in driver.iter() {
        if outline::is_helper(driver, graph, id) {
            placed.helpers.insert(id);
        } else if solution.has(problem.kernel(id)) {
            let reason = words.in_kernel(problem, solution, goal, &forced, id);
            placed.kernel.insert(id, reason);
        } else {
            placed.user.insert(id, words.in_user(id));
        }
    }
    placed.copies = copies(types, graph, problem, &placed);
    let in_kernel = |id: FunctionId| placed.kernel.contains_key(&id);
    let is_helper = |id: FunctionId| placed.helpers.contains(&id);
    placed.atomic = contexts(types, graph, &in_kernel, &is_helper).atomic();
    placed
}

/// The functions of the kernel half that the user half has a copy of.
fn copies(
    types: Types<'_>,
    graph: &Graph,
    problem: &Problem,
    placed: &Placement,
) -> BTreeMap<FunctionId, String> {
    let mut copies = BTreeMap::new();
    let mut queue: Vec<FunctionId> = placed.user.keys().copied().collect();
    let mut seen: BTreeSet<FunctionId> = queue.iter().copied().collect();
    while let Some(caller) = queue.pop() {
        for callee in graph.callees(caller) {
            if !problem.shared[callee.0] || !seen.insert(callee) {
                continue;
            }
            queue.push(callee);
            if placed.kernel.contains_key(&callee) {
                let why = crossing::downcall(&types, types.driver.function(callee));
                let why = why.err().map(|obstacle| obstacle.reason);
                let why = why.unwrap_or_default();
                copies.insert(callee, format!("copied, because {why}"));
            }
        }
    }
    copies
}
