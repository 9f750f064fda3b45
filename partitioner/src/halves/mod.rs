//! What each half contains: the functions and stubs, and the items that they need.
//!
//! A closure over names from the placed functions: what is not reached is not emitted, because an unused
//! item in one half would be a warning there.

mod closure;

use std::collections::BTreeSet;

use syn::{ImplItem, Item};

use crate::analysis::Mode;
use crate::api::Api;
use crate::driver::state::{Field, Sharing};
use crate::driver::{FunctionId, ItemId};
use crate::graph::Graph;
use crate::load::ModuleId;
use crate::place::Placement;
use crate::resolve::Resolver;
use crate::types::Types;
use closure::Closure;

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

/// Whether an impl block is of a trait with roots.
pub fn is_root_block(api: &Api, block: &syn::ItemImpl) -> bool {
    let name = block
        .trait_
        .as_ref()
        .and_then(|(path, _)| path.segments.last());
    name.is_some_and(|segment| api.is_root_trait(&segment.ident.to_string()))
}
