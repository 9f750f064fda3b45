//! Macros in place of items: those of the crate are expanded, of others the names are kept.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::Item;

use super::{Collector, Place, plain};
use crate::callgraph::index::{Def, Kind, Shape, TypeDef};
use crate::callgraph::ty::TypeId;
use crate::callgraph::{Home, Origin};
use crate::source::Span;

/// How deep macros that make macro calls go.
const DEEPEST: usize = 64;

/// How many calls of macros among items are expanded.
const MOST_CALLS: usize = 200_000;

impl<'a, 's> Collector<'a, 's> {
    /// A macro in place of items.
    pub(super) fn call(
        &mut self,
        place: Place,
        call: &'a syn::Macro,
        path: &Path,
        directory: &Path,
    ) {
        let at = self.span(place, call);
        let name = call
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        self.expanded += 1;
        if self.depth >= DEEPEST || self.expanded > MOST_CALLS {
            self.foreign(place, &name, &call.tokens, at);
            return;
        }
        let made = if name == "cfg_if" {
            crate::callgraph::macros::cfg_if(&call.tokens, self.config)
        } else {
            self.macros.items(&name, &call.tokens)
        };
        match made {
            Some(lists) => {
                for items in lists {
                    let items: &'a [Item] = self.arena.alloc(items);
                    self.macros.define_all(items);
                    self.depth += 1;
                    let place = Place {
                        made_at: Some(at),
                        ..place
                    };
                    self.items(place, items, path, directory);
                    self.depth -= 1;
                }
            }
            None => self.foreign(place, &name, &call.tokens, at),
        }
    }

    /// A macro of elsewhere that makes items: one node for all that it makes.
    fn foreign(&mut self, place: Place, name: &str, tokens: &TokenStream, at: Span) {
        let node = self.node(
            place,
            Home::Module,
            None,
            at,
            &format!("{name}!"),
            Origin::Foreign,
        );
        let mut names = BTreeSet::new();
        let mut types = Vec::new();
        names_in(tokens, &mut names, &mut types, 0);
        for ty in types {
            let id = TypeId(self.index.types.len());
            self.index.types.push(TypeDef {
                name: ty.clone(),
                scope: place.scope,
                params: Vec::new(),
                shape: Shape::Opaque(node),
            });
            self.define(place.scope, ty, Def::Type(id));
        }
        self.index.kinds.push(Kind::Foreign { names });
        self.index.foreign.push(node);
    }

    /// A macro among methods that is not expanded: one node for all that it makes.
    pub(super) fn members_of_macro(&mut self, place: Place, call: &syn::Macro, at: Span) {
        let name = call
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        self.foreign(place, &name, &call.tokens, at);
    }
}

/// How deep tokens are looked into.
const NESTED: usize = 128;

/// The names among tokens, and those that are declared as types.
fn names_in(
    tokens: &TokenStream,
    names: &mut BTreeSet<String>,
    types: &mut Vec<String>,
    depth: usize,
) {
    let mut declares = false;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                if declares && !types.contains(&name) {
                    types.push(name.clone());
                }
                declares = matches!(name.as_str(), "struct" | "enum" | "union" | "type");
                names.insert(plain(&name));
            }
            TokenTree::Group(group) if depth < NESTED => {
                names_in(&group.stream(), names, types, depth + 1);
            }
            _ => {}
        }
    }
}
