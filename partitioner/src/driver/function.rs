//! One function of the driver.

use partitioner_syntax::{Markers, Root};
use syn::{Block, FnArg, Pat, ReceiverKind, ReturnType, Signature, Type, Visibility};

use super::ItemId;
use crate::load::ModuleId;
use crate::source::Span;

/// Where a function is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// In a module.
    Module,
    /// In an impl block of a type.
    Type(String),
    /// In an impl of a trait for a type.
    Trait {
        /// The type.
        of: String,
        /// The trait.
        name: String,
    },
}

impl Owner {
    /// The type that it is a method of.
    pub fn type_name(&self) -> Option<&str> {
        match self {
            Owner::Module => None,
            Owner::Type(of) | Owner::Trait { of, .. } => Some(of),
        }
    }
}

/// An argument other than `self`.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its name, if the pattern is one.
    pub name: Option<String>,
    /// Its type.
    pub ty: Type,
}

/// One function of the driver.
#[derive(Debug)]
pub struct Function {
    /// The name by which people and the plan know it: `State::open`, `chip::reset`.
    pub name: String,
    /// Its own name.
    pub ident: String,
    /// Where it is defined.
    pub owner: Owner,
    /// Its module.
    pub module: ModuleId,
    /// The item that it is, or that contains it.
    pub item: ItemId,
    /// Where it stands, attributes and documentation included.
    pub span: Span,
    /// From its visibility, or `fn`, to the end of its body.
    pub code: Span,
    /// Its visibility, if it has one.
    pub visibility: Option<Span>,
    /// Whether it can be named in the whole crate.
    pub is_public: bool,
    /// What its documentation and attributes are.
    pub attributes: Vec<syn::Attribute>,
    /// What the author asks for.
    pub markers: Markers,
    /// How the kernel calls it, if it implements a root.
    pub root: Option<Root>,
    /// Whether it implements a method that the user half's traits do not have.
    pub kernel_only: bool,
    /// Its signature.
    pub signature: Signature,
    /// Its body.
    pub block: Block,
    /// What `Self` stands for in it.
    pub self_type: Option<Type>,
    /// The associated types of its impl block.
    pub associated: Vec<(String, Type)>,
}

impl Function {
    /// Whether it takes `self`, in whatever way.
    pub fn has_receiver(&self) -> bool {
        self.signature.receiver().is_some()
    }

    /// Whether it takes `&self`.
    pub fn borrows_self(&self) -> bool {
        let receiver = self.signature.receiver();
        receiver
            .is_some_and(|receiver| matches!(receiver.kind, ReceiverKind::Reference(_, _, None)))
    }

    /// The arguments after `self`.
    pub fn arguments(&self) -> Vec<Argument> {
        self.signature
            .inputs
            .iter()
            .filter_map(|input| match input {
                FnArg::Typed(typed) => Some(typed),
                FnArg::Receiver(_) => None,
            })
            .map(|typed| {
                let name = match &*typed.pat {
                    Pat::Ident(pattern) if pattern.subpat.is_none() => {
                        Some(pattern.ident.to_string())
                    }
                    _ => None,
                };
                Argument {
                    name,
                    ty: (*typed.ty).clone(),
                }
            })
            .collect()
    }

    /// Its result, if it has one.
    pub fn result(&self) -> Option<&Type> {
        match &self.signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => match &**ty {
                Type::Tuple(tuple) if tuple.elems.is_empty() => None,
                ty => Some(ty),
            },
        }
    }
}

/// Whether a visibility lets the whole crate see.
pub(super) fn is_public(visibility: &Visibility) -> bool {
    match visibility {
        Visibility::Public(_) => true,
        Visibility::Restricted(restricted) => restricted.path.is_ident("crate"),
        Visibility::Inherited => false,
    }
}
