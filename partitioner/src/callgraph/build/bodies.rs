//! What each function calls: one that is written, and what derives and macros make.

use std::collections::BTreeSet;

use crate::callgraph::index::{Def, Index, Key, Kind, ScopeId, Shape};
use crate::callgraph::macros::Macros;
use crate::callgraph::ty::{Ty, TypeId};
use crate::callgraph::walk::{Body, Walker};
use crate::callgraph::{Edge, Home, NodeId, Why};
use crate::source::Span;

pub(super) fn body(index: &Index<'_>, macros: &Macros, node: NodeId) -> Body {
    match &index.kinds[node.0] {
        Kind::Function(function) => {
            let around = function.around.clone();
            Walker::new(index, macros, function.scope, around, function.made_at).function(function)
        }
        Kind::Derived { of, method } => {
            let mut body = derived(index, macros, *of, *method);
            if method.is_none() {
                others(index, node, &mut body);
            }
            body
        }
        Kind::Foreign { names } => {
            let mut body = Body::default();
            let span = Span::nowhere(index.scope(ScopeId(0)).file);
            for name in names {
                for method in index.named(name) {
                    body.calls.nodes.insert(
                        method.node,
                        Edge {
                            span,
                            why: Why::UnknownReceiver,
                        },
                    );
                }
                for scope in &index.scopes {
                    for def in scope.names.get(name).into_iter().flatten() {
                        if let Def::Function(found) = def {
                            body.calls.nodes.insert(
                                *found,
                                Edge {
                                    span,
                                    why: Why::UnknownReceiver,
                                },
                            );
                        }
                    }
                }
            }
            // What it makes may be handed a value of any type: what that type implements may be called.
            let all = index.methods.values().flatten();
            for method in all.filter(|method| method.of_trait) {
                let why = Why::Callback;
                let edge = Edge { span, why };
                body.calls.nodes.entry(method.node).or_insert(edge);
            }
            for other in &index.foreign {
                let why = Why::Callback;
                body.calls.nodes.entry(*other).or_insert(Edge { span, why });
            }
            body.calls.nodes.remove(&node);
            body
        }
    }
}

/// What a derive calls: the same method of the types of the fields.
fn derived(index: &Index<'_>, macros: &Macros, of: TypeId, method: Option<&'static str>) -> Body {
    let scope = index.types[of.0].scope;
    let mut walker = Walker::new(index, macros, scope, Default::default(), None);
    let span = Span::nowhere(index.scope(scope).file);
    for ty in parts(&walker, index, of) {
        // What was made is dropped again if a later part panics.
        walker.seen(&ty, span);
        match method {
            Some("partial_cmp") => {
                for name in ["partial_cmp", "cmp", "eq"] {
                    walker.calls_back(&ty, name, span);
                }
            }
            Some("assert_fields_are_eq") => {}
            Some(name) => walker.calls_back(&ty, name, span),
            None => unknown_derive(&mut walker, &ty, span),
        }
    }
    walker.drops(span);
    walker.body
}

/// A derive of elsewhere may also call what macros of elsewhere make, and the same derive of other types.
fn others(index: &Index<'_>, node: NodeId, body: &mut Body) {
    let span = Span::nowhere(index.scope(ScopeId(0)).file);
    for other in &index.foreign {
        let same_derive = match (&index.homes[node.0], &index.homes[other.0]) {
            (Home::TraitImpl(_, one), Home::TraitImpl(_, two)) => one == two,
            _ => false,
        };
        let is_macro = matches!(index.kinds[other.0], Kind::Foreign { .. });
        if (same_derive || is_macro) && *other != node {
            let why = Why::Callback;
            body.calls.nodes.entry(*other).or_insert(Edge { span, why });
        }
    }
}

/// What a derive of elsewhere may call: every method of a trait of what is in a field.
fn unknown_derive(walker: &mut Walker<'_, '_>, ty: &Ty, span: Span) {
    match ty {
        Ty::Local(id, arguments) => {
            let key = Key::Local(*id);
            let index = walker.index;
            let methods = index.of_type.iter().filter(|((of, _), _)| *of == key);
            let methods: BTreeSet<NodeId> = methods
                .flat_map(|(_, methods)| methods.iter().filter(|method| method.of_trait))
                .map(|method| method.node)
                .collect();
            methods
                .into_iter()
                .for_each(|node| walker.call(node, Why::Callback, span));
            walker.opaque(ty, span);
            arguments
                .iter()
                .for_each(|ty| unknown_derive(walker, ty, span));
        }
        Ty::Foreign(_, parts) | Ty::Tuple(parts) => {
            parts.iter().for_each(|ty| unknown_derive(walker, ty, span));
        }
        Ty::Slice(inner) => unknown_derive(walker, inner, span),
        _ => {}
    }
}

/// The types of all fields.
pub(super) fn parts(walker: &Walker<'_, '_>, index: &Index<'_>, of: TypeId) -> Vec<Ty> {
    let params = &index.types[of.0].params;
    let itself: Vec<Ty> = params
        .iter()
        .map(|param| Ty::Abstract(param.clone()))
        .collect();
    let variants: Vec<Option<String>> = match &index.types[of.0].shape {
        Shape::Variants(variants) => variants
            .iter()
            .map(|(name, _)| Some(name.clone()))
            .collect(),
        _ => vec![None],
    };
    let fields = variants
        .into_iter()
        .flat_map(|variant| walker.fields(of, variant.as_deref(), &itself));
    fields.map(|(_, ty)| ty).collect()
}
