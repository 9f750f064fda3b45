//! The graph against what the compiler prints: every call that it sees must be an edge.

mod demands;

use std::collections::{BTreeMap, BTreeSet};

use super::resolve::Demand;
use crate::callgraph::{CallGraph, NodeId, Why};
use crate::source::Span;
pub use demands::demands;

/// How sure it is that a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// The compiler prints the call, the drop, or that the function is handed on.
    Seen,
    /// Code of another crate that is called may call it: the types say so.
    Callback,
}

/// An edge that the compiler sees and the graph has not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// Who calls.
    pub caller: NodeId,
    /// What: the graph must have one of these.
    pub callees: Demand,
    /// Where, if the place is in the crate's sources.
    pub span: Option<Span>,
    /// How sure that is.
    pub evidence: Evidence,
    /// What the compiler prints.
    pub printed: String,
}

/// Something that the compiler prints and that is not in the graph at all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmatched {
    /// What it prints.
    pub printed: String,
    /// The function that it is in, if that is known.
    pub within: Option<NodeId>,
    /// Where, if the place is in the crate's sources.
    pub span: Option<Span>,
}

/// How many of the edges with one reason the compiler sees, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Precision {
    /// Edges of the graph.
    pub all: usize,
    /// Those that the compiler sees.
    pub seen: usize,
}

/// What came out.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Functions of the graph of which the compiler printed a body.
    pub functions: BTreeSet<NodeId>,
    /// Bodies that the compiler printed for them, closures included.
    pub bodies: usize,
    /// Functions that derives make, where the graph leaves those out.
    pub derived: usize,
    /// Edges that the compiler sees.
    pub seen: usize,
    /// Edges that other crates' code may add.
    pub callbacks: usize,
    /// Of both, those that are in the graph.
    pub matched: usize,
    /// Of both, those where the text leaves open which of several functions is meant.
    pub ambiguous: usize,
    /// Drops of values that can be of any type: these are not compared.
    pub open_drops: usize,
    /// Those that are not in the graph.
    pub missing: Vec<Missing>,
    /// Functions and callees that look like the crate's own and match nothing.
    pub unmatched: Vec<Unmatched>,
    /// Edges that only the graph has.
    pub extra: Vec<(NodeId, NodeId)>,
    /// How precise the graph is, by the reason for its edges.
    pub precision: BTreeMap<Why, Precision>,
}

impl Comparison {
    /// Whether nothing is missing.
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && self.unmatched.is_empty()
    }

    /// The part of the edges that are in the graph.
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of edges are far below 2^52"
    )]
    pub fn recall(&self) -> f64 {
        match self.seen + self.callbacks {
            0 => 1.0,
            all => self.matched as f64 / all as f64,
        }
    }
}

/// What is compared beside the graph itself.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Whether the graph has the functions that derives make.
    pub has_derived: bool,
    /// Whether the graph says that a function calls itself.
    pub has_recursion: bool,
}

/// A caller (several, if a macro makes functions that look alike) and what one of them must call.
type Key = (Vec<NodeId>, Demand);

/// What a graph must have.
#[derive(Clone, Debug, Default)]
pub struct Demands {
    /// What is known without looking at edges.
    so_far: Comparison,
    edges: BTreeMap<Key, (Evidence, Option<Span>, String)>,
}

impl Demands {
    /// Holds a graph against them: that of the index that they come from, or one that differs in edges only.
    pub fn hold_against(&self, graph: &CallGraph) -> Comparison {
        let mut out = self.so_far.clone();
        let mut confirmed: BTreeSet<(NodeId, NodeId)> = BTreeSet::new();
        for ((callers, callees), (evidence, span, printed)) in &self.edges {
            match evidence {
                Evidence::Seen => out.seen += 1,
                Evidence::Callback => out.callbacks += 1,
            }
            out.ambiguous += usize::from(callers.len() > 1 || callees.len() > 1);
            let found: Vec<(NodeId, NodeId)> = callers
                .iter()
                .flat_map(|caller| {
                    callees
                        .iter()
                        .filter(|callee| graph.has(*caller, **callee))
                        .map(|callee| (*caller, *callee))
                })
                .collect();
            if found.is_empty() {
                out.missing.extend(callers.first().map(|caller| Missing {
                    caller: *caller,
                    callees: callees.clone(),
                    span: *span,
                    evidence: *evidence,
                    printed: printed.clone(),
                }));
            } else {
                out.matched += 1;
                confirmed.extend(found);
            }
        }
        for (caller, _) in graph.iter() {
            for (callee, edge) in graph.callees(caller).iter() {
                let count = out.precision.entry(edge.why).or_default();
                count.all += 1;
                if confirmed.contains(&(caller, *callee)) {
                    count.seen += 1;
                } else {
                    out.extra.push((caller, *callee));
                }
            }
        }
        out.missing.sort();
        out.unmatched.sort();
        out
    }
}
