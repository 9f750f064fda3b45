//! The graph against what the compiler prints: every call that it sees must be an edge.

use std::collections::{BTreeMap, BTreeSet};

use super::functions::{self, Owner};
use super::index::Index;
use super::mir::{Body, Callee, Position, Ty, UseKind};
use super::resolve::{Demand, Meaning, Resolver};
use crate::callgraph::{CallGraph, NodeId, Why};
use crate::source::Span;

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

/// What the compiler sees, as what a graph of these functions must have. The edges that the graph in `index`
/// has play no part in it.
pub fn demands(
    index: &Index<'_>,
    bodies: &[Body],
    foreign: &BTreeSet<String>,
    rules: Rules,
) -> Demands {
    let constructors = bodies.iter().filter(|body| body.is_constructor);
    let constructors: BTreeSet<Vec<String>> = constructors
        .map(|body| {
            let (names, _) = functions::names(body);
            names.into_iter().map(str::to_owned).collect()
        })
        .collect();
    let resolver = Resolver::new(index, foreign, &constructors);
    let mut run = Run {
        index,
        resolver: &resolver,
        rules,
        out: Demands::default(),
        parameters: BTreeMap::new(),
    };
    let pointers = run.pointers(bodies);
    for body in bodies {
        match functions::owner(index, body, rules.has_derived) {
            Owner::Nodes(nodes) => {
                run.out.so_far.bodies += 1;
                run.out.so_far.functions.extend(&nodes);
                run.body(body, &nodes, &pointers);
            }
            Owner::Constructor | Owner::Constant => {}
            Owner::Derived => run.out.so_far.derived += 1,
            Owner::Unmatched => run.unmatched(&body.name, None, body.at.as_ref()),
        }
    }
    run.out
}

/// The functions whose address is taken, by the type of the pointer.
type Pointers = BTreeMap<String, BTreeSet<Demand>>;

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

struct Run<'a> {
    index: &'a Index<'a>,
    resolver: &'a Resolver<'a>,
    rules: Rules,
    out: Demands,
    parameters: BTreeMap<NodeId, BTreeSet<String>>,
}

impl Run<'_> {
    fn pointers(&mut self, bodies: &[Body]) -> Pointers {
        let none = BTreeSet::new();
        let mut pointers = Pointers::new();
        for (text, ty) in bodies.iter().flat_map(|body| &body.pointers) {
            let Some(callee) = Callee::parse(text) else {
                continue;
            };
            if let Meaning::Calls(demands) = self.resolver.callee(&callee, &none) {
                pointers.entry(signature(ty)).or_default().extend(demands);
            }
        }
        pointers
    }

    fn unmatched(&mut self, printed: &str, within: Option<NodeId>, at: Option<&Position>) {
        self.out.so_far.unmatched.push(Unmatched {
            printed: printed.to_owned(),
            within,
            span: at.and_then(|at| self.index.span(at)),
        });
    }

    fn body(&mut self, body: &Body, nodes: &[NodeId], pointers: &Pointers) {
        let Some(first) = nodes.first().copied() else {
            return;
        };
        let parameters = match self.parameters.get(&first) {
            Some(found) => found.clone(),
            None => {
                let found = self.index.parameters(first);
                self.parameters.insert(first, found.clone());
                found
            }
        };
        for found in &body.uses {
            let Some(callee) = Callee::parse(&found.text) else {
                continue;
            };
            let meaning = self.resolver.callee(&callee, &parameters);
            let printed = match found.kind {
                UseKind::Call => format!("a call of `{}`", found.text),
                UseKind::Value => format!("`{}` as a value", found.text),
            };
            self.demand(nodes, meaning, found.at.as_ref(), &printed);
            for (ty, name) in formatted(&found.text) {
                let meaning = self.resolver.seen_as(&ty, name);
                self.demand(nodes, meaning, found.at.as_ref(), &printed);
            }
        }
        for found in &body.drops {
            let ty = Ty::parse(&found.ty);
            let (meaning, open) = self.resolver.drop(&ty, &parameters);
            self.out.so_far.open_drops += usize::from(open);
            self.demand(
                nodes,
                meaning,
                found.at.as_ref(),
                &format!("a drop of `{}`", found.ty),
            );
        }
        for found in &body.indirect {
            let targets = pointers
                .get(&signature(&found.ty))
                .cloned()
                .unwrap_or_default();
            let meaning = Meaning::Calls(targets.into_iter().collect());
            self.demand(
                nodes,
                meaning,
                found.at.as_ref(),
                &format!("a call of a `{}`", found.ty),
            );
        }
        for found in &body.unsized_values {
            let to = Ty::parse(&found.to);
            let objects = to.parts().into_iter().filter_map(|part| match part {
                Ty::Dyn(names) => names.last().cloned(),
                _ => None,
            });
            let printed = format!("`{}` as `{}`", found.from, found.to);
            for name in objects.collect::<BTreeSet<_>>() {
                if !self.resolver.is_own_trait(&name) {
                    let meaning = self.resolver.seen_as(&Ty::parse(&found.from), &name);
                    self.demand(nodes, meaning, found.at.as_ref(), &printed);
                }
            }
        }
    }

    fn demand(&mut self, nodes: &[NodeId], meaning: Meaning, at: Option<&Position>, printed: &str) {
        let (demands, evidence) = match meaning {
            Meaning::Calls(demands) => (demands, Evidence::Seen),
            Meaning::Callbacks(demands) => (demands, Evidence::Callback),
            Meaning::Unmatched => {
                self.unmatched(printed, nodes.first().copied(), at);
                return;
            }
        };
        for demand in demands {
            let recursive = nodes.iter().any(|node| demand.contains(node));
            // What a macro of another crate makes is one function: what that calls of itself is not known.
            let whole = nodes.iter().any(|node| self.index.is_whole(*node));
            if demand.is_empty() || recursive && (whole || !self.rules.has_recursion) {
                continue;
            }
            let span = at.and_then(|at| self.index.span(at));
            let entry = self.out.edges.entry((nodes.to_vec(), demand));
            let entry = entry.or_insert_with(|| (evidence, span, printed.to_owned()));
            if evidence < entry.0 {
                *entry = (evidence, span, printed.to_owned());
            }
        }
    }
}

/// A function pointer's type without lifetimes.
fn signature(ty: &str) -> String {
    let mut text = String::new();
    let mut rest = ty;
    while let Some(at) = rest.find('\'') {
        text.push_str(&rest[..at]);
        rest = rest[at + 1..].trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
        rest = rest.trim_start_matches([',', ' ']);
    }
    text.push_str(rest);
    text.replace("for<> ", "").replace("for<>", "")
}

/// The values that are formatted: their types and the traits by which they are.
fn formatted(text: &str) -> Vec<(Ty, &'static str)> {
    const WAYS: [(&str, &str); 9] = [
        ("new_display", "Display"),
        ("new_debug", "Debug"),
        ("new_debug_noop", "Debug"),
        ("new_lower_hex", "LowerHex"),
        ("new_upper_hex", "UpperHex"),
        ("new_octal", "Octal"),
        ("new_binary", "Binary"),
        ("new_pointer", "Pointer"),
        ("new_lower_exp", "LowerExp"),
    ];
    let Some(rest) = text.strip_prefix("core::fmt::rt::Argument::<'_>::") else {
        return Vec::new();
    };
    let Some((name, ty)) = rest.split_once("::<") else {
        return Vec::new();
    };
    let ty = Ty::parse(ty.strip_suffix('>').unwrap_or(ty));
    WAYS.iter()
        .filter(|(way, _)| *way == name)
        .map(|(_, way)| (ty.clone(), *way))
        .collect()
}
