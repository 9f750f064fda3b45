//! Who calls whom, and what each function touches.
//!
//! `walk` and `visit` read one body in the order in which it runs: `flow` and `loops` know branches, `calls`
//! what is given away, `guards`, `values`, `names` and `holds` which locks are held, `mention` what is named,
//! `access`, `methods` and `cells` what is read and written; `settle` puts the bodies together, `remembered`
//! says whose replies can be remembered. `lookup` says what calls may lead to; `infer` finds the types of
//! receivers as far as declarations tell. Where a receiver's type is not known, a call goes to every function
//! of that name: an edge too many costs speed, one too few would cost correctness.

mod access;
mod calls;
mod cells;
mod flow;
mod guards;
mod holds;
mod infer;
mod lookup;
mod loops;
mod mention;
mod methods;
mod names;
mod remembered;
mod scope;
mod settle;
mod values;
mod visit;
mod walk;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use partitioner_syntax::Ride;
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::api::Api;
use crate::diagnostics::{Outcome, Report};
use crate::driver::state::Field;
use crate::driver::{Driver, FunctionId};
use crate::resolve::Resolver;
use crate::source::Span;

pub use guards::Lock;
use guards::Origin;

/// Something that a function does, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// Where.
    pub span: Span,
    /// What: a fragment such as `` field `rings` ``.
    pub what: String,
}

/// Something that is done while a guard is held that keeps the kernel from sleeping.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hold {
    /// Where.
    pub span: Span,
    /// What is held, and for a service what is done: a fragment.
    pub what: String,
    /// Where the guard was made.
    pub taken: Span,
}

/// What is done under a lock.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Then {
    /// Another is taken.
    Takes(Lock),
    /// A function of the driver is called.
    Calls(FunctionId),
}

/// Of what is done under a lock: where it was taken, and where it is done, first.
type Under = BTreeMap<(Origin, Then), (Span, Span)>;

/// Something that is done while a lock is held.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Order {
    /// What is held.
    pub held: Lock,
    /// Where it was taken.
    pub taken: Span,
    /// What is done.
    pub then: Then,
    /// Where.
    pub span: Span,
}

/// A guard under which a value is called: its lock, its type, where it was made, where the call is.
type ValueUnder = (Origin, String, Span, Span);

/// A closure that a function is given.
#[derive(Clone, Debug)]
struct Given {
    to: FunctionId,
    facts: Box<Facts>,
}

/// What one body says.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The functions of the driver that it may call, each with the first place.
    pub calls: BTreeMap<FunctionId, Span>,
    /// What it touches that exists only in the kernel.
    pub kernel_only: BTreeSet<Touch>,
    /// Services that it calls and that may sleep.
    pub sleeps: BTreeSet<Touch>,
    /// Whether it asks the driver API for anything that only the kernel can execute, but for locks.
    pub asks: bool,
    /// The functions that it may call while it holds a guard: where, and which.
    pub held_calls: BTreeMap<FunctionId, Hold>,
    /// Services that may sleep and that it calls while it holds a guard.
    pub held_sleeps: BTreeSet<Hold>,
    /// The fields of the state that it names.
    pub fields: BTreeSet<String>,
    /// The fields that it may read, or parts of them: `settings.level`.
    pub reads: BTreeSet<String>,
    /// Those that it may write.
    pub writes: BTreeSet<String>,
    /// The locks that it takes, each with the first place.
    pub takes: BTreeMap<Lock, Span>,
    /// What it does under which lock.
    pub order: BTreeSet<Order>,
    /// What it asks of the driver API that only the kernel can execute, by name.
    pub services: BTreeMap<String, Service>,
    /// The registers that it names to the API, as they are written.
    pub registers: BTreeSet<String>,
    /// What it uses that each half would have to itself, by name.
    pub cells: BTreeMap<String, Cell>,
    under: Under,
    returned: BTreeSet<Origin>,
    given: Vec<Given>,
    values_under: BTreeSet<ValueUnder>,
    forwards: BTreeMap<FunctionId, BTreeSet<ValueUnder>>,
}

/// How something is used that can change behind a shared reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Where it is defined.
    pub defined: Span,
    /// Where it is named first.
    pub named: Span,
    /// Where it may be written first, if it is.
    pub written: Option<Span>,
}

/// A service that a body asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The first place.
    pub span: Span,
    /// How many downcalls it would be from the user half, if each place is passed once.
    pub downcalls: u64,
    /// How it rides along with messages instead, if it may.
    pub rides: BTreeSet<Ride>,
}

/// The call graph.
#[derive(Debug)]
pub struct Graph {
    /// What each function does, by its number.
    pub facts: Vec<Facts>,
    /// Of each function whose result depends on nothing but its arguments, what never changes, and the state
    /// behind locks, those locks.
    pub remembered: Vec<Option<BTreeSet<String>>>,
    /// Edges from caller to callee, with the place of the call.
    pub calls: DiGraph<FunctionId, Span>,
    nodes: Vec<NodeIndex>,
}

/// Reads every body. The edition says when temporaries are dropped.
///
/// # Errors
/// `MD0005` and `MD0006` for what is not understood.
pub fn build(
    driver: &Driver,
    api: &Api,
    resolver: &Resolver,
    fields: &[Field],
    edition: &str,
) -> Outcome<Graph> {
    let early_drops = !matches!(edition, "2015" | "2018" | "2021");
    let mut report = Report::default();
    let mut calls = DiGraph::new();
    let nodes: Vec<NodeIndex> = driver.iter().map(|(id, _)| calls.add_node(id)).collect();
    let mut all = Vec::new();
    for (id, function) in driver.iter() {
        let mut facts = walk::body(
            driver,
            api,
            resolver,
            fields,
            function,
            early_drops,
            &mut report,
        );
        // A recursive call says nothing about placement.
        facts.calls.remove(&id);
        for (callee, span) in &facts.calls {
            calls.add_edge(nodes[id.0], nodes[callee.0], *span);
        }
        all.push(facts);
    }
    report.finish()?;
    settle::settle(driver, &mut all);
    Ok(Graph {
        remembered: remembered::functions(driver, &all, fields),
        facts: all,
        calls,
        nodes,
    })
}

impl Graph {
    /// What a function does.
    pub fn facts(&self, function: FunctionId) -> &Facts {
        &self.facts[function.0]
    }

    /// The functions that call this one.
    pub fn callers(&self, function: FunctionId) -> Vec<FunctionId> {
        let mut callers: Vec<FunctionId> = self
            .calls
            .neighbors_directed(self.nodes[function.0], Direction::Incoming)
            .map(|node| self.calls[node])
            .collect();
        callers.sort();
        callers
    }

    /// The functions that this one calls.
    pub fn callees(&self, function: FunctionId) -> impl Iterator<Item = FunctionId> + '_ {
        self.facts(function).calls.keys().copied()
    }

    /// A shortest chain of calls from one of `from` to `to`, through functions that `through` admits:
    /// each caller, and the place where it calls the next.
    pub fn path(
        &self,
        from: &[FunctionId],
        to: FunctionId,
        through: impl Fn(FunctionId) -> bool,
    ) -> Option<Vec<(FunctionId, Span)>> {
        let mut reached: BTreeMap<FunctionId, Option<(FunctionId, Span)>> = BTreeMap::new();
        let mut queue: VecDeque<FunctionId> = VecDeque::new();
        for start in from {
            reached.insert(*start, None);
            queue.push_back(*start);
        }
        while let Some(current) = queue.pop_front() {
            if current == to {
                let mut chain = Vec::new();
                let mut at = current;
                while let Some(Some((caller, span))) = reached.get(&at) {
                    chain.push((*caller, *span));
                    at = *caller;
                }
                chain.reverse();
                return Some(chain);
            }
            let mut edges: Vec<_> = self.calls.edges(self.nodes[current.0]).collect();
            edges.sort_by_key(|edge| self.calls[edge.target()]);
            for edge in edges {
                let callee = self.calls[edge.target()];
                if (callee == to || through(callee)) && !reached.contains_key(&callee) {
                    reached.insert(callee, Some((current, *edge.weight())));
                    queue.push_back(callee);
                }
            }
        }
        None
    }
}
