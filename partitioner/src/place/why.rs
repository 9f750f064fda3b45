//! Why a function is where it is, what it would cost elsewhere, and what would have to change.

use std::collections::BTreeSet;

use partitioner_syntax::Half;
use serde::Serialize;

use super::cause::Cause;
use super::core;
use super::edit::{self, Edit};
use super::problem::{KERNEL, Kind, Problem, Rule, Solution, USER};
use super::reason::Words;
use super::{suggest, sweep};
use crate::analysis::Analysis;
use crate::driver::FunctionId;
use crate::plan::Place;
use crate::source::Sources;

/// A step of a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What is so.
    pub text: String,
    /// The file where one sees it, if anywhere.
    pub file: Option<String>,
    /// The line.
    pub line: Option<usize>,
}

/// What it would be like if the function were where it is not.
#[derive(Clone, Debug, Serialize)]
pub struct Otherwise {
    /// Where that is.
    pub half: &'static str,
    /// Whether it is possible.
    pub possible: bool,
    /// If it is: how many lines more the kernel would have.
    pub kernel_lines: i64,
    /// If it is: how many instructions a second more crossings would cost.
    pub instructions_per_second: i64,
    /// If it is: whether no plan with the function there stays within the budget that the plan was made for.
    pub over_budget: bool,
    /// If it is: the other functions that would move to the kernel half, or out of it.
    pub moves: Vec<String>,
    /// If it is not: the fewest things that forbid it.
    pub core: Vec<Step>,
}

/// The explanation of a function's place.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// Its name.
    pub function: String,
    /// Its file.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// Lines from its `fn` to the end of its body.
    pub lines: usize,
    /// `atomic` or `process`.
    pub context: &'static str,
    /// Where it is.
    pub placement: Place,
    /// Why, in short.
    pub reason: String,
    /// Why, from the first cause on.
    pub because: Vec<Step>,
    /// What it would be like elsewhere; nothing in an unsplit driver.
    pub otherwise: Option<Otherwise>,
    /// What would have to change for it to move: each of these, if one is not possible without another.
    pub changes: Vec<String>,
}

/// Explains where a function is.
pub fn explain(analysis: &Analysis, sources: &Sources, id: FunctionId) -> Explanation {
    let entry = &analysis.plan.functions[id.0];
    let why = analysis.solution.as_ref().map(|solution| Why {
        analysis,
        sources,
        problem: &analysis.problem,
        solution,
        words: Words {
            driver: &analysis.driver,
        },
    });
    let otherwise = why.as_ref().map(|why| why.otherwise(id));
    let changes = match (&why, &otherwise) {
        (Some(why), Some(otherwise)) => why.changes(id, otherwise),
        _ => Vec::new(),
    };
    Explanation {
        function: entry.name.clone(),
        file: entry.file.clone(),
        line: entry.line,
        lines: entry.lines,
        context: entry.context,
        placement: entry.placement,
        reason: entry.reason.clone(),
        because: why.map(|why| why.because(id)).unwrap_or_default(),
        otherwise,
        changes,
    }
}

struct Why<'a> {
    analysis: &'a Analysis,
    sources: &'a Sources,
    problem: &'a Problem,
    solution: &'a Solution,
    words: Words<'a>,
}

impl Why<'_> {
    fn step(&self, cause: &Cause) -> Step {
        let place = self.words.place(cause);
        Step {
            text: self.words.sentence(cause),
            file: Some(self.sources.file(place.file).name.clone()),
            line: Some(self.sources.line(place.file, place.start)),
        }
    }

    fn steps(&self, rules: &[&Rule]) -> Vec<Step> {
        let causes = rules.iter().map(|rule| &rule.cause);
        let said = causes.filter(|cause| !cause.is_given() && !matches!(cause, Cause::Asked(..)));
        said.map(|cause| self.step(cause)).collect()
    }

    /// The chain of reasons from a pin, a root or a price.
    fn because(&self, id: FunctionId) -> Vec<Step> {
        let kernel = self.problem.kernel(id);
        if self.problem.shared[id.0] {
            let mut steps = self.callers(id, true);
            steps.extend(self.callers(id, false));
            return steps;
        }
        if !self.solution.has(kernel) {
            let pins = self.problem.rules.iter();
            let pins: Vec<&Rule> = pins
                .filter(|rule| rule.from == kernel && matches!(rule.cause, Cause::Annotated(..)))
                .collect();
            let mut steps = self.steps(&pins);
            if steps.is_empty() {
                steps.push(plain(
                    "nothing that it touches or calls keeps it in the kernel",
                ));
            }
            steps.extend(self.prices(id));
            return steps;
        }
        let forced = core::implied(self.problem, &[KERNEL]);
        let chain = core::chain(&self.problem.rules, &forced, kernel);
        if !chain.is_empty() {
            return self.steps(&chain);
        }
        let mut steps = self.prices(id);
        let taken = self.problem.rules.iter();
        let taken = taken.filter(|rule| {
            rule.to == kernel && rule.from != KERNEL && self.solution.has(rule.from)
        });
        steps.extend(taken.map(|rule| self.step(&rule.cause)));
        steps
    }

    /// Who has a copied function in one of the halves, up to the first that is not a copy.
    fn callers(&self, id: FunctionId, in_kernel: bool) -> Vec<Step> {
        let here = |of: FunctionId| {
            let halves = &self.analysis.halves;
            let half = if in_kernel {
                &halves.kernel
            } else {
                &halves.user
            };
            half.functions.contains(&of)
        };
        let mut steps = Vec::new();
        let mut seen = BTreeSet::from([id]);
        let mut at = id;
        loop {
            let callers = self.analysis.graph.callers(at);
            let found = callers
                .into_iter()
                .find(|of| here(*of) && !seen.contains(of));
            let Some(caller) = found else { break };
            seen.insert(caller);
            let span = self.analysis.graph.facts(caller).calls[&at];
            let half = if in_kernel { "kernel" } else { "user" };
            steps.push(Step {
                text: format!(
                    "`{}` calls `{}` in the {half} half",
                    self.words.name(caller),
                    self.words.name(at)
                ),
                file: Some(self.sources.file(span.file).name.clone()),
                line: Some(self.sources.line(span.file, span.start)),
            });
            if !self.problem.shared[caller.0] {
                break;
            }
            at = caller;
        }
        steps
    }

    /// What is, or would be, paid for a function in the user half, and what its lines are worth.
    fn prices(&self, id: FunctionId) -> Vec<Step> {
        let own = self.problem.kernel(id);
        let charges = self.problem.charges.iter();
        let paid = charges
            .filter(|charge| charge.to == own && self.solution.has(charge.from) && charge.cost > 0);
        let mut steps: Vec<Step> = paid
            .map(|charge| {
                let name = |id: Option<FunctionId>| match id {
                    Some(id) => format!("`{}`", self.words.name(id)),
                    None => "the kernel".to_owned(),
                };
                let what = match charge.kind {
                    Kind::Upcall => format!("upcalls by {}", name(charge.caller)),
                    Kind::Deferred => format!("deferred calls by {}", name(charge.caller)),
                    Kind::Downcall => format!("downcalls of {}", name(charge.callee)),
                    Kind::Service => "services that it asks for".to_owned(),
                };
                let seconds = self.problem.milliseconds as f64 / 1_000.0;
                let instructions = grouped(self.problem.per_second(charge.cost));
                plain(&format!(
                    "in the user half: {:.1} {what} a second, {instructions} instructions",
                    charge.count / seconds
                ))
            })
            .collect();
        if let Some(locks) = &self.analysis.graph.remembered[id.0]
            && !self.problem.shared[id.0]
        {
            let locks: Vec<String> = locks.iter().map(|lock| format!("`{lock}`")).collect();
            let (until, on) = match locks.is_empty() {
                true => (String::new(), "nothing else".to_owned()),
                false => {
                    let locks = locks.join(", ");
                    (
                        format!(" until {locks} changes"),
                        format!("nothing but these and {locks}"),
                    )
                }
            };
            steps.push(plain(&format!(
                "in the user half: asked once for the same arguments{until}, as it depends on {on}; the kernel half remembers what it returned",
            )));
        }
        let lines = self.problem.lines[id.0];
        let price = self.analysis.goal.price();
        let worth = self.problem.worth(price, lines) / price.denominator;
        steps.push(plain(&format!(
            "in the kernel half: {lines} lines, worth {} instructions a second",
            grouped(self.problem.per_second(worth))
        )));
        steps
    }

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

    fn otherwise(&self, id: FunctionId) -> Otherwise {
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
    fn changes(&self, id: FunctionId, otherwise: &Otherwise) -> Vec<String> {
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

fn plain(text: &str) -> Step {
    Step {
        text: text.to_owned(),
        file: None,
        line: None,
    }
}

/// A number with its thousands apart.
pub fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
