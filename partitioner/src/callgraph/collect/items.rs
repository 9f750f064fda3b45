//! What a module or a body declares.

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;

use syn::{Attribute, Generics, Item, TraitItem};

use super::{Collector, ImplBlock, Place, params, plain};
use crate::callgraph::Home;
use crate::callgraph::index::{
    AliasDef, Around, Declared, Def, Key, ScopeId, Shape, TraitDef, TypeDef, ValueDef,
};
use crate::callgraph::ty::{Ty, TypeId};
use crate::load::item_attributes;
use crate::resolve::imports;

impl<'a, 's> Collector<'a, 's> {
    pub(super) fn items(&mut self, place: Place, items: &'a [Item], path: &Path, directory: &Path) {
        for item in items {
            if self.config.keeps(item_attributes(item)) {
                self.item(place, item, path, directory);
            }
        }
    }

    pub(super) fn item(&mut self, place: Place, item: &'a Item, path: &Path, directory: &Path) {
        let scope = place.scope;
        match item {
            Item::Fn(function) => {
                let around = Rc::new(Around::default());
                let code = self.span(place, function);
                let id = self.function(
                    place,
                    around,
                    Home::Module,
                    None,
                    code,
                    &function.sig,
                    &function.block,
                );
                self.define(scope, &function.sig.ident, Def::Function(id));
                self.nested(place, &function.block);
            }
            Item::Struct(found) => {
                let shape = Shape::Fields(&found.fields);
                self.type_(place, &found.ident, &found.generics, shape, &found.attrs);
            }
            Item::Union(found) => {
                let shape = Shape::Named(&found.fields);
                self.type_(place, &found.ident, &found.generics, shape, &found.attrs);
            }
            Item::Enum(found) => {
                let kept = found
                    .variants
                    .iter()
                    .filter(|variant| self.config.keeps(&variant.attrs));
                let variants =
                    kept.map(|variant| (plain(&variant.ident.to_string()), &variant.fields));
                let shape = Shape::Variants(variants.collect());
                self.type_(place, &found.ident, &found.generics, shape, &found.attrs);
            }
            Item::Type(found) => {
                self.define(scope, &found.ident, Def::Alias(self.index.aliases.len()));
                let params = params(&found.generics);
                self.index.aliases.push(AliasDef {
                    scope,
                    params,
                    ty: &found.ty,
                });
            }
            Item::Const(found) => {
                self.value(
                    place,
                    &found.ident.to_string(),
                    &found.ty,
                    Some(&found.expr),
                );
                self.nested_in(place, &found.expr);
            }
            Item::Static(found) => {
                self.value(
                    place,
                    &found.ident.to_string(),
                    &found.ty,
                    Some(&found.expr),
                );
                self.nested_in(place, &found.expr);
            }
            Item::Use(found) => {
                for import in imports(found) {
                    let scope = &mut self.index.scopes[scope.0];
                    let path: Vec<String> = import.path.iter().map(|name| plain(name)).collect();
                    match import.name {
                        None => scope.globs.push(path),
                        Some(name) if name == "_" => {}
                        Some(name) => scope.imports.entry(plain(&name)).or_default().push(path),
                    }
                }
            }
            Item::ExternCrate(found) => {
                if found.ident == "self"
                    && let Some((_, name)) = &found.rename
                {
                    self.define(scope, name, Def::Module(ScopeId(0)));
                }
            }
            Item::Mod(module) => self.module(place, module, path, directory),
            Item::Trait(found) => self.trait_(place, found),
            Item::Impl(block) => self.blocks.push(ImplBlock { place, item: block }),
            Item::Macro(call) if call.ident.is_none() => {
                self.call(place, &call.mac, path, directory);
            }
            _ => {}
        }
    }

    fn value(&mut self, place: Place, name: &str, ty: &'a syn::Type, expr: Option<&'a syn::Expr>) {
        let scope = place.scope;
        self.define(scope, name, Def::Value(self.index.values.len()));
        self.index.values.push(ValueDef { scope, ty, expr });
    }

    fn type_(
        &mut self,
        place: Place,
        name: &syn::Ident,
        generics: &'a Generics,
        shape: Shape<'a>,
        attributes: &[Attribute],
    ) {
        let id = TypeId(self.index.types.len());
        self.index.types.push(TypeDef {
            name: plain(&name.to_string()),
            scope: place.scope,
            params: params(generics),
            shape,
        });
        self.define(place.scope, name, Def::Type(id));
        for path in self.config.derives(attributes) {
            let span = self.span(place, &path);
            self.derives.push((id, path, span));
        }
    }

    fn trait_(&mut self, place: Place, found: &'a syn::ItemTrait) {
        let name = plain(&found.ident.to_string());
        let mut params = params(&found.generics);
        params.push("Self".into());
        let around = Rc::new(Around {
            params,
            self_ty: Some(Ty::Abstract("Self".into())),
            associated: Vec::new(),
            scope: Some(place.scope),
        });
        self.define(place.scope, &name, Def::Trait(self.index.traits.len()));
        let at = self.index.traits.len();
        self.index.traits.push(TraitDef {
            name: name.clone(),
            methods: HashMap::new(),
        });
        let block = self.span(place, &found.trait_token);
        for item in &found.items {
            match item {
                TraitItem::Fn(method) if self.config.keeps(&method.attrs) => {
                    if let Some(body) = &method.default {
                        let home = Home::TraitDefault(name.clone());
                        let code = self.span(place, method);
                        let id = self.function(
                            place,
                            around.clone(),
                            home,
                            Some(block),
                            code,
                            &method.sig,
                            body,
                        );
                        self.method(Key::Any, &method.sig, id, true);
                        self.nested(place, body);
                    }
                    let declared = Declared {
                        signature: &method.sig,
                        around: around.clone(),
                    };
                    let name = plain(&method.sig.ident.to_string());
                    self.index
                        .declaring
                        .entry(name.clone())
                        .or_default()
                        .push(at);
                    self.index.traits[at].methods.insert(name, declared);
                }
                TraitItem::Macro(call) => {
                    let span = self.span(place, call);
                    self.members_of_macro(place, &call.mac, span);
                }
                _ => {}
            }
        }
    }
}
