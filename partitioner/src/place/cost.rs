//! What a crossing costs, and how often each call happens: recorded, or assumed.
//!
//! The costs are instructions of the machine, measured on Linux 6.12 by `cargo xtask pgo`: what the default plan
//! takes more than the driver in one piece, on workloads whose crossings are counted. On the one that asks for
//! the link and for statistics, 62 upcalls, each lent a lock and most with a register program that is run ahead,
//! take 776,000: that is 12,500. A downcall takes 2,600, as one such question in `cargo xtask bench` showed. On the one
//! that changes filters, a deferred call takes 24,100, with the worker's part, and the register program that rides
//! back with it (docs/placement.md).

use std::collections::{BTreeMap, BTreeSet};

use super::outline::Outlines;
use super::problem::Kind;
use crate::driver::{Driver, FunctionId};
use crate::graph::Graph;
use crate::profile::{Activity, Profile};

/// Changes with the figures below.
pub const VERSION: u32 = 4;
/// Instructions of an upcall with its answer, and what comes with it.
pub const UPCALL: u64 = 12_500;
/// Instructions of a downcall, or of a service that the user half waits for.
pub const DOWNCALL: u64 = 2_600;
/// Instructions of a deferred call that is made: queued, maybe with others that it replaces, and an upcall of
/// a worker, which has to be woken, with all arguments copied twice more.
pub const DEFERRED: u64 = 24_100;
/// What a line in the kernel is worth if nothing else is said: instructions per second. At this price an
/// operation that is called once a second leaves the kernel if it has one line for each upcall that it
/// costs.
pub const LAMBDA: u64 = 10_000;
/// Without a profile, what the kernel half cannot give away calls each of its functions that often a
/// second, because it is the hot path; anything else is called once a second.
pub const HOT: u64 = 100;
/// Without a profile, the time that is assumed, in milliseconds.
pub const ASSUMED_MILLISECONDS: u64 = 1_000;

/// More of anything than this is taken for this: sums stay far from overflow, whatever a profile says.
const MOST: f64 = 1e12;
/// The longest time that is told apart, in milliseconds: eleven days.
pub const LONGEST: u64 = 1_000_000_000;

/// What something costs that happens so often, in thousandths of instructions.
pub fn of(kind: Kind, count: f64) -> u128 {
    let each = match kind {
        Kind::Upcall => UPCALL,
        Kind::Deferred => DEFERRED,
        Kind::Downcall | Kind::Service => DOWNCALL,
    };
    (count.min(MOST) * each as f64 * 1_000.0).round() as u128
}

/// How often things happen: as recorded, or once if nothing was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recorded<'a> {
    pub(super) driver: &'a Driver,
    pub(super) graph: &'a Graph,
    pub(super) profile: Option<&'a Profile>,
}

impl Recorded<'_> {
    fn activity(&self, profile: &Profile, id: FunctionId) -> Activity {
        let name = &self.driver.function(id).name;
        profile.functions.get(name).cloned().unwrap_or_default()
    }

    /// How often a function is called, from wherever.
    pub(super) fn calls(&self, id: FunctionId) -> u64 {
        self.profile
            .map_or(1, |profile| self.activity(profile, id).calls)
    }

    /// How often one function calls another.
    pub(super) fn edge(&self, caller: FunctionId, callee: FunctionId) -> u64 {
        let Some(profile) = self.profile else {
            return 1;
        };
        let name = &self.driver.function(callee).name;
        let callees = self.activity(profile, caller).callees;
        callees.get(name).copied().unwrap_or(0)
    }

    /// How often the kernel itself calls a root.
    pub(super) fn outside(&self, root: FunctionId) -> u64 {
        if self.profile.is_none() {
            return 1;
        }
        let callers = self.graph.callers(root).into_iter();
        let inside = callers.map(|caller| self.edge(caller, root));
        self.calls(root)
            .saturating_sub(inside.fold(0, u64::saturating_add))
    }

    /// How often a function asks the driver API for what would be a downcall from the user half.
    pub(super) fn services(&self, id: FunctionId) -> u64 {
        let Some(profile) = self.profile else {
            let services = self.graph.facts(id).services.values();
            return services.map(|service| service.downcalls).sum();
        };
        let counts = self.activity(profile, id).services.into_values();
        counts.fold(0, u64::saturating_add)
    }
}

/// What a function bears: its own calls and services, and those of the copies below it.
#[derive(Clone, Debug, Default)]
pub struct Borne {
    /// Calls of functions that are not copied, by callee.
    pub calls: BTreeMap<FunctionId, f64>,
    /// Services.
    pub services: f64,
}

/// What a function bears. A copy's calls are shared out among its callers, in proportion to how often
/// each calls it; copies that call each other in a circle are followed once round.
pub fn borne(outlines: &Outlines, forced: &[bool], function: FunctionId) -> Borne {
    let order = copies_below(outlines, function);
    let place: BTreeMap<FunctionId, usize> = order.iter().copied().zip(1..).collect();
    let mut arriving = BTreeMap::from([(function, 1.0)]);
    let mut borne = Borne::default();
    for (index, copy) in [function].iter().chain(&order).enumerate() {
        let outline = outlines.of(*copy);
        let calls = if index == 0 { 1 } else { outline.called };
        let count = arriving.get(copy).copied().unwrap_or_default();
        if count == 0.0 || calls == 0 {
            continue;
        }
        let share = count / calls as f64;
        borne.services += outline.services as f64 * share;
        let often = if index == 0 && !outlines.recorded && forced[copy.0] {
            HOT
        } else {
            1
        };
        for (callee, call) in &outline.calls {
            let count = call.count as f64 * share * often as f64;
            match place.get(callee) {
                None if *callee == function => {}
                None => *borne.calls.entry(*callee).or_default() += count,
                Some(below) if *below > index => *arriving.entry(*callee).or_default() += count,
                Some(_) => {}
            }
        }
    }
    borne
}

/// The copied functions that a function reaches through copied functions, callers before callees; where
/// they call each other in a circle, from where it is entered.
fn copies_below(outlines: &Outlines, function: FunctionId) -> Vec<FunctionId> {
    let copies = |of: FunctionId| -> Vec<FunctionId> {
        let callees = outlines.of(of).calls.keys().copied();
        callees.filter(|id| outlines.of(*id).shared).collect()
    };
    let mut finished = Vec::new();
    let mut seen = BTreeSet::from([function]);
    let mut stack = vec![(function, copies(function))];
    while let Some((current, rest)) = stack.last_mut() {
        match rest.pop() {
            Some(next) => {
                if seen.insert(next) {
                    stack.push((next, copies(next)));
                }
            }
            None => {
                finished.push(*current);
                stack.pop();
            }
        }
    }
    // The function itself finished last.
    finished.pop();
    finished.reverse();
    finished
}
