//! Minimum cuts of a network with a source and a sink, by Dinic's algorithm.
//!
//! E. A. Dinic, "Algorithm for solution of a problem of maximum flow in networks with power estimation",
//! 1970. Capacities are integers, so the result is exact. Of all minimum cuts, the one with the fewest
//! nodes at the source's side is returned: it is contained in every other, so it is unique, and the
//! result does not depend on the order of edges.

use std::collections::VecDeque;

/// A directed graph with capacities.
#[derive(Clone, Debug)]
pub struct Network {
    /// Arcs that leave each node, by their numbers.
    leaving: Vec<Vec<usize>>,
    /// Each edge is two arcs that follow each other: its own, and the one back.
    arcs: Vec<Arc>,
    /// Edges that cannot be cut, by the number of their own arc.
    unbounded: Vec<usize>,
    finite: u128,
}

#[derive(Clone, Copy, Debug)]
struct Arc {
    to: usize,
    left: u128,
}

/// A cut of a [`Network`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// What it costs.
    pub value: u128,
    /// Which nodes are at the source's side.
    pub at_source: Vec<bool>,
}

impl Network {
    /// A network with that many nodes and no edge.
    pub fn new(nodes: usize) -> Network {
        Network {
            leaving: vec![Vec::new(); nodes],
            arcs: Vec::new(),
            unbounded: Vec::new(),
            finite: 0,
        }
    }

    /// Adds an edge that costs `capacity` when `from` is at the source's side and `to` is not.
    pub fn edge(&mut self, from: usize, to: usize, capacity: u128) {
        if capacity == 0 || from == to {
            return;
        }
        self.finite = self.finite.saturating_add(capacity);
        self.arc(from, to, capacity);
    }

    /// Adds an edge that cannot be cut.
    pub fn implies(&mut self, from: usize, to: usize) {
        if from != to {
            self.unbounded.push(self.arcs.len());
            self.arc(from, to, 0);
        }
    }

    fn arc(&mut self, from: usize, to: usize, left: u128) {
        self.leaving[from].push(self.arcs.len());
        self.arcs.push(Arc { to, left });
        self.leaving[to].push(self.arcs.len());
        self.arcs.push(Arc { to: from, left: 0 });
    }

    /// The minimum cut with the fewest nodes at the source's side; `None` if edges that cannot be cut
    /// lead from the source to the sink.
    pub fn minimum(mut self, source: usize, sink: usize) -> Option<Cut> {
        // More than all the rest together is as good as infinite, and does not overflow.
        let infinite = self.finite.saturating_add(1);
        for arc in &self.unbounded {
            self.arcs[*arc].left = infinite;
        }
        let mut value: u128 = 0;
        loop {
            let level = self.levels(source);
            if level[sink].is_none() {
                let at_source = level.iter().map(Option::is_some).collect();
                return (value < infinite).then_some(Cut { value, at_source });
            }
            value = value.saturating_add(self.blocking_flow(source, sink, &level));
            if value >= infinite {
                return None;
            }
        }
    }

    /// The distance of each node from the source along arcs that have something left.
    fn levels(&self, source: usize) -> Vec<Option<usize>> {
        let mut level = vec![None; self.leaving.len()];
        level[source] = Some(0);
        let mut queue = VecDeque::from([(source, 0)]);
        while let Some((node, distance)) = queue.pop_front() {
            for arc in &self.leaving[node] {
                let Arc { to, left } = self.arcs[*arc];
                if left > 0 && level[to].is_none() {
                    level[to] = Some(distance + 1);
                    queue.push_back((to, distance + 1));
                }
            }
        }
        level
    }

    /// Fills shortest paths until none is left; without recursion, as paths may be long.
    fn blocking_flow(&mut self, source: usize, sink: usize, level: &[Option<usize>]) -> u128 {
        let mut next = vec![0; self.leaving.len()];
        let mut path: Vec<usize> = Vec::new();
        let mut total: u128 = 0;
        loop {
            let node = path.last().map_or(source, |arc| self.arcs[*arc].to);
            if node == sink {
                let least = path.iter().map(|arc| self.arcs[*arc].left).min();
                let pushed = least.unwrap_or_default();
                total = total.saturating_add(pushed);
                for arc in &path {
                    self.arcs[*arc].left -= pushed;
                    let back = &mut self.arcs[*arc ^ 1].left;
                    *back = back.saturating_add(pushed);
                }
                // Back to where the path is full.
                let full = path.iter().position(|arc| self.arcs[*arc].left == 0);
                path.truncate(full.unwrap_or_default());
                continue;
            }
            let forward = |arc: &Arc| arc.left > 0 && level[arc.to] == level[node].map(|l| l + 1);
            match self.leaving[node].get(next[node]).copied() {
                Some(arc) if forward(&self.arcs[arc]) => path.push(arc),
                Some(_) => next[node] += 1,
                None => match path.pop() {
                    Some(arc) => next[self.arcs[arc ^ 1].to] += 1,
                    None => return total,
                },
            }
        }
    }
}
