//! Impl blocks, once the types that they are for can be resolved.

use std::rc::Rc;

use syn::{ImplItem, Item, ItemImpl};

use super::{Collector, ImplBlock, Place, params};
use crate::callgraph::Home;
use crate::callgraph::index::{Around, Key, ValueDef, key};
use crate::callgraph::ty::Ty;
use crate::source::Span;

impl<'a, 's> Collector<'a, 's> {
    pub(super) fn impl_blocks(&mut self) {
        let mut next = 0;
        while next < self.blocks.len() {
            let ImplBlock { place, item } = self.blocks[next];
            next += 1;
            let mut around = Around {
                params: params(&item.generics),
                scope: Some(place.scope),
                ..Around::default()
            };
            around.associated = item
                .items
                .iter()
                .filter_map(|item| match item {
                    ImplItem::Type(item) => Some((item.ident.to_string(), &item.ty)),
                    _ => None,
                })
                .collect();
            let self_ty = self.index.ty(place.scope, &around, &[], &item.self_ty);
            around.self_ty = Some(self_ty.clone());
            let key = key(&self_ty).unwrap_or(Key::Any);
            let shown = crate::types::head(&item.self_ty)
                .unwrap_or_else(|| crate::crossing::show(&item.self_ty));
            let of_trait = item
                .trait_
                .as_ref()
                .and_then(|(path, _)| path.segments.last());
            let of_trait = of_trait.map(|last| last.ident.to_string());
            let home = match &of_trait {
                Some(name) => Home::TraitImpl(shown, name.clone()),
                None => Home::Inherent(shown),
            };
            let around = Rc::new(around);
            if of_trait.as_deref() == Some("Deref")
                && let (Ty::Local(id, _), Some((_, target))) = (
                    &self_ty,
                    around.associated.iter().find(|(name, _)| name == "Target"),
                )
            {
                let target = self.index.ty(place.scope, &around, &[], target);
                self.index.targets.insert(*id, target);
            }
            let block = self.header(place, item);
            self.members(
                place,
                &around,
                &home,
                key,
                &item.items,
                block,
                of_trait.is_some(),
            );
        }
    }

    /// An impl block from its `impl`, or the `unsafe` before it: without attributes.
    fn header(&self, place: Place, item: &ItemImpl) -> Span {
        let whole = self.span(place, item);
        if place.made_at.is_some() {
            return whole;
        }
        let start = match &item.unsafety {
            Some(token) => Span::of(place.file, token),
            None => Span::of(place.file, &item.impl_token),
        };
        Span {
            start: start.start,
            ..whole
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a method inherits from its block"
    )]
    fn members(
        &mut self,
        place: Place,
        around: &Rc<Around<'a>>,
        home: &Home,
        key: Key,
        items: &'a [ImplItem],
        block: Span,
        of_trait: bool,
    ) {
        for item in items {
            match item {
                ImplItem::Fn(method) if self.config.keeps(&method.attrs) => {
                    let code = self.span(place, method);
                    let id = self.function(
                        place,
                        around.clone(),
                        home.clone(),
                        Some(block),
                        code,
                        &method.sig,
                        &method.block,
                    );
                    self.method(key.clone(), &method.sig, id, of_trait);
                    self.nested(place, &method.block);
                }
                ImplItem::Const(found) => {
                    let scope = place.scope;
                    self.index.values.push(ValueDef {
                        scope,
                        ty: &found.ty,
                        expr: Some(&found.expr),
                    });
                }
                ImplItem::Macro(call) => {
                    let at = self.span(place, call);
                    let name = call
                        .mac
                        .path
                        .segments
                        .last()
                        .map(|last| last.ident.to_string());
                    match self
                        .macros
                        .members(&name.unwrap_or_default(), &call.mac.tokens)
                    {
                        Some(made) => {
                            // Kept as an impl block of its own, so that it lives as long as the rest.
                            let shell: syn::ItemImpl = syn::parse_quote!(impl X {});
                            let items = vec![Item::Impl(ItemImpl {
                                items: made,
                                ..shell
                            })];
                            let kept: &'a [Item] = self.arena.alloc(items);
                            if let [Item::Impl(kept)] = kept {
                                let place = Place {
                                    made_at: Some(at),
                                    ..place
                                };
                                self.members(
                                    place,
                                    around,
                                    home,
                                    key.clone(),
                                    &kept.items,
                                    block,
                                    of_trait,
                                );
                            }
                        }
                        None => self.members_of_macro(place, &call.mac, at),
                    }
                }
                _ => {}
            }
        }
    }
}
