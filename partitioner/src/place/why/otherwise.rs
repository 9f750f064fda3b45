//! What it would be like with a function elsewhere, and what would have to change for that.

use std::collections::BTreeSet;

use partitioner_syntax::Half;

use super::{Otherwise, Why};
use crate::driver::FunctionId;
use crate::place::cause::Cause;
use crate::place::core;
use crate::place::edit::{self, Edit};
use crate::place::problem::{KERNEL, Rule, Solution, USER};
use crate::place::{suggest, sweep};

impl Why<'_> {
    fn wish(&self, id: FunctionId) -> (Half, Rule) {
        let node = self.problem.kernel(id);
        let (half, from, to) = if self.solution.has(node) {
            (Half::User, node, USER)
        } else {
            (Half::Kernel, KERNEL, node)
        };
        let cause = Cause::Asked(id, half);
        (half, Rule { from, to, cause })
    }

    pub(super) fn otherwise(&self, id: FunctionId) -> Otherwise {
        let (half, wish) = self.wish(id);
        let half = match half {
            Half::Kernel => "kernel",
            Half::User => "user",
        };
        let asked = std::slice::from_ref(&wish);
        let goal = self.analysis.goal;
        let solved = goal.solve_with(self.problem, |_| true, asked);
        let Some(then) = solved else {
            let rules = self.with(&BTreeSet::new(), wish);
            let core = core::smallest(&rules, self.problem.nodes()).unwrap_or_default();
            return Otherwise {
                half,
                possible: false,
                kernel_lines: 0,
                instructions_per_second: 0,
                over_budget: false,
                moves: Vec::new(),
                core: self.steps(&core),
            };
        };
        let now = self.solution;
        let per_second = |cost| i64::try_from(self.problem.per_second(cost)).unwrap_or(i64::MAX);
        let lines = |of: &Solution| i64::try_from(of.lines).unwrap_or(i64::MAX);
        let mut moves = self.problem.leaving(now, &then);
        moves.extend(self.problem.leaving(&then, now));
        let others = moves.into_iter().filter(|other| *other != id);
        Otherwise {
            half,
            possible: true,
            kernel_lines: lines(&then) - lines(now),
            instructions_per_second: per_second(then.cost) - per_second(now.cost),
            over_budget: goal.is_over(&then),
            moves: others.map(|id| self.words.name(id).to_owned()).collect(),
            core: Vec::new(),
        }
    }

    /// The rules that edits leave, and a wish.
    fn with(&self, edits: &BTreeSet<Edit>, wish: Rule) -> Vec<Rule> {
        let rules = self.problem.rules.iter();
        let left = rules.filter(|rule| !edits.iter().any(|edit| edit.lifts(rule)));
        left.cloned().chain([wish]).collect()
    }

    /// What would have to change for a function to move.
    pub(super) fn changes(&self, id: FunctionId, otherwise: &Otherwise) -> Vec<String> {
        if otherwise.possible {
            return self.price_of_moving(id, otherwise);
        }
        let mut edits = BTreeSet::new();
        let mut changes = Vec::new();
        loop {
            let rules = self.with(&edits, self.wish(id).1);
            let Some(core) = core::smallest(&rules, self.problem.nodes()) else {
                return changes;
            };
            let ways: Vec<Edit> = core
                .iter()
                .filter_map(|rule| Edit::lifting(&rule.cause))
                .filter(|edit| self.is_sensible(edit, &rules))
                .collect();
            // What is nearest to the function is what its author has in mind.
            let Some(nearest) = ways.last() else {
                // The wish is at one end of the chain; what speaks against it, at the other.
                let far = match self.wish(id).0 {
                    Half::Kernel => core.last(),
                    Half::User => core.first(),
                };
                let why = far.map(|rule| self.words.sentence(&rule.cause));
                let why = why.unwrap_or_default();
                return vec![format!("no edit of the driver moves it: {why}")];
            };
            let texts: BTreeSet<String> = ways.iter().map(|edit| self.text(edit, &rules)).collect();
            let texts: Vec<String> = texts.into_iter().collect();
            changes.push(texts.join("; or "));
            edits.insert(nearest.clone());
        }
    }

    /// A function cannot be split if what keeps it is in its signature or its type.
    fn is_sensible(&self, edit: &Edit, rules: &[Rule]) -> bool {
        let Edit::Split(id) = edit else { return true };
        let block = &self.words.driver.function(*id).block;
        let file = self.words.driver.function(*id).code.file;
        let body = crate::source::Span::of(file, block);
        rules.iter().filter(|rule| edit.lifts(rule)).all(|rule| {
            matches!(rule.cause, Cause::Annotated(..))
                || rule
                    .cause
                    .span()
                    .is_some_and(|span| span.start >= body.start)
        })
    }

    fn text(&self, edit: &Edit, rules: &[Rule]) -> String {
        let lifted: Vec<&Rule> = rules.iter().filter(|rule| edit.lifts(rule)).collect();
        let part = match edit {
            Edit::Split(id) => edit::part(self.words.driver, self.sources, &lifted, *id),
            _ => None,
        };
        suggest::text(&self.words, self.sources, edit, &lifted, part.as_ref())
    }

    fn price_of_moving(&self, id: FunctionId, otherwise: &Otherwise) -> Vec<String> {
        let node = self.problem.kernel(id);
        let annotation = format!("annotate it `#[{}_path]`", otherwise.half);
        let front = sweep::front(self.problem);
        let leaves = front.iter().find(|point| !point.solution.has(node));
        let price = |from: f64| {
            let side = match otherwise.half {
                "kernel" => "less than",
                _ => "at least",
            };
            format!(
                "let a line in the kernel be worth {side} {from:.1} instructions a second (`--lambda`)"
            )
        };
        match leaves.map(|point| point.from.value()) {
            Some(from) if from > 0.0 => vec![annotation, price(from)],
            _ => vec![annotation],
        }
    }
}
