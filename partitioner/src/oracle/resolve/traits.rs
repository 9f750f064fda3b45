//! Functions of traits, for a type that is known and for any.

use std::collections::BTreeSet;

use super::{Demand, Meaning, Resolver};
use crate::callgraph::{Home, NodeId};
use crate::oracle::mir::Ty;

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

impl Resolver<'_> {
    pub(super) fn method(
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
}
