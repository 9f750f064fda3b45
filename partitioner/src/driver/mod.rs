//! The driver as the analysis sees it: items, functions and the state.
//!
//! Built from the syntax of every module by `collect`; `state` says how each field of the driver's state
//! may be shared. Names are resolved by `crate::resolve`, types by `crate::types`.

mod collect;
mod function;
mod items;
mod names;
pub mod state;

use std::collections::BTreeMap;

use syn::Item;

pub use collect::collect;
pub use function::{Argument, Function, Owner};
pub use names::check as check_names;

use crate::load::{ModuleId, Tree};
use crate::source::Span;

/// A function of the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub usize);

/// An item of a module of the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub usize);

/// One item of a module.
#[derive(Debug)]
pub struct Entry {
    /// The module.
    pub module: ModuleId,
    /// Where it stands, its attributes and documentation included.
    pub span: Span,
    /// What it is.
    pub item: Item,
    /// Its name, if it has one.
    pub name: Option<String>,
    /// The functions in it: one for a function, those of its methods for an impl block.
    pub functions: Vec<FunctionId>,
}

/// A driver crate.
#[derive(Debug)]
pub struct Driver {
    /// Its modules.
    pub tree: Tree,
    /// Its items, in the order of modules and then of the source.
    pub items: Vec<Entry>,
    /// Its functions, in the same order.
    pub functions: Vec<Function>,
    /// The items of each module by name.
    pub scopes: Vec<BTreeMap<String, Vec<ItemId>>>,
    /// The types that it defines, by name.
    pub types: BTreeMap<String, ItemId>,
    /// Name of the driver's state.
    pub state: String,
    /// The item that defines the state.
    pub state_item: ItemId,
}

impl Driver {
    /// The function.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0]
    }

    /// The item.
    pub fn item(&self, id: ItemId) -> &Entry {
        &self.items[id.0]
    }

    /// Every function with its number.
    pub fn iter(&self) -> impl Iterator<Item = (FunctionId, &Function)> {
        self.functions
            .iter()
            .enumerate()
            .map(|(index, function)| (FunctionId(index), function))
    }

    /// Every item with its number.
    pub fn entries(&self) -> impl Iterator<Item = (ItemId, &Entry)> {
        self.items
            .iter()
            .enumerate()
            .map(|(index, item)| (ItemId(index), item))
    }

    /// The type that the driver defines under a name.
    pub fn type_item(&self, name: &str) -> Option<ItemId> {
        self.types.get(name).copied()
    }

    /// Whether a function is a method of the driver's state, or an associated function of it.
    pub fn is_of_state(&self, function: &Function) -> bool {
        function.owner.type_name() == Some(self.state.as_str())
    }
}
