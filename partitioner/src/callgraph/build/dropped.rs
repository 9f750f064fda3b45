//! What the end of a value runs.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::bodies::parts;
use crate::callgraph::NodeId;
use crate::callgraph::index::{Dropped, Index, Key, ScopeId};
use crate::callgraph::macros::Macros;
use crate::callgraph::ty::{TRAITS, Ty, TypeId};
use crate::callgraph::walk::Walker;

/// For each type the drops that its end runs, its parts' included.
pub(super) fn dropped(index: &Index<'_>) -> HashMap<TypeId, Dropped> {
    let macros = Macros::default();
    let mut own: HashMap<TypeId, Vec<NodeId>> = HashMap::new();
    if index.drops.is_empty() {
        return HashMap::new();
    }
    let walker = Walker::new(index, &macros, ScopeId(0), Default::default(), None);
    let mut contains: Vec<HashSet<TypeId>> = Vec::new();
    let mut unknown = HashSet::new();
    for id in (0..index.types.len()).map(TypeId) {
        let mut found = HashSet::new();
        let mut queue = parts(&walker, index, id);
        while let Some(ty) = queue.pop() {
            match ty {
                Ty::Local(part, arguments) => {
                    found.insert(part);
                    queue.extend(arguments.iter().cloned());
                }
                Ty::Foreign(_, arguments) | Ty::Tuple(arguments) => {
                    queue.extend(arguments.iter().cloned());
                }
                Ty::Slice(inner) => queue.push((*inner).clone()),
                // A trait object may be anything; a parameter is what the user of the type sees.
                Ty::Unknown(_) => {
                    unknown.insert(id);
                }
                Ty::Abstract(name) if name.starts_with(TRAITS) => {
                    unknown.insert(id);
                }
                _ => {}
            }
        }
        contains.push(found);
        let methods = index.of_type(Key::Local(id), "drop");
        own.insert(
            id,
            methods
                .iter()
                .filter(|m| m.of_trait)
                .map(|m| m.node)
                .collect(),
        );
    }
    let mut all = HashMap::new();
    for id in (0..index.types.len()).map(TypeId) {
        let mut seen = HashSet::from([id]);
        let mut queue = vec![id];
        let mut drops: BTreeSet<NodeId> = BTreeSet::new();
        let mut any = false;
        while let Some(part) = queue.pop() {
            drops.extend(own.get(&part).into_iter().flatten());
            any |= unknown.contains(&part);
            queue.extend(
                contains[part.0]
                    .iter()
                    .copied()
                    .filter(|part| seen.insert(*part)),
            );
        }
        if any || !drops.is_empty() {
            let own = drops.into_iter().collect();
            all.insert(id, Dropped { own, any });
        }
    }
    all
}
