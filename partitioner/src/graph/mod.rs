//! Who calls whom, and what each function touches.
//!
//! `walk` reads one body; `lookup` says what its calls may lead to; `infer` finds the types of receivers as far as declarations tell. Where a
//! receiver's type is not known, a call goes to every function of that name: an edge too many costs
//! speed, one too few would cost correctness.

mod guards;
mod infer;
mod lookup;
mod scope;
mod walk;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use crate::api::Api;
use crate::diagnostics::{Outcome, Report};
use crate::driver::state::Field;
use crate::driver::{Driver, FunctionId};
use crate::resolve::Resolver;
use crate::source::Span;

/// Something that a function does, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// Where.
    pub span: Span,
    /// What: a fragment such as `` field `rings` ``.
    pub what: String,
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
    /// The functions that it may call while it holds a guard: where, and which.
    pub held_calls: BTreeMap<FunctionId, Touch>,
    /// Services that may sleep and that it calls while it holds a guard.
    pub held_sleeps: BTreeSet<Touch>,
    /// The fields of the state that it names.
    pub fields: BTreeSet<String>,
    /// What it asks of the driver API that only the kernel can execute, by name.
    pub services: BTreeMap<String, Service>,
}

/// A service that a body asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The first place.
    pub span: Span,
    /// How many downcalls it would be from the user half, if each place is passed once.
    pub downcalls: u64,
}

/// The call graph.
#[derive(Debug)]
pub struct Graph {
    /// What each function does, by its number.
    pub facts: Vec<Facts>,
    /// Edges from caller to callee, with the place of the call.
    pub calls: DiGraph<FunctionId, Span>,
    nodes: Vec<NodeIndex>,
}

/// Reads every body.
///
/// # Errors
/// `MD0005` and `MD0006` for what is not understood.
pub fn build(driver: &Driver, api: &Api, resolver: &Resolver, fields: &[Field]) -> Outcome<Graph> {
    let mut report = Report::default();
    let mut calls = DiGraph::new();
    let nodes: Vec<NodeIndex> = driver.iter().map(|(id, _)| calls.add_node(id)).collect();
    let mut all = Vec::new();
    for (id, function) in driver.iter() {
        let mut facts = walk::body(driver, api, resolver, fields, function, &mut report);
        // A recursive call says nothing about placement.
        facts.calls.remove(&id);
        for (callee, span) in &facts.calls {
            calls.add_edge(nodes[id.0], nodes[callee.0], *span);
        }
        all.push(facts);
    }
    report.finish()?;
    Ok(Graph {
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
