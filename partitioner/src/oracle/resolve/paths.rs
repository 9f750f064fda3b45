//! Functions that are named by their path: of modules, of types, of what a derive or a macro makes.

use super::{Demand, Meaning, Resolver, is_primitive};
use crate::callgraph::{Home, NodeId, Origin};
use crate::oracle::functions::subsequence;
use crate::oracle::mir::{Callee, Ty};

impl Resolver<'_> {
    pub(super) fn path(&self, printed: &[String], arguments: &[Ty]) -> Meaning {
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

    pub(super) fn inherent(&self, of: &Ty, name: &str) -> Meaning {
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
    pub(super) fn generated(&self, of: &Ty) -> Meaning {
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
}
