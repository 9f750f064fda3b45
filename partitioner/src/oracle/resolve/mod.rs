//! Which functions of the graph a use, a drop or a trait object means.

mod drops;
mod paths;
mod traits;

use std::collections::{BTreeMap, BTreeSet};

use crate::callgraph::{Home, NodeId};
use crate::oracle::index::Index;
use crate::oracle::mir::{Callee, Ty};
use crate::oracle::unify::Scope;

/// Functions of which the graph must have an edge to at least one. Mostly it is one function; more where
/// the text does not tell apart, say, two impl blocks of types of the same name.
pub type Demand = BTreeSet<NodeId>;

/// What something that the compiler printed means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Calls of functions of this crate.
    Calls(Vec<Demand>),
    /// What another crate's function may call back.
    Callbacks(Vec<Demand>),
    /// It looks like a function of this crate, and there is none.
    Unmatched,
}

impl Meaning {
    fn nothing() -> Meaning {
        Meaning::Calls(Vec::new())
    }
}

/// Resolves what the compiler prints.
#[derive(Debug)]
pub struct Resolver<'a> {
    index: &'a Index<'a>,
    /// The names of other crates, but for those that a module of the root has, too.
    foreign: BTreeSet<String>,
    all_foreign: &'a BTreeSet<String>,
    constructors: &'a BTreeSet<Vec<String>>,
    /// The functions in impl blocks of a trait, by the trait's name.
    implementations: BTreeMap<&'a str, Vec<NodeId>>,
    /// The types that have impl blocks with functions.
    homes: BTreeSet<&'a str>,
}

impl<'a> Resolver<'a> {
    /// `foreign` are the names of other crates; `constructors` the paths of tuple structs and variants.
    pub fn new(
        index: &'a Index<'a>,
        foreign: &'a BTreeSet<String>,
        constructors: &'a BTreeSet<Vec<String>>,
    ) -> Resolver<'a> {
        let mut implementations: BTreeMap<&str, Vec<NodeId>> = BTreeMap::new();
        let (mut homes, mut modules) = (BTreeSet::new(), BTreeSet::new());
        for (id, node) in index.graph.iter() {
            modules.extend(node.module.first().map(String::as_str));
            if let Home::Inherent(of) | Home::TraitImpl(of, _) = &node.home {
                homes.insert(of.as_str());
            }
            if let Home::TraitImpl(_, name) = &node.home {
                implementations.entry(name).or_default().push(id);
            }
        }
        let other = |name: &&String| !modules.contains(name.as_str());
        Resolver {
            index,
            foreign: foreign.iter().filter(other).cloned().collect(),
            all_foreign: foreign,
            constructors,
            implementations,
            homes,
        }
    }

    /// What a function's path means in a function with these type parameters.
    pub fn callee(&self, callee: &Callee, parameters: &BTreeSet<String>) -> Meaning {
        match callee {
            Callee::Path(names, arguments) => self.path(names, arguments),
            Callee::Inherent(of, name) => self.inherent(of, name),
            Callee::Trait(of, path, arguments, name) => {
                self.method(of, path, arguments, name, parameters)
            }
        }
    }

    /// Functions of an impl block of a trait with this name, or with another name for it.
    fn implementations<'s>(&'s self, name: &'s str) -> impl Iterator<Item = NodeId> + 's {
        self.implementations
            .iter()
            .filter(move |(found, _)| self.index.aliases.admit(found, name))
            .flat_map(|(_, ids)| ids.iter().copied())
    }

    fn implements(&self, id: NodeId, of: &Ty, arguments: &[Ty], foreign: bool) -> bool {
        let Home::TraitImpl(home, _) = &self.index.graph.node(id).home else {
            return false;
        };
        if !self.admits(id, home, of) {
            return false;
        }
        let Some(head) = self.index.head(id) else {
            return true;
        };
        let scope = self.scope(&head.parameters);
        match (head.arguments.as_slice(), arguments) {
            // `Add` is `Add<Self>`, and so are the other operators.
            ([], [argument, ..]) if foreign => scope.admits(&head.of, argument),
            ([written, ..], []) if foreign => scope.admits(written, of),
            (written, printed) => written
                .iter()
                .zip(printed)
                .all(|(written, printed)| scope.admits(written, printed)),
        }
    }

    fn admits(&self, id: NodeId, home: &str, of: &Ty) -> bool {
        match self.index.head(id) {
            Some(head) => self.scope(&head.parameters).admits(&head.of, of),
            None => match of {
                Ty::Path(names, _) => names.last().is_some_and(|last| last == home),
                _ => !is_identifier(home),
            },
        }
    }

    fn scope<'s>(&'s self, parameters: &'s BTreeSet<String>) -> Scope<'s> {
        Scope {
            parameters,
            aliases: &self.index.aliases,
            types: &self.index.types,
            foreign: &self.foreign,
        }
    }

    /// Whether the crate defines a trait of this name.
    pub fn is_own_trait(&self, name: &str) -> bool {
        self.index.is_trait(name)
    }

    fn is_foreign(&self, names: &[String]) -> bool {
        names.len() > 1
            && names
                .first()
                .is_some_and(|first| self.foreign.contains(first))
    }

    /// Whether a type can be any: a type parameter, a trait object, what only the compiler can name.
    fn is_open(&self, of: &Ty, parameters: &BTreeSet<String>) -> bool {
        match of {
            Ty::Dyn(_) | Ty::Opaque(_) => true,
            Ty::Path(names, arguments) => match names.as_slice() {
                [only] if arguments.is_empty() => {
                    only == "Self"
                        || parameters.contains(only)
                        || !(is_primitive(names)
                            || self.homes.contains(only.as_str())
                            || self.index.owned(only).is_some())
                }
                _ => false,
            },
            _ => false,
        }
    }
}

fn is_primitive(names: &[String]) -> bool {
    const NAMES: [&str; 18] = [
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32",
        "i64", "i128", "isize", "f32", "f64", "!",
    ];
    matches!(names, [only] if NAMES.contains(&only.as_str()))
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}
