//! What a path leads to that is named and not called: functions whose address is taken.

use std::rc::Rc;

use syn::ExprPath;

use super::groups::Query;
use super::index::{Def, Key};
use super::resolve::Target;
use super::ty::Ty;
use super::walk::Walker;
use super::{NodeId, Why};
use crate::source::Span;

impl Walker<'_, '_> {
    /// A path that is named as a value: a function whose address is taken.
    pub(super) fn mention(&mut self, path: &ExprPath, names: &[String], at: Span) {
        let name = names
            .last()
            .map(|name| super::collect::plain(name))
            .unwrap_or_default();
        let mut found: Vec<NodeId> = Vec::new();
        let all = |walker: &Self, key: Key| -> Vec<NodeId> {
            let methods = walker.index.of_type(key, &name);
            methods.iter().map(|method| method.node).collect()
        };
        let any = || Query::any(&name);
        let every = || Query::named(&name);
        if let Some(qualified) = &path.qself {
            match super::index::key(&self.ty(&qualified.ty)) {
                Some(key) => {
                    found.extend(all(self, key));
                    self.take_all(any(), Why::Path, at);
                }
                None => self.take_all(every(), Why::Trait, at),
            }
        } else {
            let targets = self.index.resolve(self.scope, names);
            for target in &targets {
                match target {
                    Target::Def(Def::Function(node)) => found.push(*node),
                    Target::Member(Def::Type(id), _) => {
                        found.extend(all(self, Key::Local(*id)));
                        self.take_all(any(), Why::Path, at);
                        self.opaque(&Ty::Local(*id, Rc::new([])), at);
                    }
                    Target::Member(Def::Alias(alias), _) => {
                        if let Some(key) = super::index::key(&self.index.alias(*alias, &[])) {
                            found.extend(all(self, key));
                        }
                    }
                    Target::Member(Def::Trait(index), _) => {
                        let of = &self.index.traits[*index].name;
                        self.take_all(every().of_trait(Some(of)), Why::Trait, at);
                    }
                    _ => {}
                }
            }
            if targets.is_empty() && names.len() > 1 {
                let of = &names[names.len() - 2];
                let own = if of == "Self" {
                    self.around.self_ty.clone()
                } else {
                    None
                };
                match own.as_ref().and_then(super::index::key) {
                    Some(key) => {
                        found.extend(all(self, key));
                        self.take_all(any(), Why::Path, at);
                    }
                    None => {
                        let mut params = self.own.iter().chain(&self.around.params);
                        if of == "Self" || params.any(|param| **param == **of) {
                            self.take_all(every().of_traits(), Why::Trait, at);
                        }
                        found.extend(all(self, Key::Foreign(of.as_str().into())));
                        self.take_all(every().of_trait(Some(of)), Why::Trait, at);
                    }
                }
            }
        }
        for node in found {
            self.call(node, Why::Path, at);
            self.body.taken.nodes.insert(node);
        }
    }
}
