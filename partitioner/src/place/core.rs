//! Cores: the fewest annotations, calls and touches that contradict each other.
//!
//! Every rule of a problem says that one thing implies another, so a contradiction is a chain of rules
//! from what has to be in the kernel to what must not be. Without any one of its rules the chain is
//! broken; a shortest chain is a smallest core.

use std::collections::VecDeque;

use super::problem::{KERNEL, Node, Problem, Rule, USER};

/// How a node came to be implied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implied {
    /// It is where the chain starts.
    Start,
    /// By this rule of the problem.
    By(usize),
}

/// What some nodes at the kernel's side take with them, each by a shortest chain of rules. What must not
/// be in the kernel itself takes nothing with it.
pub fn implied(problem: &Problem, starts: &[Node]) -> Vec<Option<Implied>> {
    implied_by(&problem.rules, problem.nodes(), starts)
}

/// As [`implied`], with other rules.
pub fn implied_by(rules: &[Rule], nodes: usize, starts: &[Node]) -> Vec<Option<Implied>> {
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); nodes];
    let mut barred = vec![false; nodes];
    for (index, rule) in rules.iter().enumerate() {
        leaving[rule.from.0].push(index);
        barred[rule.from.0] |= rule.to == USER;
    }
    let mut found: Vec<Option<Implied>> = vec![None; nodes];
    let mut distance = vec![usize::MAX; nodes];
    let mut queue = VecDeque::new();
    for start in starts {
        found[start.0] = Some(Implied::Start);
        distance[start.0] = 0;
        queue.push_back((*start, 0));
    }
    while let Some((node, reached)) = queue.pop_front() {
        if reached > distance[node.0] {
            continue;
        }
        for index in &leaving[node.0] {
            let rule = &rules[*index];
            // Of what must not be in the kernel, only that is interesting.
            if barred[node.0] && rule.to != USER && !rule.cause.is_given() {
                continue;
            }
            // What is always so is no part of a core.
            let length = usize::from(!rule.cause.is_given());
            if reached + length < distance[rule.to.0] {
                distance[rule.to.0] = reached + length;
                found[rule.to.0] = Some(Implied::By(*index));
                if length == 0 {
                    queue.push_front((rule.to, reached));
                } else {
                    queue.push_back((rule.to, reached + length));
                }
            }
        }
    }
    found
}

/// The chain of rules that implies a node, from the first.
pub fn chain<'a>(rules: &'a [Rule], found: &[Option<Implied>], to: Node) -> Vec<&'a Rule> {
    let mut chain = Vec::new();
    let mut at = to;
    while let Some(Implied::By(index)) = found[at.0] {
        chain.push(&rules[index]);
        at = rules[index].from;
    }
    chain.reverse();
    chain
}

/// The smallest contradiction of some rules; none if they can be kept.
pub fn smallest(rules: &[Rule], nodes: usize) -> Option<Vec<&Rule>> {
    let found = implied_by(rules, nodes, &[KERNEL]);
    found[USER.0]?;
    Some(chain(rules, &found, USER))
}

/// Every contradiction: for each rule that keeps something out of the kernel and is broken, the
/// shortest chain that ends in it.
pub fn all(problem: &Problem) -> Vec<Vec<&Rule>> {
    let found = implied(problem, &[KERNEL]);
    let broken = problem
        .rules
        .iter()
        .filter(|rule| rule.to == USER && found[rule.from.0].is_some());
    broken
        .map(|rule| {
            let mut core = chain(&problem.rules, &found, rule.from);
            core.push(rule);
            core
        })
        .collect()
}
