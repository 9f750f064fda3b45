//! Calls of values: they go to what is taken or closed over elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::callgraph::edges::{Calls, GroupId};
use crate::callgraph::index::Index;
use crate::callgraph::walk::{Body, Several};
use crate::callgraph::{Edge, NodeId, Why};

/// Adds what calls of values may lead to: every function whose address is taken somewhere, and what
/// closures of that many parameters call. That is one group for each number of arguments.
pub(super) fn linked(index: &Index<'_>, bodies: Vec<Body>, mut taken: Several) -> Vec<Calls> {
    let mut closures: BTreeMap<usize, Several> = BTreeMap::new();
    for body in &bodies {
        taken.extend(&body.taken);
        for (parameters, calls) in &body.closures {
            closures.entry(*parameters).or_default().extend(calls);
        }
    }
    let mut by_arity: BTreeMap<usize, Vec<NodeId>> = BTreeMap::new();
    for node in flat(index, &taken) {
        if let Some(function) = index.function(node) {
            let arity = function.signature.inputs.len();
            by_arity.entry(arity).or_default().push(node);
        }
    }
    for (arity, calls) in &closures {
        by_arity
            .entry(*arity)
            .or_default()
            .extend(flat(index, calls));
    }
    let by_arity: BTreeMap<usize, GroupId> = by_arity
        .into_iter()
        .map(|(arity, nodes)| (arity, index.groups.add(nodes)))
        .collect();
    let mut all = Vec::with_capacity(bodies.len());
    for body in bodies {
        let mut calls = body.calls;
        for (arity, span) in &body.indirect {
            if let Some(group) = by_arity.get(arity) {
                let (span, why) = (*span, Why::Indirect);
                calls.all(*group, Edge { span, why });
            }
        }
        all.push(calls);
    }
    all
}

/// The functions, those of the groups among them.
fn flat(index: &Index<'_>, several: &Several) -> BTreeSet<NodeId> {
    let mut nodes = several.nodes.clone();
    for group in &several.groups {
        nodes.extend(index.groups.members(*group).iter());
    }
    nodes
}
