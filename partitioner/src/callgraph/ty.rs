//! Types, as far as they are needed to find methods. References are not kept apart from what they
//! refer to: a method is found through them.

use std::rc::Rc;

use super::reason::{Because, Reason};

/// A type of the crate, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TypeId(pub(super) usize);

/// A type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    /// Not known.
    Unknown(Because),
    /// Of what never ends.
    Never,
    /// A struct, enum or union of the crate, and its type arguments.
    Local(TypeId, Rc<[Ty]>),
    /// A type of elsewhere or of the language, by its last name, and its type arguments.
    Foreign(Rc<str>, Rc<[Ty]>),
    /// A type parameter, an `impl Trait` or a trait object: its methods are those of traits.
    Abstract(Rc<str>),
    /// A tuple.
    Tuple(Rc<[Ty]>),
    /// An array or a slice.
    Slice(Rc<Ty>),
    /// A function pointer or a closure; what it returns.
    Callable(Rc<Ty>),
}

/// Integers whose width is still open.
pub(super) const INTEGER: &str = "{integer}";

/// What can be called on numbers is the standard library's, or a trait's.
pub(super) const PRIMITIVES: &[&str] = &[
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32",
    "f64", "bool", "char", "str",
];

impl Ty {
    pub(super) fn foreign(name: &str, arguments: impl Into<Rc<[Ty]>>) -> Ty {
        Ty::Foreign(name.into(), arguments.into())
    }

    pub(super) fn unit() -> Ty {
        Ty::Tuple(Rc::new([]))
    }

    pub(super) fn is_unknown(&self) -> bool {
        matches!(self, Ty::Unknown(_))
    }

    /// What is taken from a value of this type, where that does not say what it is: for the reason that this
    /// is not known itself, if so.
    pub(super) fn lost(&self, reason: Reason) -> Ty {
        match self {
            Ty::Unknown(_) => self.clone(),
            Ty::Abstract(_) => Reason::Parameter.ty(),
            _ => reason.ty(),
        }
    }

    /// Whether it is one of the language's own that have no methods of the crate but by traits.
    pub(super) fn is_primitive(&self) -> bool {
        matches!(self, Ty::Foreign(name, _) if PRIMITIVES.contains(&&**name) || &**name == INTEGER)
    }

    /// The arguments of a type.
    pub(super) fn arguments(&self) -> &[Ty] {
        match self {
            Ty::Local(_, arguments) | Ty::Foreign(_, arguments) => arguments,
            _ => &[],
        }
    }

    /// The first argument, or unknown.
    pub(super) fn argument(&self, index: usize) -> Ty {
        self.arguments()
            .get(index)
            .cloned()
            .unwrap_or_else(|| self.lost(Reason::Inferred))
    }

    /// The type with type parameters replaced; those that `with` does not know become unknown where
    /// `forget` says that they are not the caller's.
    pub(super) fn substitute(&self, with: &[(Rc<str>, Ty)], forget: bool) -> Ty {
        let all = |list: &Rc<[Ty]>| -> Rc<[Ty]> {
            list.iter().map(|ty| ty.substitute(with, forget)).collect()
        };
        match self {
            Ty::Abstract(name) => match with.iter().find(|(known, _)| known == name) {
                Some((_, ty)) => ty.clone(),
                None if forget && !name.starts_with(TRAITS) => Reason::Inferred.ty(),
                None => self.clone(),
            },
            Ty::Local(id, arguments) => Ty::Local(*id, all(arguments)),
            Ty::Foreign(name, arguments) => Ty::Foreign(name.clone(), all(arguments)),
            Ty::Tuple(parts) => Ty::Tuple(all(parts)),
            Ty::Slice(inner) => Ty::Slice(Rc::new(inner.substitute(with, forget))),
            Ty::Callable(result) => Ty::Callable(Rc::new(result.substitute(with, forget))),
            Ty::Unknown(_) | Ty::Never => self.clone(),
        }
    }

    /// What each type parameter of `self` stands for if it is `other`.
    pub(super) fn bind(&self, other: &Ty, found: &mut Vec<(Rc<str>, Ty)>) {
        match (self, other) {
            (Ty::Abstract(name), ty)
                if !name.starts_with(TRAITS) && !found.iter().any(|(known, _)| known == name) =>
            {
                found.push((name.clone(), ty.clone()));
            }
            (Ty::Local(one, left), Ty::Local(two, right)) if one == two => {
                left.iter()
                    .zip(right.iter())
                    .for_each(|(a, b)| a.bind(b, found));
            }
            (Ty::Foreign(one, left), Ty::Foreign(two, right)) if one == two => {
                left.iter()
                    .zip(right.iter())
                    .for_each(|(a, b)| a.bind(b, found));
            }
            (Ty::Tuple(left), Ty::Tuple(right)) if left.len() == right.len() => {
                left.iter()
                    .zip(right.iter())
                    .for_each(|(a, b)| a.bind(b, found));
            }
            (Ty::Slice(left), Ty::Slice(right)) => left.bind(right, found),
            _ => {}
        }
    }
}

/// How the names of trait objects and of `impl Trait` begin: they mean the same everywhere.
pub(super) const TRAITS: &str = "impl ";
