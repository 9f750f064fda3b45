//! Which functions a call may mean where it says a name and not whose: looked up once for all such calls.

use std::cell::RefCell;
use std::collections::HashMap;

use super::edges::{Group, GroupId};
use super::index::{Index, Key, Kind, Method};
use super::ty::TypeId;
use super::walk::Walker;
use super::{Home, NodeId, Why};
use crate::source::Span;

/// Where functions are looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Among {
    /// Methods under a name.
    Named(String),
    /// Those of them that are for any type: `Key::Any`.
    Any(String),
    /// Implementations of `Drop`.
    Drops,
    /// Implementations of `Deref` and `DerefMut`.
    Derefs,
    /// What macros and derives of elsewhere made.
    Made,
    /// What such macros made that have a name in their arguments.
    MadeOf(String),
    /// What such macros and derives made for a type.
    MadeFor(TypeId),
}

/// Which functions are meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Query {
    among: Among,
    of_traits: bool,
    of_trait: Option<String>,
    receiver: bool,
    arguments: Option<usize>,
    written: bool,
}

impl Query {
    fn new(among: Among) -> Query {
        Query {
            among,
            of_traits: false,
            of_trait: None,
            receiver: false,
            arguments: None,
            written: false,
        }
    }

    /// Every method under a name, of whatever type.
    pub(super) fn named(name: &str) -> Query {
        Query::new(Among::Named(name.to_owned()))
    }

    /// Methods under a name that a trait has for any type, and defaults.
    pub(super) fn any(name: &str) -> Query {
        Query::new(Among::Any(name.to_owned()))
    }

    /// Every implementation of `Drop`.
    pub(super) fn drops() -> Query {
        Query::new(Among::Drops)
    }

    /// Every implementation of `Deref` and `DerefMut`.
    pub(super) fn derefs() -> Query {
        Query::new(Among::Derefs)
    }

    /// What macros of elsewhere made: those with the name in their arguments only, if there is one.
    pub(super) fn made(name: Option<&str>) -> Query {
        Query::new(name.map_or(Among::Made, |name| Among::MadeOf(name.to_owned())))
    }

    /// What macros and derives of elsewhere made for a type.
    pub(super) fn made_for(of: TypeId) -> Query {
        Query::new(Among::MadeFor(of))
    }

    /// Those of traits only.
    pub(super) fn of_traits(mut self) -> Query {
        self.of_traits = true;
        self
    }

    /// Those of the trait of a name only, if one is given.
    pub(super) fn of_trait(mut self, name: Option<&str>) -> Query {
        self.of_trait = name.map(str::to_owned);
        self
    }

    /// Those that take `self` only.
    pub(super) fn receiver(mut self) -> Query {
        self.receiver = true;
        self
    }

    /// Those with so many arguments only, the receiver among them.
    pub(super) fn arguments(mut self, count: usize) -> Query {
        self.arguments = Some(count);
        self
    }

    /// Those that are written out only, if so wanted: not those of derives.
    pub(super) fn written(mut self, only: bool) -> Query {
        self.written = only;
        self
    }

    fn fits(&self, index: &Index<'_>, method: &Method) -> bool {
        let of_trait =
            self.of_trait
                .as_ref()
                .is_none_or(|wanted| match &index.homes[method.node.0] {
                    Home::TraitImpl(_, known) | Home::TraitDefault(known) => known == wanted,
                    _ => false,
                });
        of_trait
            && (method.of_trait || !self.of_traits)
            && (method.receiver || !self.receiver)
            && self.arguments.is_none_or(|count| method.arguments == count)
            && !(self.written && matches!(index.kinds[method.node.0], Kind::Derived { .. }))
    }

    fn ask(&self, index: &Index<'_>) -> Group {
        let methods = match &self.among {
            Among::Named(name) => index.named(name),
            Among::Any(name) => index.of_type(Key::Any, name),
            Among::Drops => return sorted(index.drops.clone()),
            Among::Derefs => return sorted(index.derefs.clone()),
            Among::Made => return sorted(index.foreign.clone()),
            Among::MadeOf(name) => return made(index, |kind| has_name(kind, name)),
            Among::MadeFor(id) => {
                return made(index, |kind| match kind {
                    Kind::Derived { of, .. } => of == id,
                    // `bitflags! { impl Flags: u8 { … } }` for a struct that is written out.
                    kind => has_name(kind, &index.types[id.0].name),
                });
            }
        };
        let fitting = methods.iter().filter(|method| self.fits(index, method));
        sorted(fitting.map(|method| method.node).collect())
    }
}

/// What macros and derives of elsewhere made, as far as it is wanted.
fn made(index: &Index<'_>, is_wanted: impl Fn(&Kind<'_>) -> bool) -> Group {
    let nodes = index.foreign.iter().copied();
    sorted(
        nodes
            .filter(|node| is_wanted(&index.kinds[node.0]))
            .collect(),
    )
}

/// Whether it is a macro of elsewhere that has a name in its arguments.
fn has_name(kind: &Kind<'_>, name: &str) -> bool {
    matches!(kind, Kind::Foreign { names } if names.contains(name))
}

fn sorted(mut nodes: Vec<NodeId>) -> Group {
    nodes.sort_unstable();
    nodes.dedup();
    nodes.into()
}

/// What was asked, with the answers.
#[derive(Debug, Default)]
pub(super) struct Groups {
    numbers: RefCell<HashMap<Query, GroupId>>,
    all: RefCell<Vec<Group>>,
}

impl Groups {
    /// The functions of a group.
    pub(super) fn members(&self, id: GroupId) -> Group {
        self.all.borrow()[id.0].clone()
    }

    /// Adds a group that no query has.
    pub(super) fn add(&self, members: Vec<NodeId>) -> GroupId {
        self.push(sorted(members))
    }

    fn push(&self, group: Group) -> GroupId {
        let mut all = self.all.borrow_mut();
        all.push(group);
        GroupId(all.len() - 1)
    }

    /// All groups, by number.
    pub(super) fn into_all(self) -> Vec<Group> {
        self.all.into_inner()
    }
}

impl Index<'_> {
    /// The functions that are meant. Everything has to be collected before.
    pub(super) fn group(&self, query: Query) -> (GroupId, Group) {
        let known = self.groups.numbers.borrow().get(&query).copied();
        if let Some(id) = known {
            return (id, self.groups.members(id));
        }
        let group = query.ask(self);
        let id = self.groups.push(group.clone());
        self.groups.numbers.borrow_mut().insert(query, id);
        (id, group)
    }
}

impl Walker<'_, '_> {
    /// Records calls of all functions that are meant, and tells which they are.
    pub(super) fn call_all(&mut self, query: Query, why: Why, at: Span) -> Group {
        let (id, group) = self.index.group(query);
        match &*group {
            [] => {}
            [only] => self.call(*only, why, at),
            _ => self.call_group(id, why, at),
        }
        group
    }

    /// The same, of functions whose address is taken.
    pub(super) fn take_all(&mut self, query: Query, why: Why, at: Span) {
        let (id, group) = self.index.group(query.clone());
        if !group.is_empty() {
            self.body.taken.groups.insert(id);
        }
        self.call_all(query, why, at);
    }
}
