//! The few edits that would move the most code out of the kernel.
//!
//! Each edit is tried alone: the problem is solved again without the rules that the edit would lift. What
//! it gains is the difference in lines; of a function that is split, the part that stays is taken off, and
//! the call of it is paid for.

use std::collections::BTreeSet;

use partitioner_syntax::Half;
use serde::Serialize;

use super::cause::Cause;
use super::cost;
use super::edit::{self, Edit, Part};
use super::goal::Goal;
use super::problem::{Kind, Problem, Rule, Solution};
use super::reason::Words;
use crate::driver::FunctionId;
use crate::source::Sources;

/// An edit with what it gains.
#[derive(Clone, Debug, Serialize)]
pub struct Suggestion {
    /// The edit, in words.
    pub text: String,
    /// The function to edit.
    pub function: String,
    /// The file to edit.
    pub file: String,
    /// The line to edit.
    pub line: usize,
    /// Lines that would leave the kernel.
    pub gain: u64,
    /// How many more instructions a second crossings would cost then; negative if fewer.
    pub instructions_per_second: i64,
    /// The functions that would leave.
    pub leaves: Vec<String>,
}

/// Every edit that gains something, the best first.
pub fn suggestions(
    words: &Words<'_>,
    sources: &Sources,
    problem: &Problem,
    goal: Goal,
    now: &Solution,
) -> Vec<Suggestion> {
    let edits = problem.rules.iter();
    let edits: BTreeSet<Edit> = edits
        .filter_map(|rule| Edit::lifting(&rule.cause))
        .collect();
    let tried = edits.iter();
    let mut found: Vec<Suggestion> = tried
        .filter_map(|edit| suggestion(words, sources, problem, goal, now, edit))
        .collect();
    // Where the same code leaves, the simpler edit is the better one: to split is more work.
    found.sort_by(|a, b| (b.gain, &a.function, a.line).cmp(&(a.gain, &b.function, b.line)));
    found
}

fn suggestion(
    words: &Words<'_>,
    sources: &Sources,
    problem: &Problem,
    goal: Goal,
    now: &Solution,
    edit: &Edit,
) -> Option<Suggestion> {
    let lifted: Vec<&Rule> = problem
        .rules
        .iter()
        .filter(|rule| edit.lifts(rule))
        .collect();
    let part = match edit {
        Edit::Split(id) => Some(edit::part(words.driver, sources, &lifted, *id)?),
        _ => None,
    };
    let then = goal.solve_with(problem, |rule| !edit.lifts(rule), &[])?;
    let stays = part.as_ref().map_or(0, |part| part.lines);
    let gain = now.lines.checked_sub(then.lines)?.checked_sub(stays)?;
    let id = edit.function();
    let moved = problem.leaving(now, &then);
    if gain == 0 || (part.is_some() && !moved.contains(&id)) {
        return None;
    }
    let mut cost = then.cost;
    if part.is_some() {
        cost += cost::of(Kind::Downcall, problem.called[id.0] as f64);
        let lines = then.lines + stays;
        let pays = match goal {
            Goal::Price(price) => {
                let after = cost.saturating_mul(price.denominator) + problem.worth(price, lines);
                after < problem.objective(price, now)
            }
            Goal::Budget { most, .. } => cost <= most,
        };
        if !pays {
            return None;
        }
    }
    let per_second = |cost| i64::try_from(problem.per_second(cost)).unwrap_or(i64::MAX);
    let (file, line) = place(words, sources, edit, &lifted, part.as_ref());
    Some(Suggestion {
        text: text(words, sources, edit, &lifted, part.as_ref()),
        function: words.name(id).to_owned(),
        file,
        line,
        gain,
        instructions_per_second: per_second(cost) - per_second(now.cost),
        leaves: moved.iter().map(|id| words.name(*id).to_owned()).collect(),
    })
}

/// Where to edit.
fn place(
    words: &Words<'_>,
    sources: &Sources,
    edit: &Edit,
    lifted: &[&Rule],
    part: Option<&Part>,
) -> (String, usize) {
    let function = words.driver.function(edit.function());
    let file = function.code.file;
    let span = match lifted.first().map(|rule| &rule.cause) {
        Some(Cause::CannotBeCalled { blamed, .. }) => *blamed,
        Some(cause) if !matches!(edit, Edit::Signature(_)) => cause.span().unwrap_or(function.code),
        _ => function.code,
    };
    let line = part.map_or_else(|| sources.line(span.file, span.start), |part| part.line);
    (sources.file(file).name.clone(), line)
}

/// An edit in words.
pub fn text(
    words: &Words<'_>,
    sources: &Sources,
    edit: &Edit,
    lifted: &[&Rule],
    part: Option<&Part>,
) -> String {
    let name = |id: &FunctionId| words.name(*id);
    match edit {
        Edit::Unpin(id, Half::Kernel) => format!("remove `#[kernel_path]` from `{}`", name(id)),
        Edit::Unpin(id, Half::User) => format!("remove `#[user_path]` from `{}`", name(id)),
        Edit::Split(id) => {
            let what = lifted.iter().find_map(|rule| does(words, &rule.cause));
            let what = what.unwrap_or_default();
            match part {
                Some(Part { line, which, .. }) => {
                    format!(
                        "split `{}` at line {line}: its {which} part {what}",
                        name(id)
                    )
                }
                None => format!(
                    "give what {what} in `{}` to functions of the kernel half",
                    name(id)
                ),
            }
        }
        Edit::Signature(id) => {
            let why = lifted.iter().find_map(|rule| match &rule.cause {
                Cause::CannotBeCalled { why, .. } | Cause::CannotCall { why, .. } => Some(why),
                _ => None,
            });
            let why = why.map_or("", String::as_str);
            format!("give `{}` a signature that can cross: {why}", name(id))
        }
        Edit::Release(caller, callee) => {
            let touch = lifted.iter().find_map(|rule| match &rule.cause {
                Cause::HeldCall { hold, .. } => Some(hold),
                _ => None,
            });
            let (what, line) = touch.map_or(("a guard", 0), |touch| {
                (
                    touch.what.as_str(),
                    sources.line(touch.span.file, touch.span.start),
                )
            });
            let (caller, callee) = (name(caller), name(callee));
            format!("let go of {what} before `{caller}` calls `{callee}` at line {line}")
        }
    }
}

/// What a statement does that keeps it in the kernel.
fn does(words: &Words<'_>, cause: &Cause) -> Option<String> {
    match cause {
        Cause::Touches(_, touch) => Some(format!("touches {}", touch.what)),
        Cause::CannotCall { callee, .. } | Cause::CopiedToUser { callee, .. } => Some(format!(
            "calls `{}`, which stays in the kernel",
            words.name(*callee)
        )),
        _ => None,
    }
}
