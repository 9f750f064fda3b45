//! The graph by which a driver is split, as a [`CallGraph`], so that it can be compared.

use std::collections::BTreeMap;

use syn::Item;

use crate::analysis::Analysis;
use crate::callgraph::{CallGraph, Edge, Home, Node, NodeId, Origin, Why};
use crate::driver::Owner;

/// Converts. The numbers of functions stay the same.
pub fn graph(analysis: &Analysis) -> CallGraph {
    let driver = &analysis.driver;
    let mut graph = CallGraph::default();
    for (id, function) in driver.iter() {
        let entry = driver.item(function.item);
        let is_block = matches!(entry.item, Item::Impl(_));
        let node = Node {
            name: function.name.clone(),
            module: driver.tree.module(function.module).path.clone(),
            home: match &function.owner {
                Owner::Module => Home::Module,
                Owner::Type(of) => Home::Inherent(of.clone()),
                Owner::Trait { of, name } => Home::TraitImpl(of.clone(), name.clone()),
            },
            ident: function.ident.clone(),
            span: function.code,
            block: is_block.then_some(entry.span),
            origin: Origin::Written,
        };
        let facts = analysis.graph.facts(id);
        let calls: BTreeMap<NodeId, Edge> = facts
            .calls
            .iter()
            .map(|(callee, span)| {
                let edge = Edge {
                    span: *span,
                    // This graph does not say why.
                    why: Why::Path,
                };
                (NodeId(callee.0), edge)
            })
            .collect();
        graph.push(node, calls);
    }
    graph
}
