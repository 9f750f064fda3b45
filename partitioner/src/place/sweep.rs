//! Every plan that is best at some price of a line: the Pareto front of kernel lines against crossings.
//!
//! The price at which one plan takes over from another is a fraction of integers, so it is found exactly:
//! between two plans that are best at different prices, the price at which they cost the same either has
//! a third plan that costs less, or there is none between them.

use super::problem::{Lambda, Problem, Solution};

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
    // At this price a line costs more than everything else together.
    let all = problem.charges.iter().map(|charge| charge.cost);
    let all = all.fold(0, u128::saturating_add);
    let dear = Lambda {
        numerator: all / u128::from(problem.milliseconds.max(1)) + 1,
        denominator: 1,
    };
    let (Some(first), Some(last)) = (problem.solve(free), problem.solve(dear)) else {
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
        let price = equal(problem, &left.solution, right);
        let between = problem
            .solve(price)
            .filter(|found| problem.objective(price, found) < problem.objective(price, right));
        match between {
            Some(between) => ends.push(between),
            None => front.extend(ends.pop().map(|solution| Point {
                from: price,
                solution,
            })),
        }
    }
    front
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
