//! The locks of a driver's state that the compiler sees a function take, against those that the analysis
//! knows of.
//!
//! A lock is taken where a function of the driver API returns a value that holds one. Which lock it is says
//! the receiver: a reference to a field of the state, or a copy of one. One that came as an argument, or
//! from another call, is not followed; how many there are is counted.

use std::collections::BTreeSet;

use super::Witness;
use super::fields;
use super::functions::{self, Owner};
use super::index::Index;
use crate::analysis::Analysis;
use crate::api;
use crate::callgraph::{CallGraph, NodeId};
use crate::diagnostics::{Code, Diagnostic};
use crate::driver::FunctionId;
use crate::driver::state::Sharing;
use crate::source::Sources;

/// What the compiler sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The pairs of a function and a lock, which goes by the name of its field.
    pub pairs: BTreeSet<(NodeId, String)>,
    /// How often a lock is taken of which it does not say which one it is.
    pub unknown: usize,
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many pairs of a function and a lock the compiler sees.
    pub seen: usize,
    /// How often it does not say which lock is taken.
    pub unknown: usize,
    /// Those that the analysis does not know of.
    pub missing: BTreeSet<(NodeId, String)>,
    /// How many pairs the analysis has that the compiler does not show.
    pub extra: usize,
}

/// Compares. `graph` is the driver's, by `super::driver::graph`.
pub fn compare(
    analysis: &Analysis,
    graph: &CallGraph,
    sources: &Sources,
    witness: &Witness,
) -> Taken {
    hold_against(analysis, &seen(analysis, graph, sources, witness))
}

/// The locks that the compiler sees each function take.
pub fn seen(analysis: &Analysis, graph: &CallGraph, sources: &Sources, witness: &Witness) -> Seen {
    let index = Index::new(graph, sources, &witness.relative_to);
    let state = fields::state(analysis);
    let api = format!("{}::", analysis.api.kernel_runtime.0.replace('-', "_"));
    let registers = analysis.fields.iter();
    let registers = registers
        .filter(|field| field.sharing == Sharing::Registers)
        .map(|field| field.name.as_str())
        .next();
    let mut seen = Seen::default();
    for body in &witness.bodies {
        let made = body.made.iter().filter(|made| {
            made.callee.trim_start_matches('<').starts_with(&api) && holds_lock(&made.ty)
        });
        let made: Vec<_> = made.collect();
        if made.is_empty() {
            continue;
        }
        let Owner::Nodes(nodes) = functions::owner(&index, body, false) else {
            continue;
        };
        for made in made {
            let field = match &made.of {
                Some((ty, number)) if *ty == state => analysis
                    .fields
                    .get(*number)
                    .map(|field| field.name.as_str()),
                _ => None,
            };
            // The device has one lock for its registers, whoever has a handle to them.
            let is_registers = made.callee.contains(&format!("::{}::", api::REGISTERS));
            match if is_registers { registers } else { field } {
                Some(name) => seen
                    .pairs
                    .extend(nodes.iter().map(|node| (*node, name.to_owned()))),
                None => seen.unknown += 1,
            }
        }
    }
    seen
}

/// Whether a value of a type, as it is printed, holds a lock. One that is borrowed was made elsewhere.
fn holds_lock(ty: &str) -> bool {
    let mut names = ty.split(|c: char| !c.is_alphanumeric() && c != '_');
    !ty.starts_with('&') && names.any(api::holds_lock)
}

/// Those that the analysis does not know of.
pub fn hold_against(analysis: &Analysis, seen: &Seen) -> Taken {
    let takes = |node: &NodeId| analysis.graph.facts(FunctionId(node.0)).takes.keys();
    let known = |(node, name): &(NodeId, String)| takes(node).any(|lock| lock.name == *name);
    let shown = |id: usize, name: &str| seen.pairs.contains(&(NodeId(id), name.to_owned()));
    let all = analysis.graph.facts.iter().enumerate();
    Taken {
        seen: seen.pairs.len(),
        unknown: seen.unknown,
        missing: seen
            .pairs
            .iter()
            .filter(|pair| !known(pair))
            .cloned()
            .collect(),
        extra: all
            .flat_map(|(id, facts)| facts.takes.keys().map(move |lock| (id, lock)))
            .filter(|(id, lock)| !shown(*id, &lock.name))
            .count(),
    }
}

/// What is wrong.
pub fn findings(graph: &CallGraph, taken: &Taken) -> Vec<Diagnostic> {
    let missing = taken.missing.iter().map(|(node, lock)| {
        let node = graph.node(*node);
        let title = format!(
            "`{}` takes the lock `{lock}`, and the analysis does not know",
            node.name
        );
        let help = "take the lock by the name of its field, and report this";
        Diagnostic::new(Code::MissingLock, title, help).at(node.span, "in here")
    });
    missing.collect()
}
