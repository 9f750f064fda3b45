//! Which functions of the graph a use, a drop or a trait object means.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::functions::subsequence;
use super::index::{HOLDS, Index};
use super::mir::{Callee, Ty};
use super::unify::Scope;
use crate::callgraph::{Home, NodeId, Origin};

/// Functions of which the graph must have an edge to at least one. Mostly it is one function; more where
/// the text does not tell apart, say, two impl blocks of types of the same name.
pub type Demand = BTreeSet<NodeId>;

/// Traits that other crates' types implement by calling the same function of what is in them.
const FORWARDED: [&str; 9] = [
    "Clone",
    "Debug",
    "Display",
    "Hash",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Read",
    "Write",
];

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

    fn path(&self, printed: &[String], arguments: &[Ty]) -> Meaning {
        let within = printed.iter().find_map(|name| {
            let head = name.strip_prefix("<impl ")?.strip_suffix('>')?;
            head.rsplit_once(" for ")
        });
        if let Some((named, of)) = within {
            return self.in_implementation(named, of);
        }
        let names: Vec<String> = printed
            .iter()
            .filter(|name| !name.starts_with(['<', '{']))
            .cloned()
            .collect();
        let Some((ident, before)) = names.split_last() else {
            return Meaning::Unmatched;
        };
        if self.is_foreign(&names) {
            return Meaning::nothing();
        }
        let named = self.index.named(ident);
        let node = |id: &NodeId| self.index.graph.node(*id);
        let free = |id: &&NodeId| node(id).home == Home::Module;
        let exact = |id: &&NodeId| node(id).module == before;
        let inside = |id: &&NodeId| subsequence(&node(id).module, before);
        let functions: Demand = named.iter().filter(free).filter(exact).copied().collect();
        if !functions.is_empty() {
            return Meaning::Calls(vec![functions]);
        }
        let of = Ty::Path(before.to_vec(), arguments.to_vec());
        let mut methods = self.of_type(&of, ident);
        if let Some((_, module)) = before.split_last() {
            let near: Demand = methods
                .iter()
                .filter(|id| node(id).module == module)
                .copied()
                .collect();
            if !near.is_empty() {
                methods = near;
            }
        }
        if !methods.is_empty() {
            return Meaning::Calls(vec![methods]);
        }
        if self.index.external.contains(ident) {
            return Meaning::nothing();
        }
        // Those in an impl block are known by what follows the block.
        let constructs = |from: usize| {
            names
                .get(from..)
                .is_some_and(|rest| self.constructors.contains(rest))
        };
        if constructs(0) || names.len() > 2 && (1..names.len() - 1).any(constructs) {
            return Meaning::nothing();
        }
        // In the body of a function, or of a constant.
        let nested: Vec<NodeId> = named.iter().filter(free).filter(inside).copied().collect();
        let longest = nested.iter().map(|id| node(id).module.len()).max();
        let nested: Demand = nested
            .into_iter()
            .filter(|id| Some(node(id).module.len()) == longest)
            .collect();
        if nested.is_empty() {
            // A crate and a module of the same name print alike.
            let ambiguous = names.len() > 1
                && names
                    .first()
                    .is_some_and(|first| self.all_foreign.contains(first));
            if ambiguous {
                Meaning::nothing()
            } else {
                self.generated(&of)
            }
        } else {
            Meaning::Calls(vec![nested])
        }
    }

    /// A function in the body of one of a trait's functions for a type: all that a derive makes is one.
    fn in_implementation(&self, named: &str, of: &str) -> Meaning {
        let Callee::Path(names, _) =
            Callee::parse(named).unwrap_or(Callee::Path(Vec::new(), Vec::new()))
        else {
            return Meaning::Unmatched;
        };
        let of = Ty::parse(of);
        let name = names.last().map_or("", String::as_str);
        let found: Demand = self
            .implementations(name)
            .filter(|id| self.index.is_whole(*id) && self.implements(*id, &of, &[], false))
            .collect();
        if found.is_empty() {
            self.generated(&of)
        } else {
            Meaning::Calls(vec![found])
        }
    }

    fn inherent(&self, of: &Ty, name: &str) -> Meaning {
        let is_local = match of.referent() {
            Ty::Path(names, _) => !self.is_foreign(names) && !is_primitive(names),
            Ty::Dyn(names) => !self.is_foreign(names),
            _ => false,
        };
        if !is_local {
            return Meaning::nothing();
        }
        let methods = self.of_type(of, name);
        if methods.is_empty() {
            self.generated(of)
        } else {
            Meaning::Calls(vec![methods])
        }
    }

    /// What a macro of another crate makes for a type: which functions these are is not known.
    fn generated(&self, of: &Ty) -> Meaning {
        let Ty::Path(names, _) = of else {
            return Meaning::Unmatched;
        };
        let Some((_, module)) = names.split_last() else {
            return Meaning::Unmatched;
        };
        let made: Demand = self
            .index
            .graph
            .iter()
            .filter(|(_, node)| node.origin == Origin::Foreign && subsequence(&node.module, module))
            .map(|(id, _)| id)
            .collect();
        if made.is_empty() {
            Meaning::Unmatched
        } else {
            Meaning::Calls(vec![made])
        }
    }

    /// The functions of that name in impl blocks of the type, without a trait.
    fn of_type(&self, of: &Ty, name: &str) -> Demand {
        let named = self.index.named(name).iter();
        named
            .filter(|id| match &self.index.graph.node(**id).home {
                Home::Inherent(home) => self.admits(**id, home, of),
                _ => false,
            })
            .copied()
            .collect()
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

    fn method(
        &self,
        of: &Ty,
        path: &[String],
        arguments: &[Ty],
        name: &str,
        parameters: &BTreeSet<String>,
    ) -> Meaning {
        let Some(last) = path.last() else {
            return Meaning::Unmatched;
        };
        let own_trait = !self.is_foreign(path);
        let default = || -> Demand {
            let named = self.index.named(name).iter().copied();
            named
                .filter(|id| self.index.graph.node(*id).home == Home::TraitDefault(last.clone()))
                .collect()
        };
        let all: Vec<NodeId> = self.implementations(last).collect();
        let same_name = |id: &NodeId| {
            let ident = &self.index.graph.node(*id).ident;
            // All that a derive makes is one function, where it is not known what that is.
            ident == name || ident == "*"
        };
        if self.is_open(of, parameters) {
            let mut demands: Vec<Demand> = all
                .into_iter()
                .filter(same_name)
                .map(|id| Demand::from([id]))
                .collect();
            if own_trait {
                demands.extend(default().into_iter().map(|id| Demand::from([id])));
            }
            return Meaning::Calls(demands);
        }
        let own: Vec<NodeId> = all
            .into_iter()
            .filter(|id| self.implements(*id, of, arguments, !own_trait))
            .collect();
        let own = self.most_special(own, of);
        let exact: Demand = own.iter().copied().filter(same_name).collect();
        if !exact.is_empty() {
            return Meaning::Calls(vec![exact]);
        }
        if own_trait {
            let default = default();
            return if default.is_empty() {
                self.generated(of)
            } else {
                Meaning::Calls(vec![default])
            };
        }
        if !own.is_empty() {
            // A default of another crate's trait, which calls one or more of those.
            return Meaning::Callbacks(vec![own.into_iter().collect()]);
        }
        self.inside(of, last, name)
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

    /// Without impl blocks for a type parameter, where there are others; without those for types of
    /// another module with the same name, where there is one in the type's own.
    fn most_special(&self, found: Vec<NodeId>, of: &Ty) -> Vec<NodeId> {
        let blanket = |id: &NodeId| {
            self.index
                .head(*id)
                .is_some_and(|head| self.scope(&head.parameters).is_parameter(&head.of))
        };
        let special: Vec<NodeId> = found.iter().copied().filter(|id| !blanket(id)).collect();
        let found = if special.is_empty() { found } else { special };
        if let Ty::Path(names, _) = of
            && let Some((_, module)) = names.split_last()
        {
            let in_module = |id: &NodeId| self.index.graph.node(*id).module == module;
            let near: Vec<NodeId> = found.iter().copied().filter(in_module).collect();
            if !near.is_empty() {
                return near;
            }
        }
        found
    }

    /// What a trait's function of another crate's type calls of the types in it: `Option<T>::eq` calls
    /// `T::eq`.
    fn inside(&self, of: &Ty, name: &str, method: &str) -> Meaning {
        let mut demands = Vec::new();
        let adapters = ["Iterator", "DoubleEndedIterator", "ExactSizeIterator"];
        let forwards = FORWARDED.contains(&name) || adapters.contains(&name);
        for part in of.parts().into_iter().skip(1).filter(|_| forwards) {
            // An iterator over iterators calls none of these; an adapter does.
            let adapts = match of {
                Ty::Path(path, _) => path.iter().any(|part| part == "iter"),
                Ty::Pointer(inner, _) => inner.as_ref() == part,
                _ => false,
            };
            if adapters.contains(&name) && !adapts {
                continue;
            }
            let found: Demand = self
                .implementations(name)
                .filter(|id| self.index.graph.node(*id).ident == method)
                .filter(|id| self.implements(*id, part, &[], false))
                .collect();
            if matches!(part, Ty::Path(..)) && !found.is_empty() {
                demands.push(found);
            }
        }
        Meaning::Callbacks(demands)
    }

    /// What another crate may call of a value that it sees as `dyn Trait`, or formats.
    pub fn seen_as(&self, of: &Ty, name: &str) -> Meaning {
        let mut demands = Vec::new();
        for part in of.parts() {
            if matches!(part, Ty::Path(..)) {
                let found = self.implementations(name);
                let found: Vec<NodeId> = found
                    .filter(|id| self.implements(*id, part, &[], false))
                    .collect();
                let found = self.most_special(found, part);
                demands.extend(found.into_iter().map(|id| Demand::from([id])));
            }
        }
        Meaning::Callbacks(demands)
    }

    /// The `Drop::drop` of a type and of what it owns; and whether it owns something of any type.
    pub fn drop(&self, of: &Ty, parameters: &BTreeSet<String>) -> (Meaning, bool) {
        let mut names: VecDeque<(String, &[String])> = VecDeque::new();
        let mut any = false;
        let mut types = VecDeque::from([of]);
        while let Some(ty) = types.pop_front() {
            match ty {
                Ty::Path(path, arguments) => {
                    let Some(last) = path.last() else { continue };
                    if self.is_open(ty, parameters) {
                        any = true;
                        continue;
                    }
                    if HOLDS.contains(&last.as_str()) && self.is_foreign(path) {
                        continue;
                    }
                    let owned = self.index.owned(last).filter(|_| !self.is_foreign(path));
                    let owns_arguments =
                        owned.is_none_or(|owned| !owned.parameters.is_disjoint(&owned.names));
                    if owns_arguments {
                        types.extend(arguments);
                    }
                    if !self.is_foreign(path) {
                        names.push_back((last.clone(), path));
                    }
                }
                Ty::Slice(inner, _) => types.push_back(inner),
                Ty::Tuple(inner) => types.extend(inner),
                Ty::Dyn(path) => {
                    names.extend(path.last().map(|last| (format!("dyn {last}"), &[][..])));
                }
                Ty::Opaque(_) => any = true,
                Ty::Pointer(..) | Ty::Function(..) => {}
            }
        }
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut demands = Vec::new();
        while let Some((name, path)) = names.pop_front() {
            if !seen.insert(name.clone()) {
                continue;
            }
            let mut own = Demand::new();
            for id in self.implementations("Drop") {
                let Home::TraitImpl(home, _) = &self.index.graph.node(id).home else {
                    continue;
                };
                let implements = match name.strip_prefix("dyn ") {
                    Some(name) => self.implementations(name).any(|id| {
                        matches!(&self.index.graph.node(id).home, Home::TraitImpl(of, _) if of == home)
                    }),
                    None => *home == name,
                };
                match (implements, name.starts_with("dyn ")) {
                    (true, true) => demands.push(Demand::from([id])),
                    (true, false) => own.extend([id]),
                    (false, _) => {}
                }
            }
            // Of types with one name, that of the module which is printed; of a field, one of them.
            let module = |id: &NodeId| &self.index.graph.node(*id).module;
            let within = |id: &&NodeId| subsequence(module(id), path);
            let longest = own.iter().filter(within).map(|id| module(id).len()).max();
            own.retain(|id| longest.is_none_or(|longest| module(id).len() == longest));
            if !own.is_empty() {
                demands.push(own);
            }
            if let Some(owned) = self.index.owned(&name) {
                names.extend(
                    owned
                        .names
                        .iter()
                        .filter(|name| !owned.parameters.contains(*name))
                        .map(|name| (name.clone(), &[][..])),
                );
            }
        }
        (Meaning::Calls(demands), any)
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
