//! What the compiler sees, as demands on a graph.

use std::collections::{BTreeMap, BTreeSet};

use super::{Demands, Evidence, Rules, Unmatched};
use crate::callgraph::NodeId;
use crate::oracle::functions::{self, Owner};
use crate::oracle::index::Index;
use crate::oracle::mir::{Body, Callee, Position, Ty, UseKind};
use crate::oracle::resolve::{Demand, Meaning, Resolver};

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
