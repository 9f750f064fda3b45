//! Why a function is where it is, what it would cost elsewhere, and what would have to change.

mod because;
mod otherwise;

use serde::Serialize;

use crate::analysis::Analysis;
use crate::driver::FunctionId;
use crate::place::cause::Cause;
use crate::place::problem::{Problem, Rule, Solution};
use crate::place::reason::Words;
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
