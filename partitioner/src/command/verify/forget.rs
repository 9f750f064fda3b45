//! `verify --forget`: takes something out of a graph, to see that the comparison misses it.

use super::Subject;
use crate::callgraph::CallGraph;

/// Takes something out of the graph, if it is there.
pub(super) fn forget(subject: &mut Subject, what: &str) -> Option<()> {
    let graph = &mut subject.graph;
    let named = |graph: &CallGraph, name: &str| {
        let found = graph.iter().find(|(_, node)| node.name == name.trim());
        found.map(|(id, _)| id)
    };
    if let Some((caller, callee)) = what.split_once("->") {
        let (caller, callee) = (named(graph, caller)?, named(graph, callee)?);
        return graph.forget(caller, callee).then_some(());
    }
    if let Some((function, field)) = what.split_once('.') {
        let function = named(graph, function)?;
        // The functions of the split's graph are the driver's.
        let facts = &mut subject.analysis.as_mut()?.graph.facts[function.0];
        if let Some(lock) = field.strip_suffix("()") {
            let before = facts.takes.len();
            facts.takes.retain(|taken, _| taken.name != lock);
            return (facts.takes.len() < before).then_some(());
        }
        if let Some(field) = field.strip_suffix('=') {
            let before = facts.writes.len();
            facts
                .writes
                .retain(|place| place.split('.').next() != Some(field));
            return (facts.writes.len() < before).then_some(());
        }
        return facts.fields.remove(field).then_some(());
    }
    // Others refer to it by its number; without a name it is none that the compiler could mean.
    let function = named(graph, what)?;
    graph.nodes[function.0].ident.clear();
    Some(())
}
