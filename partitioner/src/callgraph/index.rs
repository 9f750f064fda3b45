//! What a crate declares: scopes, types, traits and functions, for look-up.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use syn::{Block, Expr, Fields, Signature, Type};

use super::groups::Groups;
use super::ty::{Ty, TypeId};
use super::{Home, NodeId};
use crate::source::{FileId, Span};

/// A module, or a block with items of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ScopeId(pub(super) usize);

/// What a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Def {
    Module(ScopeId),
    Type(TypeId),
    Variant(TypeId, usize),
    Trait(usize),
    Function(NodeId),
    Value(usize),
    Alias(usize),
}

/// One scope.
#[derive(Debug)]
pub(super) struct Scope {
    /// The scope whose names are seen, too: of a block, the one around it.
    pub(super) around: Option<ScopeId>,
    /// The module that it is or that it is in.
    pub(super) module: ScopeId,
    /// The module around that module.
    pub(super) parent: Option<ScopeId>,
    /// Names of the modules from the root.
    pub(super) path: Vec<String>,
    /// The file.
    pub(super) file: FileId,
    /// What it defines.
    pub(super) names: HashMap<String, Vec<Def>>,
    /// What it imports under a name: the path.
    pub(super) imports: HashMap<String, Vec<Vec<String>>>,
    /// What it imports as a whole.
    pub(super) globs: Vec<Vec<String>>,
}

/// What a type is made of.
#[derive(Debug)]
pub(super) enum Shape<'a> {
    /// A struct or a union.
    Fields(&'a Fields),
    /// A union.
    Named(&'a syn::FieldsNamed),
    /// An enum: its variants.
    Variants(Vec<(String, &'a Fields)>),
    /// A macro of elsewhere made it: the node that stands for all that it made.
    Opaque(NodeId),
}

/// A type of the crate.
#[derive(Debug)]
pub(super) struct TypeDef<'a> {
    pub(super) name: String,
    pub(super) scope: ScopeId,
    pub(super) params: Vec<Rc<str>>,
    pub(super) shape: Shape<'a>,
}

/// A method that a trait declares.
#[derive(Debug)]
pub(super) struct Declared<'a> {
    pub(super) signature: &'a Signature,
    pub(super) around: Rc<Around<'a>>,
}

/// A trait of the crate.
#[derive(Debug)]
pub(super) struct TraitDef<'a> {
    pub(super) name: String,
    pub(super) methods: HashMap<String, Declared<'a>>,
}

/// A constant or a static.
#[derive(Debug)]
pub(super) struct ValueDef<'a> {
    pub(super) scope: ScopeId,
    pub(super) ty: &'a Type,
    pub(super) expr: Option<&'a Expr>,
}

/// Another name for a type.
#[derive(Debug)]
pub(super) struct AliasDef<'a> {
    pub(super) scope: ScopeId,
    pub(super) params: Vec<Rc<str>>,
    pub(super) ty: &'a Type,
}

/// The block that a function is in.
#[derive(Debug, Default)]
pub(super) struct Around<'a> {
    /// Type parameters.
    pub(super) params: Vec<Rc<str>>,
    /// What `Self` stands for.
    pub(super) self_ty: Option<Ty>,
    /// Its associated types.
    pub(super) associated: Vec<(String, &'a Type)>,
    /// Its scope.
    pub(super) scope: Option<ScopeId>,
}

/// A function with a body.
#[derive(Debug)]
pub(super) struct Function<'a> {
    pub(super) scope: ScopeId,
    pub(super) around: Rc<Around<'a>>,
    pub(super) signature: &'a Signature,
    pub(super) body: &'a Block,
    /// The call of the macro that made it.
    pub(super) made_at: Option<Span>,
    pub(super) result: OnceCell<Ty>,
}

/// What there is to know of a node.
#[derive(Debug)]
pub(super) enum Kind<'a> {
    /// Its body.
    Function(Box<Function<'a>>),
    /// A derive of a trait for a type.
    Derived {
        of: TypeId,
        method: Option<&'static str>,
    },
    /// All that a macro of elsewhere makes: the names in its arguments.
    Foreign { names: BTreeSet<String> },
}

/// A name, where it is used.
pub(super) type Name = (ScopeId, String);

/// How a method is looked up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    pub(super) node: NodeId,
    pub(super) receiver: bool,
    /// Arguments, the receiver among them.
    pub(super) arguments: usize,
    pub(super) of_trait: bool,
}

/// The key under which methods of a type are found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Local(TypeId),
    Foreign(Rc<str>),
    /// A trait implemented for a type parameter or an abstract type, or a default of a trait.
    Any,
}

/// What the end of a type runs.
#[derive(Debug, Default)]
pub(super) struct Dropped {
    /// Drops of it and of its parts.
    pub(super) own: Vec<NodeId>,
    /// Whether a part may be of any type: every drop.
    pub(super) any: bool,
}

/// Everything that a crate declares.
#[derive(Debug, Default)]
pub(super) struct Index<'a> {
    pub(super) scopes: Vec<Scope>,
    pub(super) types: Vec<TypeDef<'a>>,
    pub(super) traits: Vec<TraitDef<'a>>,
    pub(super) values: Vec<ValueDef<'a>>,
    pub(super) aliases: Vec<AliasDef<'a>>,
    pub(super) kinds: Vec<Kind<'a>>,
    pub(super) homes: Vec<Home>,
    /// Methods and associated functions by name.
    pub(super) methods: HashMap<String, Vec<Method>>,
    /// The same by type and name.
    pub(super) of_type: HashMap<(Key, String), Vec<Method>>,
    /// What macros of elsewhere made.
    pub(super) foreign: Vec<NodeId>,
    /// Blocks with items of their own, by address.
    pub(super) blocks: HashMap<usize, ScopeId>,
    /// Where paths were found to lead.
    pub(super) found: RefCell<HashMap<Name, Rc<[Def]>>>,
    /// Names of types whose meaning is being looked for, by the address of what they stand for.
    pub(super) followed: RefCell<HashSet<usize>>,
    /// Types that dereference to another one: what to.
    pub(super) targets: HashMap<TypeId, Ty>,
    /// Types whose end runs code of the crate, themselves or by a part.
    pub(super) dropped: HashMap<TypeId, Dropped>,
    /// Every implementation of `Drop`.
    pub(super) drops: Vec<NodeId>,
    /// Every implementation of `Deref` and `DerefMut`.
    pub(super) derefs: Vec<NodeId>,
    /// Traits that declare a method, by its name.
    pub(super) declaring: HashMap<String, Vec<usize>>,
    /// Which functions were found to be meant together.
    pub(super) groups: Groups,
}

impl<'a> Index<'a> {
    pub(super) fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0]
    }

    pub(super) fn function(&self, id: NodeId) -> Option<&Function<'a>> {
        match &self.kinds[id.0] {
            Kind::Function(function) => Some(function),
            _ => None,
        }
    }

    /// The scope of a block, if it has items of its own.
    pub(super) fn block(&self, block: &Block) -> Option<ScopeId> {
        self.blocks
            .get(&(std::ptr::from_ref(block) as usize))
            .copied()
    }

    /// Methods of a type under a name.
    pub(super) fn of_type(&self, key: Key, name: &str) -> &[Method] {
        self.of_type
            .get(&(key, name.to_owned()))
            .map_or(&[], Vec::as_slice)
    }

    /// Methods under a name, of whatever type.
    pub(super) fn named(&self, name: &str) -> &[Method] {
        self.methods.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The key of a type's methods.
pub(super) fn key(ty: &Ty) -> Option<Key> {
    match ty {
        Ty::Local(id, _) => Some(Key::Local(*id)),
        Ty::Foreign(name, _) => Some(Key::Foreign(name.clone())),
        Ty::Slice(_) => Some(Key::Foreign("[]".into())),
        Ty::Tuple(_) => Some(Key::Foreign("()".into())),
        Ty::Callable(_) => Some(Key::Foreign("fn".into())),
        Ty::Abstract(_) | Ty::Unknown(_) | Ty::Never => None,
    }
}
