//! What the author of a driver could change, and which rules of placement that would lift.

use syn::spanned::Spanned;

use partitioner_syntax::Half;

use super::cause::Cause;
use super::problem::Rule;
use crate::driver::{Driver, FunctionId};
use crate::source::{Sources, Span};

/// A change of the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edit {
    /// The annotation goes.
    Unpin(FunctionId, Half),
    /// What keeps the function in the kernel becomes a function of its own.
    Split(FunctionId),
    /// Its signature becomes one that can cross.
    Signature(FunctionId),
    /// The caller lets go of its guard before the call.
    Release(FunctionId, FunctionId),
}

/// The part of a function that stays when it is split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Where to split: a line.
    pub line: usize,
    /// Which part stays: `first`, `last`, or `middle`.
    pub which: &'static str,
    /// How many lines stay.
    pub lines: u64,
}

impl Edit {
    /// The edit that would lift a rule, if there is one.
    pub fn lifting(cause: &Cause) -> Option<Edit> {
        match cause {
            Cause::Annotated(id, half, _) => Some(Edit::Unpin(*id, *half)),
            Cause::Touches(id, _) => Some(Edit::Split(*id)),
            Cause::CannotBeCalled { callee, .. } | Cause::CannotCall { callee, .. } => {
                Some(Edit::Signature(*callee))
            }
            Cause::HeldCall { caller, callee, .. } => Some(Edit::Release(*caller, *callee)),
            _ => None,
        }
    }

    /// Whether the edit lifts a rule.
    pub fn lifts(&self, rule: &Rule) -> bool {
        match (self, &rule.cause) {
            (Edit::Unpin(own, _), Cause::Annotated(id, ..)) => own == id,
            // Whoever splits a function that is annotated moves the annotation to the part that stays.
            (Edit::Split(own), Cause::Annotated(id, half, _)) => own == id && *half == Half::Kernel,
            (Edit::Split(own), Cause::Touches(id, _)) => own == id,
            (Edit::Split(own), Cause::CannotCall { caller, .. }) => own == caller,
            (Edit::Split(own), Cause::CopiedToUser { caller, .. }) => own == caller,
            (
                Edit::Signature(own),
                Cause::CannotBeCalled { callee, .. } | Cause::CannotCall { callee, .. },
            ) => own == callee,
            (Edit::Release(from, to), Cause::HeldCall { caller, callee, .. }) => {
                from == caller && to == callee
            }
            _ => false,
        }
    }

    /// The function that is edited.
    pub fn function(&self) -> FunctionId {
        match self {
            Edit::Unpin(id, _) | Edit::Split(id) | Edit::Signature(id) | Edit::Release(id, _) => {
                *id
            }
        }
    }
}

/// The statements of a function that have to stay in the kernel, by the rules that they cause; `None` if
/// it is not some of its statements that matter, but its signature, or all of them.
pub fn part(driver: &Driver, sources: &Sources, rules: &[&Rule], id: FunctionId) -> Option<Part> {
    let function = driver.function(id);
    let file = driver.tree.module(function.module).file;
    let statements: Vec<Span> = function
        .block
        .stmts
        .iter()
        .map(|statement| Span::from(file, statement.span()))
        .collect();
    let mut touched: Vec<usize> = Vec::new();
    for rule in rules {
        if matches!(rule.cause, Cause::Annotated(..)) {
            continue;
        }
        let place = rule.cause.span()?;
        let within = |span: &Span| span.start <= place.start && place.end <= span.end;
        touched.push(statements.iter().position(within)?);
    }
    let (first, last) = (*touched.iter().min()?, *touched.iter().max()?);
    let line = |byte| sources.line(file, byte);
    let (from, to) = (line(statements[first].start), line(statements[last].end));
    let (line, which) = match (first == 0, last + 1 == statements.len()) {
        (true, true) => return None,
        (true, false) => (line(statements[last + 1].start), "first"),
        (false, true) => (from, "last"),
        (false, false) => (from, "middle"),
    };
    let lines = (to + 1).saturating_sub(from) as u64;
    Some(Part { line, which, lines })
}
