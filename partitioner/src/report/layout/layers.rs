//! The column of each box: one more than the furthest of its callers.
//!
//! Calls that close a circle are found depth first and do not count; the line is drawn backwards.

use super::Graph;

/// What is known after the boxes were visited.
pub(super) struct Layered {
    /// The column of each box.
    pub(super) column: Vec<usize>,
    /// The boxes in the order in which they were reached: neighbours stay together.
    pub(super) visited: Vec<usize>,
}

/// Gives each box a column.
pub(super) fn layers(graph: &Graph) -> Layered {
    let count = graph.widths.len();
    let mut callees: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut callers = vec![0_usize; count];
    for &(from, to) in &graph.lines {
        if from != to {
            callees[from].push(to);
            callers[to] += 1;
        }
    }
    let roots = (0..count).filter(|&index| graph.roots[index]);
    let sources = (0..count).filter(|&index| !graph.roots[index] && callers[index] == 0);
    // What only a circle reaches comes last.
    let starts = roots.chain(sources).chain(0..count).collect::<Vec<_>>();
    let Walk {
        finished,
        visited,
        forward,
    } = walk(&callees, &starts);

    let mut column = vec![0; count];
    for &index in finished.iter().rev() {
        // Roots stay on the left, whoever else calls them.
        for &callee in forward[index]
            .iter()
            .filter(|&&callee| !graph.roots[callee])
        {
            column[callee] = column[callee].max(column[index] + 1);
        }
    }
    // Who is called by nobody and is no root need not be far from what it calls.
    for &index in &finished {
        let nearest = forward[index]
            .iter()
            .map(|&callee| column[callee])
            .filter(|&of| of > 0)
            .min();
        if let (false, 0, Some(nearest)) = (graph.roots[index], callers[index], nearest) {
            column[index] = nearest - 1;
        }
    }
    Layered { column, visited }
}

struct Walk {
    /// Callees before their callers.
    finished: Vec<usize>,
    /// In the order of arrival.
    visited: Vec<usize>,
    /// Calls that close no circle.
    forward: Vec<Vec<usize>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// Depth first, without recursion: a chain of calls may be long.
fn walk(callees: &[Vec<usize>], starts: &[usize]) -> Walk {
    let mut state = vec![State::New; callees.len()];
    let mut walk = Walk {
        finished: Vec::new(),
        visited: Vec::new(),
        forward: vec![Vec::new(); callees.len()],
    };
    for &start in starts {
        if state[start] != State::New {
            continue;
        }
        state[start] = State::Open;
        walk.visited.push(start);
        let mut stack = vec![(start, 0)];
        while let Some((index, position)) = stack.pop() {
            let Some(&callee) = callees[index].get(position) else {
                state[index] = State::Done;
                walk.finished.push(index);
                continue;
            };
            stack.push((index, position + 1));
            if state[callee] == State::Open {
                continue;
            }
            walk.forward[index].push(callee);
            if state[callee] == State::New {
                state[callee] = State::Open;
                walk.visited.push(callee);
                stack.push((callee, 0));
            }
        }
    }
    walk
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(roots: &[bool], lines: &[(usize, usize)]) -> Vec<usize> {
        let graph = Graph {
            widths: vec![1.0; roots.len()],
            roots: roots.to_vec(),
            lines: lines.to_vec(),
        };
        layers(&graph).column
    }

    #[test]
    fn callees_are_right_of_their_callers() {
        let lines = [(0, 1), (1, 2), (0, 2), (3, 2)];
        assert_eq!(columns(&[true, false, false, false], &lines), [0, 1, 2, 1]);
    }

    #[test]
    fn roots_are_left_even_if_they_are_called() {
        assert_eq!(
            columns(&[true, false, true, false], &[(0, 1), (1, 2), (2, 3)]),
            [0, 1, 0, 1]
        );
    }

    #[test]
    fn circles_end() {
        assert_eq!(
            columns(&[true, false, false], &[(0, 1), (1, 2), (2, 1)]),
            [0, 1, 2]
        );
        assert_eq!(columns(&[false, false], &[(0, 1), (1, 0)]), [0, 1]);
    }

    #[test]
    fn a_long_chain_is_no_deep_recursion() {
        let count = 200_000;
        let lines: Vec<(usize, usize)> = (1..count).map(|index| (index - 1, index)).collect();
        let column = columns(&vec![false; count], &lines);
        assert_eq!(column[count - 1], count - 1);
    }
}
