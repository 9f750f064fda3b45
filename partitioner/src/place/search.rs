//! The plan with the fewest lines in the kernel whose crossings cost at most so much, by branch and bound.
//!
//! With a limit on cost, the problem is no minimum cut any more. But if a line has a price, it is one,
//! and tells that *every* plan has cost + price × lines of at least the cut's value. So a plan within the
//! limit has at least (value - limit) / price lines, for whatever price; the best such bound is at the
//! price at which the cheapest plans go from within the limit to beyond it. Where the bound leaves room for a
//! better plan than the best one known, of the functions that these two plans put into different halves,
//! the one of most weight is pinned, once to each, and both are searched, first where the bound is lowest.
//! A search that takes too long is given up, and the lowest bound that is left says how far the best plan may
//! be off.

use std::collections::BinaryHeap;

use super::problem::{Problem, Rule, Solution};
use super::reduced::{Pin, Reduced, Sides, Weights};

/// How many edges the networks of all cuts together may have before a search is given up: of a thousand functions,
/// that is between a quarter of a second and a few seconds.
pub(super) const WORK: usize = 8_000_000;

/// How a search ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// The rules contradict each other.
    Impossible,
    /// No plan costs so little: this is the cheapest.
    TooDear(Solution),
    /// The best plan that was found.
    Plan {
        /// The plan.
        solution: Solution,
        /// How many lines fewer another one may have that stays within the limit: none, if the search
        /// was finished.
        unsure: u64,
        /// How many cuts it took.
        cuts: usize,
    },
}

/// The plan with the fewest lines in the kernel that costs at most so much; of those with as few lines,
/// one that costs least. Of several such, it is always the same one for the same problem.
pub fn fewest<'a>(
    problem: &Problem,
    rules: impl Iterator<Item = &'a Rule> + Clone,
    most: u128,
) -> Found {
    fewest_within(problem, rules, most, WORK)
}

/// As [`fewest`], with as much work as is said.
pub(super) fn fewest_within<'a>(
    problem: &Problem,
    rules: impl Iterator<Item = &'a Rule> + Clone,
    most: u128,
    work: usize,
) -> Found {
    let Some(reduced) = Reduced::new(problem, rules) else {
        return Found::Impossible;
    };
    let mut search = Search {
        reduced: &reduced,
        most,
        best: None,
        cuts: 0,
    };
    // Without pins there is a plan: what is implied was followed already.
    let Some(cheapest) = search.cut(FREE, &[]) else {
        return Found::Impossible;
    };
    if cheapest.cost > most {
        return Found::TooDear(reduced.solution(problem, &cheapest));
    }
    let unsure = search.run(work / reduced.size().max(1));
    let best = search.best.as_ref().unwrap_or(&cheapest);
    Found::Plan {
        solution: reduced.solution(problem, best),
        unsure,
        cuts: search.cuts,
    }
}

/// A price at which lines count for nothing.
const FREE: Weights = Weights { cost: 1, line: 0 };

struct Search<'a> {
    reduced: &'a Reduced,
    most: u128,
    best: Option<Sides>,
    cuts: usize,
}

/// A part of the search that is still to be done: the placements under some pins.
struct Part {
    pins: Vec<Pin>,
    /// The node to pin next.
    next: usize,
    /// The price that bounds it best.
    weights: Weights,
    /// What every plan of it is worth at least, at that price.
    value: u128,
    /// How many lines every plan of it within the limit has at least.
    lines: u64,
    /// Which of those with the same bound comes first: the latest, which is the nearest to a plan.
    order: usize,
}

impl Search<'_> {
    /// Searches with so many cuts; returns by how many lines the best plan may be off.
    fn run(&mut self, cuts: usize) -> u64 {
        let mut parts = BinaryHeap::new();
        parts.extend(self.part(Vec::new(), None, 0));
        let mut order = 0;
        while let Some(part) = parts.pop() {
            // The part with the lowest bound comes first, so this holds for all that are left.
            if self.cuts >= cuts {
                let best = self.best.as_ref().map_or(0, |best| best.lines);
                return best.saturating_sub(part.lines);
            }
            if self.is_hopeless(part.weights, part.value) {
                continue;
            }
            for in_kernel in [false, true] {
                let mut pins = part.pins.clone();
                pins.push((part.next, in_kernel));
                order += 1;
                parts.extend(self.part(pins, Some(part.weights), order));
            }
        }
        0
    }

    /// Bounds what is possible under some pins; `None` if nothing of it is better than the best plan, or the
    /// best of it is known. Begins with a price that is likely to be near the best one.
    fn part(&mut self, pins: Vec<Pin>, begin: Option<Weights>, order: usize) -> Option<Part> {
        let (mut within, mut beyond) = (None, None);
        if let Some(weights) = begin {
            let sides = self.cut(weights, &pins)?;
            if self.is_hopeless(weights, weights.of(sides.lines, sides.cost)) {
                return None;
            }
            match sides.cost <= self.most {
                true => within = Some(sides),
                false => beyond = Some(sides),
            }
        }
        let mut within = match within {
            Some(within) => within,
            None => self
                .cut(FREE, &pins)
                .filter(|sides| sides.cost <= self.most)?,
        };
        let mut beyond = match beyond {
            Some(beyond) => beyond,
            None => {
                // At this price the plan has the fewest lines, and of those costs least.
                let line = self.reduced.all().saturating_add(1);
                let dear = Weights { cost: 1, line };
                self.cut(dear, &pins)
                    .filter(|sides| sides.cost > self.most)?
            }
        };
        loop {
            // The price at which both are worth the same: either they are the best there, or one lies
            // between them.
            let weights = Weights {
                cost: u128::from(within.lines.saturating_sub(beyond.lines)),
                line: beyond.cost.saturating_sub(within.cost),
            };
            let value = weights.of(within.lines, within.cost);
            let between = self.cut(weights, &pins)?;
            let less = weights.of(between.lines, between.cost);
            if self.is_hopeless(weights, less) {
                return None;
            }
            if less >= value {
                let next = self.strongest(&within, &beyond, weights)?;
                let limit = weights.cost.saturating_mul(self.most);
                let lines = value.saturating_sub(limit).div_ceil(weights.line.max(1));
                return Some(Part {
                    pins,
                    next,
                    weights,
                    value,
                    lines: u64::try_from(lines).unwrap_or(u64::MAX),
                    order,
                });
            }
            match between.cost <= self.most {
                true => within = between,
                false => beyond = between,
            }
        }
    }

    /// Cuts, and keeps what was found if it is the best so far.
    fn cut(&mut self, weights: Weights, pins: &[Pin]) -> Option<Sides> {
        self.cuts += 1;
        let sides = self.reduced.cut(weights, pins)?;
        let better = |best: &Sides| (sides.lines, sides.cost) < (best.lines, best.cost);
        if sides.cost <= self.most && self.best.as_ref().is_none_or(better) {
            self.best = Some(sides.clone());
        }
        Some(sides)
    }

    /// Whether plans that are worth so much at least cannot be better than the best one: one that is has
    /// a line less and costs no more than the limit, or has as many and costs less.
    fn is_hopeless(&self, weights: Weights, value: u128) -> bool {
        let Some(best) = &self.best else { return false };
        let fewer = best.lines.checked_sub(1);
        let fewer = fewer.is_none_or(|lines| value > weights.of(lines, self.most));
        let cheaper = best.cost.checked_sub(1);
        fewer && cheaper.is_none_or(|cost| value > weights.of(best.lines, cost))
    }

    /// Of what two plans put into different halves, that on which most depends: once it is pinned, least is
    /// left undecided.
    fn strongest(&self, within: &Sides, beyond: &Sides, weights: Weights) -> Option<usize> {
        let nodes = 2..within.at_kernel.len();
        let differs = |node: &usize| within.at_kernel[*node] != beyond.at_kernel[*node];
        nodes.filter(differs).max_by_key(|node| {
            (
                self.reduced.weight(*node, weights),
                std::cmp::Reverse(*node),
            )
        })
    }
}

impl Ord for Part {
    fn cmp(&self, other: &Part) -> std::cmp::Ordering {
        let lines = other.lines.cmp(&self.lines);
        lines.then(self.order.cmp(&other.order))
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Part) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Part {
    fn eq(&self, other: &Part) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Part {}
