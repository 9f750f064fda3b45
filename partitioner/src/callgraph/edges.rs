//! The graph itself: who may call whom.
//!
//! A call of a trait's method by n functions that may go to n implementations is n² edges. Such calls go to a
//! *group*, which is kept once; edges are made of it where they are asked for.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Edge, Node, NodeId, Unknown, Why};

/// Functions that are called together, by its number in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct GroupId(pub(super) usize);

/// The functions of a group, in ascending order.
pub(super) type Group = Arc<[NodeId]>;

/// What one function may call.
#[derive(Clone, Debug, Default)]
pub(super) struct Calls {
    /// One function at a time.
    pub(super) nodes: BTreeMap<NodeId, Edge>,
    /// All of a group.
    pub(super) groups: BTreeMap<GroupId, Edge>,
}

impl Calls {
    /// Adds a call of one function; the first place and the most precise reason stay.
    pub(super) fn one(&mut self, node: NodeId, edge: Edge) {
        let known = self.nodes.entry(node).or_insert(edge);
        known.why = known.why.min(edge.why);
    }

    /// Adds a call of all of a group.
    pub(super) fn all(&mut self, group: GroupId, edge: Edge) {
        let known = self.groups.entry(group).or_insert(edge);
        known.why = known.why.min(edge.why);
    }
}

/// The call graph of a crate.
#[derive(Clone, Debug, Default)]
pub struct CallGraph {
    /// The functions, in the order of files and then of their place.
    pub nodes: Vec<Node>,
    /// What each may call, by its number.
    calls: Vec<Calls>,
    groups: Vec<Group>,
    /// The calls that go to every function that could be meant, because the type of the receiver is not known.
    pub unknown: Unknown,
}

impl CallGraph {
    pub(super) fn new(nodes: Vec<Node>, calls: Vec<Calls>, groups: Vec<Group>) -> CallGraph {
        CallGraph {
            nodes,
            calls,
            groups,
            unknown: Unknown::default(),
        }
    }

    /// Adds a function with what it may call; functions that are not yet there may be among it.
    pub fn push(&mut self, node: Node, calls: BTreeMap<NodeId, Edge>) {
        self.nodes.push(node);
        self.calls.push(Calls {
            nodes: calls,
            groups: BTreeMap::new(),
        });
    }

    /// The function.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    /// Every function with its number.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes
            .iter()
            .enumerate()
            .map(|(index, node)| (NodeId(index), node))
    }

    /// What a function may call. It is put together of groups, if there are any: `has` is quicker for one edge.
    pub fn callees(&self, id: NodeId) -> Cow<'_, BTreeMap<NodeId, Edge>> {
        let Calls { nodes, groups } = &self.calls[id.0];
        if groups.is_empty() {
            return Cow::Borrowed(nodes);
        }
        let mut all = nodes.clone();
        // A function value is the reason only where there is no other.
        let indirect = |edge: &Edge| edge.why == Why::Indirect;
        let (last, first): (Vec<_>, Vec<_>) = groups.iter().partition(|(_, edge)| indirect(edge));
        for (group, edge) in first {
            for node in self.groups[group.0].iter() {
                let known = all.entry(*node).or_insert(*edge);
                known.why = known.why.min(edge.why);
            }
        }
        for (group, edge) in last {
            for node in self.groups[group.0].iter() {
                all.entry(*node).or_insert(*edge);
            }
        }
        Cow::Owned(all)
    }

    /// Whether a function may call another one.
    pub fn has(&self, caller: NodeId, callee: NodeId) -> bool {
        let Calls { nodes, groups } = &self.calls[caller.0];
        let within = |group: &GroupId| self.groups[group.0].binary_search(&callee).is_ok();
        nodes.contains_key(&callee) || groups.keys().any(within)
    }

    /// How many edges there are.
    pub fn edges(&self) -> usize {
        // The last caller that counted each function.
        let mut counted = vec![usize::MAX; self.nodes.len()];
        let mut count = 0;
        for (caller, calls) in self.calls.iter().enumerate() {
            let members = calls.groups.keys().flat_map(|id| self.groups[id.0].iter());
            for callee in calls.nodes.keys().chain(members) {
                if std::mem::replace(&mut counted[callee.0], caller) != caller {
                    count += 1;
                }
            }
        }
        count
    }

    /// Takes an edge away; tells whether it was there.
    pub fn forget(&mut self, caller: NodeId, callee: NodeId) -> bool {
        let mut nodes = self.callees(caller).into_owned();
        let known = nodes.remove(&callee).is_some();
        self.calls[caller.0] = Calls {
            nodes,
            groups: BTreeMap::new(),
        };
        known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callgraph::{Home, Origin};
    use crate::source::{Sources, Span};

    fn span() -> Span {
        let mut sources = Sources::default();
        Span::nowhere(sources.add("a.rs".as_ref(), "".as_ref(), String::new()))
    }

    fn edge(why: Why) -> Edge {
        Edge { span: span(), why }
    }

    /// Four functions, of which the first calls as given; all but itself are in a group.
    fn graph(first: Calls) -> CallGraph {
        let node = |name: usize| Node {
            name: name.to_string(),
            module: Vec::new(),
            home: Home::Module,
            ident: name.to_string(),
            span: span(),
            block: None,
            origin: Origin::Written,
        };
        let mut calls = vec![Calls::default(); 4];
        calls[0] = first;
        let groups = vec![[1, 2, 3].map(NodeId).into(), [2, 3].map(NodeId).into()];
        CallGraph::new((0..4).map(node).collect(), calls, groups)
    }

    #[test]
    fn the_most_precise_reason_counts() {
        let mut calls = Calls::default();
        calls.one(NodeId(1), edge(Why::Path));
        calls.one(NodeId(2), edge(Why::Drop));
        calls.all(GroupId(0), edge(Why::Callback));
        calls.all(GroupId(0), edge(Why::Trait));
        let whys: Vec<Why> = graph(calls)
            .callees(NodeId(0))
            .values()
            .map(|edge| edge.why)
            .collect();
        assert_eq!(whys, [Why::Path, Why::Trait, Why::Trait]);
    }

    #[test]
    fn a_function_value_is_the_last_reason() {
        let mut calls = Calls::default();
        calls.one(NodeId(2), edge(Why::Drop));
        calls.all(GroupId(1), edge(Why::Indirect));
        let whys: Vec<Why> = graph(calls)
            .callees(NodeId(0))
            .values()
            .map(|edge| edge.why)
            .collect();
        assert_eq!(whys, [Why::Drop, Why::Indirect]);
    }

    #[test]
    fn an_edge_of_several_groups_is_one_and_can_be_forgotten() {
        let mut calls = Calls::default();
        calls.one(NodeId(0), edge(Why::Path));
        calls.all(GroupId(0), edge(Why::Trait));
        calls.all(GroupId(1), edge(Why::Trait));
        let mut graph = graph(calls);
        assert_eq!(graph.edges(), 4);
        assert!(graph.has(NodeId(0), NodeId(3)) && !graph.has(NodeId(1), NodeId(3)));
        assert!(graph.forget(NodeId(0), NodeId(3)));
        assert!(!graph.forget(NodeId(0), NodeId(3)));
        assert_eq!(graph.edges(), 3);
        assert!(!graph.has(NodeId(0), NodeId(3)) && graph.has(NodeId(0), NodeId(2)));
    }
}
