//! What decides between the placements that are possible: a price of a line, or a budget for crossings.
//!
//! Questions about other placements ("and if this function were in the other half?") are answered with the
//! goal that the plan was made with, so that nothing differs but what was asked about.

use super::problem::{Lambda, Problem, Rule, Solution};
use super::search::{self, Found};

/// A question about another placement may take this part of the work of finding the plan, as there are many.
const PART: usize = 20;

/// What a placement is best at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// The smallest sum, if a line in the kernel is worth this.
    Price(Lambda),
    /// The fewest lines in the kernel with crossings that cost at most so much.
    Budget {
        /// Thousandths of instructions, in the time that the charges are for.
        most: u128,
        /// The price from which on the front's last plan within the budget is best. The plan of the budget
        /// is that one, or has fewer lines and is best at no price.
        price: Lambda,
    },
}

impl Default for Goal {
    fn default() -> Goal {
        Goal::Price(Lambda::default())
    }
}

impl Goal {
    /// What a line in the kernel is worth, or what a budget amounts to.
    pub fn price(&self) -> Lambda {
        match self {
            Goal::Price(price) | Goal::Budget { price, .. } => *price,
        }
    }

    /// Whether a placement that [`Goal::solve_with`] found is beyond the budget, because none stays within it.
    pub fn is_over(&self, solution: &Solution) -> bool {
        match self {
            Goal::Price(_) => false,
            Goal::Budget { most, .. } => solution.cost > *most,
        }
    }

    /// The best placement under the rules that `holds` admits, and some more. If none stays within a
    /// budget then, the one that is best at its price.
    pub fn solve_with(
        &self,
        problem: &Problem,
        holds: impl Fn(&Rule) -> bool,
        more: &[Rule],
    ) -> Option<Solution> {
        let most = match self {
            Goal::Price(price) => return problem.solve_with(*price, holds, more),
            Goal::Budget { most, .. } => *most,
        };
        let rules = problem.rules.iter().filter(|rule| holds(rule)).chain(more);
        match search::fewest_within(problem, rules, most, search::WORK / PART) {
            Found::Impossible => None,
            Found::TooDear(_) => problem.solve_with(self.price(), holds, more),
            Found::Plan { solution, .. } => Some(solution),
        }
    }
}
