//! The fields of a driver's state that the compiler sees a function touch, and those that it sees it write, against those that the analysis
//! knows of.

use std::collections::BTreeSet;

use super::Witness;
use super::functions::{self, Owner};
use super::index::Index;
use super::mir::Body;
use crate::analysis::Analysis;
use crate::callgraph::{CallGraph, NodeId};
use crate::diagnostics::{Code, Diagnostic};
use crate::driver::FunctionId;
use crate::source::Sources;

/// What came out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// How many pairs of a function and a field the compiler sees.
    pub seen: usize,
    /// Those that the analysis does not know of.
    pub missing: BTreeSet<(NodeId, String)>,
    /// How many pairs of a function and a field that it writes the compiler sees.
    pub written: usize,
    /// Those that the analysis takes for fields that are only read.
    pub unwritten: BTreeSet<(NodeId, String)>,
}

/// Functions, each with a field.
pub type Pairs = BTreeSet<(NodeId, String)>;

/// Compares. `graph` is the driver's, by `super::driver::graph`.
pub fn compare(
    analysis: &Analysis,
    graph: &CallGraph,
    sources: &Sources,
    witness: &Witness,
) -> Touched {
    let touched = seen(analysis, graph, sources, witness);
    hold_against(
        analysis,
        &touched,
        &written(analysis, graph, sources, witness),
    )
}

/// The fields that the compiler sees each function touch.
pub fn seen(analysis: &Analysis, graph: &CallGraph, sources: &Sources, witness: &Witness) -> Pairs {
    pairs(analysis, graph, sources, witness, |body| &body.fields)
}

/// The fields that the compiler sees each function write, by itself or through the guard of a lock that it takes. A
/// guard that is given to it, and what changes behind a shared reference, are not followed.
pub fn written(
    analysis: &Analysis,
    graph: &CallGraph,
    sources: &Sources,
    witness: &Witness,
) -> Pairs {
    pairs(analysis, graph, sources, witness, |body| &body.written)
}

fn pairs(
    analysis: &Analysis,
    graph: &CallGraph,
    sources: &Sources,
    witness: &Witness,
    which: fn(&Body) -> &BTreeSet<(String, usize)>,
) -> Pairs {
    let index = Index::new(graph, sources, &witness.relative_to);
    let state = state(analysis);
    let mut seen = BTreeSet::new();
    for body in &witness.bodies {
        let numbers = which(body).iter().filter(|(ty, _)| *ty == state);
        let numbers: Vec<usize> = numbers.map(|(_, number)| *number).collect();
        if numbers.is_empty() {
            continue;
        }
        let Owner::Nodes(nodes) = functions::owner(&index, body, false) else {
            continue;
        };
        for number in numbers {
            let field = analysis.fields.get(number);
            let name = field.map_or_else(|| format!("number {number}"), |field| field.name.clone());
            seen.extend(nodes.iter().map(|node| (*node, name.clone())));
        }
    }
    seen
}

/// The state's type, as the compiler prints it.
pub(super) fn state(analysis: &Analysis) -> String {
    let driver = &analysis.driver;
    let module = driver.item(driver.state_item).module;
    let mut path = driver.tree.module(module).path.clone();
    path.push(driver.state.clone());
    path.join("::")
}

/// Those that the analysis does not know of.
pub fn hold_against(analysis: &Analysis, seen: &Pairs, written: &Pairs) -> Touched {
    let known = |(node, field): &(NodeId, String)| {
        analysis
            .graph
            .facts(FunctionId(node.0))
            .fields
            .contains(field)
    };
    // A part of a field, `settings.level`, is the field.
    let writes = |(node, field): &(NodeId, String)| {
        let mut places = analysis.graph.facts(FunctionId(node.0)).writes.iter();
        places.any(|place| place.split('.').next() == Some(field))
    };
    Touched {
        written: written.len(),
        unwritten: written
            .iter()
            .filter(|pair| !writes(pair))
            .cloned()
            .collect(),
        seen: seen.len(),
        missing: seen.iter().filter(|pair| !known(pair)).cloned().collect(),
    }
}

/// What is wrong.
pub fn findings(graph: &CallGraph, touched: &Touched) -> Vec<Diagnostic> {
    let missing = touched.missing.iter().map(|(node, field)| {
        let node = graph.node(*node);
        let title = format!(
            "`{}` touches the field `{field}`, and the analysis does not know",
            node.name
        );
        let help = "name the field in the function itself, and report this";
        Diagnostic::new(Code::MissingField, title, help).at(node.span, "in here")
    });
    let unwritten = touched.unwritten.iter().map(|(node, field)| {
        let node = graph.node(*node);
        let title = format!(
            "`{}` writes the field `{field}`, and the analysis does not know",
            node.name
        );
        let help = "write the field in the function itself, and report this";
        Diagnostic::new(Code::MissingField, title, help).at(node.span, "in here")
    });
    missing.chain(unwritten).collect()
}
