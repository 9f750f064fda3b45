//! What is called where a value goes out of scope.

use std::collections::{BTreeSet, VecDeque};

use super::{Demand, Meaning, Resolver};
use crate::callgraph::{Home, NodeId};
use crate::oracle::functions::subsequence;
use crate::oracle::index::HOLDS;
use crate::oracle::mir::Ty;

impl Resolver<'_> {
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
}
