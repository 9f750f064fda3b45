//! Every plan that is best at some price of a line: the Pareto front of kernel lines against crossings.
//!
//! The price at which one plan takes over from another is a fraction of integers, so it is found exactly:
//! between two plans that are best at different prices, the price at which they cost the same either has
//! a third plan that costs less, or there is none between them.

use super::problem::{Lambda, Problem, Solution};
use crate::driver::FunctionId;

/// A plan of the front.
#[derive(Clone, Debug)]
pub struct Point {
    /// The lowest price at which it is best; at exactly this price the one before it costs the same.
    pub from: Lambda,
    /// The plan.
    pub solution: Solution,
}

/// The front, from the plan with the most lines in the kernel, which is best when lines are free, to the
/// one with the fewest, which is best when nothing else counts. Empty if there is no plan.
pub fn front(problem: &Problem) -> Vec<Point> {
    let free = Lambda::whole(0);
    let (Some(first), Some(last)) = (problem.solve(free), problem.solve(dear(problem))) else {
        return Vec::new();
    };
    let mut front = vec![Point {
        from: free,
        solution: first.clone(),
    }];
    if last.lines >= first.lines {
        return front;
    }
    // What is still to be looked at, the part next to the front's end on top.
    let mut ends = vec![last];
    while let (Some(left), Some(right)) = (front.last(), ends.last()) {
        match between(problem, &left.solution, right) {
            (_, Some(between)) => ends.push(between),
            (price, None) => front.extend(ends.pop().map(|solution| Point {
                from: price,
                solution,
            })),
        }
    }
    front
}

/// The plan of the front with the fewest lines that costs at most so much; `None` if there is none. Finds
/// only those of the front that are on the way to it.
pub fn last_within(problem: &Problem, most: u128) -> Option<Point> {
    let free = Lambda::whole(0);
    let is_within = |solution: &Solution| solution.cost <= most;
    let mut more = problem.solve(free).filter(is_within)?;
    let mut within = more.clone();
    let mut beyond = problem.solve(dear(problem))?;
    if is_within(&beyond) {
        within = beyond;
    } else {
        while let Some(between) = between(problem, &within, &beyond).1 {
            match is_within(&between) {
                true => within = between,
                false => beyond = between,
            }
        }
    }
    // Now from the other end, to the one before it.
    if more.lines <= within.lines {
        let (from, solution) = (free, within);
        return Some(Point { from, solution });
    }
    loop {
        match between(problem, &more, &within) {
            (_, Some(between)) => more = between,
            (from, None) => {
                let solution = within;
                return Some(Point { from, solution });
            }
        }
    }
}

/// A plan that is shown: one of the front, or the one that was made.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The lowest price at which it is best; none if it is best at no price.
    pub from: Option<Lambda>,
    /// The plan.
    pub solution: Solution,
    /// What leaves the kernel from the plan before it to it.
    pub leaves: Vec<FunctionId>,
    /// Whether it is the plan that was made.
    pub chosen: bool,
}

/// The front, and the plan that was made in its place among them, if it is not of the front.
pub fn shown(problem: &Problem, made: Option<&Solution>) -> Vec<Shown> {
    let same = |a: &Solution, b: &Solution| (a.lines, a.cost) == (b.lines, b.cost);
    let front = front(problem).into_iter();
    let mut plans: Vec<(Option<Lambda>, Solution)> = front
        .map(|point| (Some(point.from), point.solution))
        .collect();
    if let Some(made) = made
        && !plans.iter().any(|(_, plan)| same(plan, made))
    {
        let before = |plan: &Solution| (made.lines, plan.cost) < (plan.lines, made.cost);
        let place = plans.iter().position(|(_, plan)| !before(plan));
        plans.insert(place.unwrap_or(plans.len()), (None, made.clone()));
    }
    let mut shown: Vec<Shown> = Vec::new();
    for (from, solution) in plans {
        let before = shown.last().map(|before| &before.solution);
        let leaves = before.map(|before| problem.leaving(before, &solution));
        shown.push(Shown {
            from,
            leaves: leaves.unwrap_or_default(),
            chosen: made.is_some_and(|made| same(made, &solution)),
            solution,
        });
    }
    shown
}

/// A price at which a line costs more than everything else together.
fn dear(problem: &Problem) -> Lambda {
    let all = problem.charges.iter().map(|charge| charge.cost);
    let all = all.fold(0, u128::saturating_add);
    Lambda {
        numerator: all / u128::from(problem.milliseconds.max(1)) + 1,
        denominator: 1,
    }
}

/// The price at which two plans of the front cost the same, and one between them, if there is one.
fn between(problem: &Problem, left: &Solution, right: &Solution) -> (Lambda, Option<Solution>) {
    let price = equal(problem, left, right);
    let cost = problem.objective(price, right);
    let found = problem.solve(price);
    (
        price,
        found.filter(|found| problem.objective(price, found) < cost),
    )
}

/// The price at which a plan with fewer lines costs as much as one with more.
fn equal(problem: &Problem, more: &Solution, fewer: &Solution) -> Lambda {
    let numerator = fewer.cost.saturating_sub(more.cost);
    let lines = u128::from(more.lines.saturating_sub(fewer.lines));
    let denominator = (lines * u128::from(problem.milliseconds)).max(1);
    let divisor = common(numerator, denominator);
    Lambda {
        numerator: numerator / divisor,
        denominator: denominator / divisor,
    }
}

fn common(mut a: u128, mut b: u128) -> u128 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}
