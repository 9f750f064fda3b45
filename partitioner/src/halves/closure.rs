//! The closure over names, from the functions that are placed.

use syn::visit::Visit;
use syn::{ImplItem, Item, Type};

use super::{Half, Side, is_root_block};
use crate::crossing;
use crate::driver::state::{Field, Sharing};
use crate::driver::{FunctionId, ItemId};
use crate::graph::Graph;
use crate::load::ModuleId;
use crate::names::Names;
use crate::place::Placement;
use crate::resolve::{Resolver, Target};
use crate::types::{self, Types};

/// What one half comes to.
pub(super) struct Closure<'a> {
    pub(super) types: Types<'a>,
    pub(super) resolver: &'a Resolver,
    pub(super) graph: &'a Graph,
    pub(super) placement: &'a Placement,
    pub(super) fields: &'a [Field],
    pub(super) side: Side,
    pub(super) half: Half,
}

impl Closure<'_> {
    /// Whether the body of a function is in this half.
    fn here(&self, id: FunctionId) -> bool {
        let placement = self.placement;
        if placement.helpers.contains(&id) {
            return true;
        }
        match self.side {
            Side::Kernel => placement.kernel.contains_key(&id),
            Side::User => placement.user.contains_key(&id) || placement.copies.contains_key(&id),
        }
    }

    pub(super) fn function(&mut self, id: FunctionId) {
        if !self.here(id) {
            return self.stub(id);
        }
        if !self.half.functions.insert(id) {
            return;
        }
        let function = self.types.driver.function(id);
        self.item(function.item);
        let mut names = Names::new(self.types.api);
        names.visit_signature(&function.signature);
        names.visit_block(&function.block);
        self.names(function.module, function.owner.type_name(), &names);
        for callee in self.graph.facts(id).calls.keys() {
            self.function(*callee);
        }
        for name in self.graph.facts(id).fields.clone() {
            self.field(&name);
        }
    }

    /// A function of the other half: its signature stays.
    pub(super) fn stub(&mut self, id: FunctionId) {
        let function = self.types.driver.function(id);
        // A trait of a plain type cannot be called across: a half that cannot have it does without.
        let crosses = self.types.driver.is_of_state(function);
        if !crosses || !self.half.stubs.insert(id) {
            return;
        }
        self.item(function.item);
        let mut names = Names::new(self.types.api);
        names.visit_signature(&function.signature);
        self.names(function.module, function.owner.type_name(), &names);
        if crossing::device_argument(function).is_none() {
            self.fields
                .iter()
                .filter(|field| field.sharing == Sharing::Channel)
                .for_each(|field| {
                    self.half.fields.insert(field.name.clone());
                });
        }
    }

    fn field(&mut self, name: &str) {
        let Some(field) = self.fields.iter().find(|field| field.name == name) else {
            return;
        };
        let absent = matches!(field.sharing, Sharing::KernelOnly(_)) && self.side == Side::User;
        if !absent && self.half.fields.insert(name.to_owned()) {
            self.ty(&field.ty.clone());
        }
    }

    fn ty(&mut self, ty: &Type) {
        let module = self.types.driver.item(self.types.driver.state_item).module;
        let mut names = Names::new(self.types.api);
        names.visit_type(ty);
        self.names(module, None, &names);
    }

    /// The impl blocks of the traits with roots: in both halves.
    pub(super) fn root_blocks(&mut self) {
        let driver = self.types.driver;
        let blocks: Vec<ItemId> = driver
            .entries()
            .filter(|(_, entry)| matches!(&entry.item, Item::Impl(block) if is_root_block(self.types.api, block)))
            .map(|(id, _)| id)
            .collect();
        for id in blocks {
            self.item(id);
        }
    }

    pub(super) fn item(&mut self, id: ItemId) {
        if !self.half.items.insert(id) {
            return;
        }
        let entry = self.types.driver.item(id);
        let mut names = Names::new(self.types.api);
        let mut owner = entry.name.clone();
        match &entry.item {
            Item::Struct(_) if id == self.types.driver.state_item => {
                let present: Vec<String> = self.half.fields.iter().cloned().collect();
                for name in present {
                    let field = self.fields.iter().find(|field| field.name == name);
                    if let Some(ty) = field.map(|field| field.ty.clone()) {
                        self.ty(&ty);
                    }
                }
                if self.side == Side::Kernel {
                    self.trait_blocks(&self.types.driver.state.clone());
                }
            }
            Item::Impl(block) => {
                owner = types::head(&block.self_ty);
                names.visit_type(&block.self_ty);
                if let Some((path, _)) = &block.trait_ {
                    names.visit_path(path);
                }
                for item in &block.items {
                    match item {
                        ImplItem::Type(item) => names.visit_impl_item_type(item),
                        ImplItem::Const(item) if self.has_constants(block) => {
                            names.visit_impl_item_const(item);
                            self.half.constants.insert((id, item.ident.to_string()));
                        }
                        _ => {}
                    }
                }
                if block.trait_.is_some() && !is_root_block(self.types.api, block) {
                    entry
                        .functions
                        .iter()
                        .for_each(|function| self.function(*function));
                }
            }
            Item::Fn(_) => {}
            item => {
                names.visit_item(item);
                if let Some(name) = &entry.name {
                    self.trait_blocks(name);
                }
            }
        }
        self.names(entry.module, owner.as_deref(), &names);
    }

    /// Whether the constants of a trait's impl block are in this half.
    fn has_constants(&self, block: &syn::ItemImpl) -> bool {
        let of_trait = block.trait_.is_some();
        of_trait && (self.side == Side::Kernel || !is_root_block(self.types.api, block))
    }

    /// The traits that a type implements come with it, as far as this half can have them.
    fn trait_blocks(&mut self, name: &str) {
        let driver = self.types.driver;
        for (id, entry) in driver.entries() {
            let Item::Impl(block) = &entry.item else {
                continue;
            };
            let of = types::head(&block.self_ty);
            if block.trait_.is_some()
                && of.as_deref() == Some(name)
                && !is_root_block(self.types.api, block)
                && entry.functions.iter().all(|function| self.here(*function))
            {
                self.item(id);
            }
        }
    }

    fn names(&mut self, module: ModuleId, owner: Option<&str>, names: &Names<'_>) {
        for path in &names.paths {
            if let (Some(owner), [first, rest @ ..]) = (owner, path.as_slice())
                && first == "Self"
            {
                self.constant(owner, rest);
                continue;
            }
            let (targets, way) = self.resolver.trace(self.types.driver, module, path);
            self.half.imports.extend(way);
            for target in targets {
                let Target::Item(id, rest) = target else {
                    continue;
                };
                let entry = self.types.driver.item(id);
                if matches!(entry.item, Item::Fn(_)) {
                    continue;
                }
                let of = match &entry.item {
                    Item::Type(item) => types::head(&self.types.expand(&item.ty)),
                    _ => entry.name.clone(),
                };
                self.item(id);
                self.constant(&of.unwrap_or_default(), &rest);
            }
        }
    }

    /// A constant in an impl block of a type.
    fn constant(&mut self, of: &str, rest: &[String]) {
        let [name, ..] = rest else { return };
        let driver = self.types.driver;
        for (id, entry) in driver.entries() {
            let Item::Impl(block) = &entry.item else {
                continue;
            };
            if block.trait_.is_some() || types::head(&block.self_ty).as_deref() != Some(of) {
                continue;
            }
            for item in &block.items {
                if let ImplItem::Const(constant) = item
                    && constant.ident == name
                    && self.half.constants.insert((id, name.clone()))
                {
                    self.item(id);
                    let mut names = Names::new(self.types.api);
                    names.visit_impl_item_const(constant);
                    self.names(entry.module, Some(of), &names);
                }
            }
        }
    }
}
