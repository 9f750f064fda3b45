//! What each half contains: the functions and stubs, and the items that they need.
//!
//! A closure over names from the placed functions: what is not reached is not emitted, because an unused
//! item in one half would be a warning there.

use std::collections::BTreeSet;

use syn::visit::Visit;
use syn::{ImplItem, Item, Type};

use crate::analysis::Mode;
use crate::api::Api;
use crate::crossing;
use crate::driver::state::{Field, Sharing};
use crate::driver::{FunctionId, ItemId};
use crate::graph::Graph;
use crate::load::ModuleId;
use crate::names::Names;
use crate::place::Placement;
use crate::resolve::{Resolver, Target};
use crate::types::{self, Types};

/// Which of the two.
pub use partitioner_syntax::Half as Side;

/// What one half contains.
#[derive(Clone, Debug, Default)]
pub struct Half {
    /// Functions with their bodies.
    pub functions: BTreeSet<FunctionId>,
    /// Functions whose bodies are in the other half.
    pub stubs: BTreeSet<FunctionId>,
    /// Items: types, constants, traits, impl blocks.
    pub items: BTreeSet<ItemId>,
    /// Constants of impl blocks, by block and name.
    pub constants: BTreeSet<(ItemId, String)>,
    /// Fields of the state.
    pub fields: BTreeSet<String>,
    /// Names of modules that come from imports, and are used.
    pub imports: BTreeSet<(ModuleId, String)>,
}

/// What both halves contain, and what crosses between them.
#[derive(Clone, Debug, Default)]
pub struct Halves {
    /// The kernel half.
    pub kernel: Half,
    /// The user half; empty in the unsplit plan.
    pub user: Half,
    /// What the kernel half calls, by number.
    pub upcalls: Vec<FunctionId>,
    /// What the user half calls, by number.
    pub downcalls: Vec<FunctionId>,
    /// The shared locks, by number: fields of the state.
    pub locks: Vec<Field>,
    /// The shared atomics, by number.
    pub atomics: Vec<Field>,
    /// What is sent to the user half once, in order.
    pub plain: Vec<Field>,
}

/// Fills both halves.
pub fn fill(
    types: Types<'_>,
    resolver: &Resolver,
    graph: &Graph,
    placement: &Placement,
    fields: &[Field],
    mode: Mode,
) -> Halves {
    let driver = types.driver;
    let closure = |side| Closure {
        types,
        resolver,
        graph,
        placement,
        fields,
        side,
        half: Half::default(),
    };
    if mode == Mode::Unsplit {
        let mut kernel = Half::default();
        kernel.functions.extend(driver.iter().map(|(id, _)| id));
        kernel.items.extend(driver.entries().map(|(id, _)| id));
        kernel
            .fields
            .extend(fields.iter().map(|field| field.name.clone()));
        kernel.constants.extend(all_constants(types));
        return Halves {
            kernel,
            ..Halves::default()
        };
    }
    let mut kernel = closure(Side::Kernel);
    kernel
        .half
        .fields
        .extend(fields.iter().map(|field| field.name.clone()));
    kernel.item(driver.state_item);
    kernel.root_blocks();
    let asserts = driver
        .entries()
        .filter(|(_, entry)| entry.name.as_deref() == Some("_"));
    asserts.for_each(|(id, _)| kernel.item(id));
    placement.kernel.keys().for_each(|id| kernel.function(*id));
    let user_roots = placement
        .user
        .keys()
        .filter(|id| driver.function(**id).root.is_some());
    user_roots.clone().for_each(|id| kernel.stub(*id));
    let kernel = kernel.half;

    let mut user = closure(Side::User);
    user.item(driver.state_item);
    user.root_blocks();
    user_roots.for_each(|id| user.function(*id));
    kernel.stubs.iter().for_each(|id| user.function(*id));
    let user = user.half;

    let shared = |wanted: &dyn Fn(&Sharing) -> bool| -> Vec<Field> {
        let is = |field: &&Field| wanted(&field.sharing) && user.fields.contains(&field.name);
        fields.iter().filter(is).cloned().collect()
    };
    Halves {
        upcalls: kernel.stubs.iter().copied().collect(),
        downcalls: user.stubs.iter().copied().collect(),
        locks: shared(&|sharing| matches!(sharing, Sharing::Lock(_))),
        atomics: shared(&|sharing| matches!(sharing, Sharing::Atomic(_))),
        plain: shared(&|sharing| *sharing == Sharing::Plain),
        kernel,
        user,
    }
}

fn all_constants(types: Types<'_>) -> Vec<(ItemId, String)> {
    let mut found = Vec::new();
    for (id, entry) in types.driver.entries() {
        if let Item::Impl(block) = &entry.item {
            for item in &block.items {
                if let ImplItem::Const(constant) = item {
                    found.push((id, constant.ident.to_string()));
                }
            }
        }
    }
    found
}

struct Closure<'a> {
    types: Types<'a>,
    resolver: &'a Resolver,
    graph: &'a Graph,
    placement: &'a Placement,
    fields: &'a [Field],
    side: Side,
    half: Half,
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

    fn function(&mut self, id: FunctionId) {
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
    fn stub(&mut self, id: FunctionId) {
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
    fn root_blocks(&mut self) {
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

    fn item(&mut self, id: ItemId) {
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

/// Whether an impl block is of a trait with roots.
pub fn is_root_block(api: &Api, block: &syn::ItemImpl) -> bool {
    let name = block
        .trait_
        .as_ref()
        .and_then(|(path, _)| path.segments.last());
    name.is_some_and(|segment| api.is_root_trait(&segment.ident.to_string()))
}
