//! A problem without what the rules decide anyway, for a search that cuts it many times.
//!
//! What must be in the kernel is one node with the source, and what must not be, one with the sink; what
//! is then paid in every placement is added up once. Charges between the same two nodes are one charge.

use std::collections::BTreeMap;

use super::cut::Network;
use super::problem::{KERNEL, Node, Problem, Rule, Solution, USER};
use crate::driver::FunctionId;

/// A problem without what is decided.
#[derive(Clone, Debug)]
pub(super) struct Reduced {
    /// The node of this problem for each of the other.
    place: Vec<usize>,
    rules: Vec<(usize, usize)>,
    charges: Vec<(usize, usize, u128)>,
    /// Lines in the kernel for each node at its side; the source's are always there.
    lines: Vec<u64>,
    /// What is paid in every placement.
    always: u128,
}

/// What a thousandth of an instruction, and a line, are worth: their proportion is a price of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weights {
    /// Of crossings.
    pub(super) cost: u128,
    /// Of lines.
    pub(super) line: u128,
}

/// A placement of a reduced problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sides {
    /// Which nodes are at the kernel's side.
    pub(super) at_kernel: Vec<bool>,
    /// Lines in the kernel.
    pub(super) lines: u64,
    /// Thousandths of instructions.
    pub(super) cost: u128,
}

/// A node that has to be at the kernel's side, or must not be.
pub(super) type Pin = (usize, bool);

impl Weights {
    /// What so much costs and so many lines are worth together. Costs are far below 2^90 and lines below
    /// 2^30, and weights are differences of them, so it fits; see `cost::MOST`.
    pub(super) fn of(self, lines: u64, cost: u128) -> u128 {
        let crossings = self.cost.saturating_mul(cost);
        crossings.saturating_add(self.line.saturating_mul(u128::from(lines)))
    }
}

impl Reduced {
    /// What is left to decide under these rules; `None` if they contradict each other.
    pub(super) fn new<'a>(
        problem: &Problem,
        rules: impl Iterator<Item = &'a Rule> + Clone,
    ) -> Option<Reduced> {
        let nodes = problem.nodes();
        let edges = || rules.clone().map(|rule| (rule.from, rule.to));
        let inside = reached(nodes, KERNEL, edges());
        let outside = reached(nodes, USER, edges().map(|(from, to)| (to, from)));
        if inside.iter().zip(&outside).any(|(in_, out)| *in_ && *out) {
            return None;
        }
        let mut free = 2;
        let place: Vec<usize> = (0..nodes)
            .map(|node| match (inside[node], outside[node]) {
                (true, _) => KERNEL.0,
                (_, true) => USER.0,
                _ => {
                    free += 1;
                    free - 1
                }
            })
            .collect();
        let mut lines = vec![0; free];
        for (index, count) in problem.lines.iter().enumerate() {
            lines[place[problem.kernel(FunctionId(index)).0]] += count;
        }
        lines[USER.0] = 0;
        let mut rules: Vec<_> = edges()
            .map(|(from, to)| (place[from.0], place[to.0]))
            .filter(|(from, to)| from != to && *from != USER.0 && *to != KERNEL.0)
            .collect();
        rules.sort_unstable();
        rules.dedup();
        let mut sums: BTreeMap<(usize, usize), u128> = BTreeMap::new();
        for charge in &problem.charges {
            let ends = (place[charge.from.0], place[charge.to.0]);
            if ends.0 != ends.1 && ends.0 != USER.0 && ends.1 != KERNEL.0 {
                let sum = sums.entry(ends).or_default();
                *sum = sum.saturating_add(charge.cost);
            }
        }
        let always = sums.remove(&(KERNEL.0, USER.0)).unwrap_or_default();
        let charges = sums.into_iter();
        let charges = charges.map(|((from, to), cost)| (from, to, cost)).collect();
        Some(Reduced {
            place,
            rules,
            charges,
            lines,
            always,
        })
    }

    /// How much work a cut is, roughly: its edges.
    pub(super) fn size(&self) -> usize {
        self.rules.len() + self.charges.len() + self.lines.len()
    }

    /// What all crossings would cost together: no placement costs more.
    pub(super) fn all(&self) -> u128 {
        let costs = self.charges.iter().map(|charge| charge.2);
        costs.fold(self.always, u128::saturating_add)
    }

    /// What depends on where a node is: its lines and the crossings from it and to it.
    pub(super) fn weight(&self, node: usize, weights: Weights) -> u128 {
        let of = self
            .charges
            .iter()
            .filter(|(from, to, _)| *from == node || *to == node);
        let cost = of.fold(0, |sum: u128, charge| sum.saturating_add(charge.2));
        weights.of(self.lines[node], cost)
    }

    /// The best placement at a price, with nodes pinned; of those that are as good, the one with the least
    /// in the kernel. `None` if the pins cannot be kept.
    pub(super) fn cut(&self, weights: Weights, pins: &[Pin]) -> Option<Sides> {
        let mut network = Network::new(self.lines.len());
        for (from, to) in &self.rules {
            network.implies(*from, *to);
        }
        for (node, in_kernel) in pins {
            match in_kernel {
                true => network.implies(KERNEL.0, *node),
                false => network.implies(*node, USER.0),
            }
        }
        for (from, to, cost) in &self.charges {
            network.edge(*from, *to, weights.cost.saturating_mul(*cost));
        }
        for (node, lines) in self.lines.iter().enumerate().skip(2) {
            let worth = weights.line.saturating_mul(u128::from(*lines));
            network.edge(node, USER.0, worth);
        }
        let at_kernel = network.minimum(KERNEL.0, USER.0)?.at_source;
        let inside = |(node, _): &(usize, &u64)| at_kernel[*node];
        let lines = self.lines.iter().enumerate().filter(inside);
        let lines = lines.map(|(_, lines)| lines).sum();
        let paid = self.charges.iter();
        let paid = paid.filter(|(from, to, _)| at_kernel[*from] && !at_kernel[*to]);
        let cost = paid.fold(self.always, |sum, charge| sum.saturating_add(charge.2));
        Some(Sides {
            at_kernel,
            lines,
            cost,
        })
    }

    /// A placement in terms of the whole problem.
    pub(super) fn solution(&self, problem: &Problem, sides: &Sides) -> Solution {
        let place = self.place.iter();
        problem.solution(place.map(|node| sides.at_kernel[*node]).collect())
    }
}

/// What can be reached from a node.
fn reached(nodes: usize, from: Node, edges: impl Iterator<Item = (Node, Node)>) -> Vec<bool> {
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    for (from, to) in edges {
        leaving[from.0].push(to.0);
    }
    let mut found = vec![false; nodes];
    found[from.0] = true;
    let mut stack = vec![from.0];
    while let Some(node) = stack.pop() {
        for next in &leaving[node] {
            if !found[*next] {
                found[*next] = true;
                stack.push(*next);
            }
        }
    }
    found
}
