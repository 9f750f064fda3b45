//! In which order locks are taken, through calls, too: an order that can deadlock is refused.
//!
//! The graph says what each body does under which lock. From that and from what the callees take come the
//! pairs of locks of which one is held while the other is taken. A pair of one lock is a lock that is taken
//! twice; a cycle among pairs is an order that contradicts itself.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::diagnostics::{Code, Diagnostic, Report};
use crate::driver::{Driver, FunctionId};
use crate::graph::{Graph, Lock, Order, Then};
use crate::halves::Halves;
use crate::source::Span;

/// A lock that is taken while another is held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// What is held.
    pub held: Lock,
    /// What is taken.
    pub taken: Lock,
}

/// Where a pair was found.
#[derive(Clone, Debug)]
struct Witness {
    function: FunctionId,
    order: Order,
}

/// The locks of a driver.
#[derive(Debug)]
pub struct Locks {
    /// The pairs, in order.
    pub pairs: BTreeSet<Pair>,
}

/// Finds the pairs, and reports what can deadlock.
pub fn check(driver: &Driver, graph: &Graph, halves: &Halves, report: &mut Report) -> Locks {
    let finder = Finder {
        driver,
        graph,
        halves,
    };
    let taken = finder.taken();
    let mut pairs: BTreeMap<Pair, Witness> = BTreeMap::new();
    for (function, _) in driver.iter() {
        if !finder.is_anywhere(function) {
            continue;
        }
        let mut twice = BTreeSet::new();
        for order in &graph.facts(function).order {
            // The user half has no lock that spins; its transactions hold nothing until they run.
            if order.held.atomic && !halves.kernel.functions.contains(&function) {
                continue;
            }
            let then = match &order.then {
                Then::Takes(lock) => BTreeSet::from([lock.clone()]),
                Then::Calls(callee) if finder.is_later(*callee) => BTreeSet::new(),
                Then::Calls(callee) => taken[callee.0].clone(),
            };
            for lock in then {
                let witness = Witness {
                    function,
                    order: order.clone(),
                };
                if lock.name == order.held.name {
                    if lock.exact && order.held.exact && twice.insert(lock.name.clone()) {
                        report.add(finder.twice(&lock, &witness));
                    }
                    continue;
                }
                let pair = Pair {
                    held: order.held.clone(),
                    taken: lock,
                };
                pairs.entry(pair).or_insert(witness);
            }
        }
    }
    for cycle in cycles(&pairs) {
        report.add(finder.cycle(&cycle, &pairs));
    }
    Locks {
        pairs: pairs.into_keys().collect(),
    }
}

struct Finder<'a> {
    driver: &'a Driver,
    graph: &'a Graph,
    halves: &'a Halves,
}

impl Finder<'_> {
    fn is_anywhere(&self, function: FunctionId) -> bool {
        self.halves.kernel.functions.contains(&function)
            || self.halves.user.functions.contains(&function)
    }

    /// Whether a call is queued, so that nobody waits for it.
    fn is_later(&self, callee: FunctionId) -> bool {
        let root = self.driver.function(callee).root;
        root.is_some_and(|root| root.deferrable) && self.halves.kernel.stubs.contains(&callee)
    }

    /// Of each function, the locks that it may take, through calls, too.
    fn taken(&self) -> Vec<BTreeSet<Lock>> {
        let own = |id| self.graph.facts(id).takes.keys().cloned().collect();
        let mut taken: Vec<BTreeSet<Lock>> = self.driver.iter().map(|(id, _)| own(id)).collect();
        let mut queue: VecDeque<FunctionId> = self.driver.iter().map(|(id, _)| id).collect();
        let mut queued: BTreeSet<FunctionId> = queue.iter().copied().collect();
        while let Some(function) = queue.pop_front() {
            queued.remove(&function);
            if self.is_later(function) {
                continue;
            }
            for caller in self.graph.callers(function) {
                let before = taken[caller.0].len();
                let added = taken[function.0].clone();
                taken[caller.0].extend(added);
                if taken[caller.0].len() != before && queued.insert(caller) {
                    queue.push_back(caller);
                }
            }
        }
        taken
    }

    /// The way from where a lock is held to where another is taken; the last is that place.
    fn way(&self, lock: &Lock, witness: &Witness) -> Vec<(Span, String)> {
        let held = &witness.order.held.name;
        let name = |id: FunctionId| self.driver.function(id).name.as_str();
        let function = name(witness.function);
        let mut labels = vec![(
            witness.order.taken,
            format!("`{function}` has `{held}` from here"),
        )];
        let Then::Calls(callee) = witness.order.then else {
            let taken = &lock.name;
            labels.push((
                witness.order.span,
                format!("`{function}` takes `{taken}` here"),
            ));
            return labels;
        };
        let through = |id| !self.is_later(id);
        let found = self
            .driver
            .iter()
            .filter(|(id, _)| self.graph.facts(*id).takes.contains_key(lock))
            .filter_map(|(id, _)| Some((id, self.graph.path(&[callee], id, through)?)))
            .min_by_key(|(id, path)| (path.len(), *id));
        labels.push((
            witness.order.span,
            format!("`{function}` calls `{}` under it", name(callee)),
        ));
        let Some((taker, path)) = found else {
            return labels;
        };
        let callees = path.iter().skip(1).map(|(caller, _)| *caller);
        for ((caller, span), callee) in path.iter().zip(callees.chain([taker])) {
            let text = format!("`{}` calls `{}`", name(*caller), name(callee));
            labels.push((*span, text));
        }
        if let Some(span) = self.graph.facts(taker).takes.get(lock) {
            let taken = &lock.name;
            labels.push((*span, format!("`{}` takes `{taken}` here", name(taker))));
        }
        labels
    }

    fn twice(&self, lock: &Lock, witness: &Witness) -> Diagnostic {
        let name = &self.driver.function(witness.function).name;
        let title = format!(
            "`{name}` waits for itself: it has the lock `{}` already",
            lock.name
        );
        let help = "let go of the guard before, or hand it on";
        drawn(
            Diagnostic::new(Code::LockTwice, title, help),
            self.way(lock, witness),
        )
    }

    fn cycle(&self, cycle: &[Pair], pairs: &BTreeMap<Pair, Witness>) -> Diagnostic {
        let mut names: Vec<String> = cycle
            .iter()
            .map(|pair| format!("`{}`", pair.held.name))
            .collect();
        names.extend(names.first().cloned());
        let title = format!("locks are taken in a circle: {}", names.join(", then "));
        let help = "decide on one order, and let go of one lock where the other is first";
        let mut ways = Vec::new();
        for (number, pair) in cycle.iter().enumerate() {
            if let Some(witness) = pairs.get(pair) {
                let way = self.way(&pair.taken, witness);
                ways.extend(
                    way.into_iter()
                        .map(|(span, text)| (span, format!("way {}: {text}", number + 1))),
                );
            }
        }
        drawn(Diagnostic::new(Code::LockOrder, title, help), ways)
    }
}

/// The last label is the one to blame.
fn drawn(diagnostic: Diagnostic, mut labels: Vec<(Span, String)>) -> Diagnostic {
    let Some((span, label)) = labels.pop() else {
        return diagnostic;
    };
    labels
        .into_iter()
        .fold(diagnostic.at(span, label), |diagnostic, (span, label)| {
            diagnostic.with(span, label)
        })
}

/// A shortest cycle for each group of locks that are each taken under another of the group.
fn cycles(pairs: &BTreeMap<Pair, Witness>) -> Vec<Vec<Pair>> {
    let mut next: BTreeMap<&str, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs.keys() {
        next.entry(&pair.held.name).or_default().push(pair);
    }
    let mut found: Vec<Vec<Pair>> = Vec::new();
    let mut reported: BTreeSet<&str> = BTreeSet::new();
    for start in next.keys().copied() {
        if reported.contains(start) {
            continue;
        }
        let mut from: BTreeMap<&str, &Pair> = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        'search: while let Some(at) = queue.pop_front() {
            for pair in next.get(at).into_iter().flatten() {
                let to = pair.taken.name.as_str();
                if !from.contains_key(to) {
                    from.insert(to, pair);
                    queue.push_back(to);
                }
                if to == start {
                    break 'search;
                }
            }
        }
        let mut cycle = Vec::new();
        let mut at = start;
        while let Some(pair) = from.get(at) {
            cycle.push((*pair).clone());
            at = &pair.held.name;
            if at == start {
                break;
            }
        }
        let closed = cycle.last().is_some_and(|pair| pair.held.name == start)
            && cycle.first().is_some_and(|pair| pair.taken.name == start);
        if closed {
            cycle.reverse();
            for pair in &cycle {
                if let Some((name, _)) = next.get_key_value(pair.held.name.as_str()) {
                    reported.insert(name);
                }
            }
            found.push(cycle);
        }
    }
    found
}
