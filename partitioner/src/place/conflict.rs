//! Says in diagnostics why no placement is possible.

use std::collections::BTreeSet;

use partitioner_syntax::Half;

use super::cause::Cause;
use super::core;
use super::problem::{Problem, Rule};
use super::reason::Words;
use crate::diagnostics::{Code, Diagnostic, Refusal, Report};
use crate::driver::FunctionId;
use crate::source::Span;

/// What the author asks for and cannot have; if there is nothing of that kind, what sleeps where it may
/// not.
pub(super) fn refusal(words: &Words<'_>, problem: &Problem) -> Refusal {
    let cores = core::all(problem);
    let annotated = |core: &&Vec<&Rule>| matches!(last(core), Some(Cause::Annotated(..)));
    let (asked, slept): (Vec<_>, Vec<_>) = cores.iter().partition(annotated);
    // What sleeps below a function that should not be there is not another mistake.
    let of = if asked.is_empty() { slept } else { asked };
    let mut report = Report::default();
    let mut said: BTreeSet<Span> = BTreeSet::new();
    for core in of {
        let diagnostic = diagnostic(words, core);
        // A place at which two things are wrong in the same way needs one cure.
        let place = diagnostic.primary.as_ref().map(|(span, _)| *span);
        if place.is_none_or(|place| said.insert(place)) {
            report.add(diagnostic);
        }
    }
    match report.finish() {
        Err(refusal) => refusal,
        Ok(()) => {
            let title = "no placement keeps every rule";
            Diagnostic::new(Code::NoPlacement, title, "remove an annotation").into()
        }
    }
}

fn last<'a>(core: &'a [&Rule]) -> Option<&'a Cause> {
    core.last().map(|rule| &rule.cause)
}

fn diagnostic(words: &Words<'_>, core: &[&Rule]) -> Diagnostic {
    let causes: Vec<&Cause> = core
        .iter()
        .map(|rule| &rule.cause)
        .filter(|cause| !cause.is_given())
        .collect();
    let Some((end, before)) = causes.split_last() else {
        return Diagnostic::new(Code::NoPlacement, "no placement", "remove an annotation");
    };
    match end {
        Cause::Annotated(id, Half::User, asked) => unwanted(words, *id, *asked, before, &causes),
        Cause::Sleeps(id, touch) => {
            let name = words.name(*id);
            let title = format!("`{name}` runs in atomic context and calls {}", touch.what);
            let labels = words.atomic_chain(before);
            sleeps(
                title,
                touch.span,
                labels.unwrap_or_else(|| words.labels(before)),
            )
        }
        Cause::SleepsWhileHolding(id, touch) => {
            let title = format!("`{}` calls {}", words.name(*id), touch.what);
            sleeps(title, touch.span, Vec::new())
        }
        _ => general(words, "no placement keeps every rule".to_owned(), &causes),
    }
}

/// A function is asked for in the user half, and the kernel needs it.
fn unwanted(
    words: &Words<'_>,
    id: FunctionId,
    asked: Span,
    before: &[&Cause],
    causes: &[&Cause],
) -> Diagnostic {
    let name = words.name(id);
    match before {
        [Cause::PinnedRoot(_) | Cause::KernelMethod(_)] => {
            let title = format!("`{name}` is always in the kernel");
            let help = "remove `#[user_path]`: the API pins this root to the kernel";
            Diagnostic::new(Code::UserNeedsKernel, title, help).at(asked, "asked for here")
        }
        [Cause::MasterCopy(_)] => {
            let title = format!("`{name}` is always in the kernel");
            let help = "remove `#[user_path]`: the state's master copy is in the kernel";
            Diagnostic::new(Code::UserNeedsKernel, title, help).at(asked, "asked for here")
        }
        [Cause::Touches(_, touch)] => {
            let title = format!("`{name}` cannot leave the kernel");
            let help = "move what needs it into a function of its own, without `#[user_path]`";
            Diagnostic::new(Code::UserNeedsKernel, title, help)
                .at(touch.span, format!("touches {}", touch.what))
                .with(asked, "asked for here")
        }
        [.., Cause::CannotBeCalled { why, blamed, .. }] if before.len() <= 2 => {
            let title = format!("the signature of `{name}` cannot cross");
            let help = "give every type a wire form (`#[derive(Wire)]`) and return `Result`, or remove `#[user_path]`";
            Diagnostic::new(Code::CannotCross, title, help)
                .at(*blamed, why)
                .with(asked, "asked for here")
        }
        [
            _,
            Cause::CannotCall {
                callee, span, why, ..
            },
        ] => {
            let title = format!(
                "`{name}` calls `{}`, which stays in the kernel and cannot cross",
                words.name(*callee)
            );
            let help =
                "give the called function a signature that can cross, or remove `#[user_path]`";
            Diagnostic::new(Code::CannotCross, title, help)
                .at(*span, why)
                .with(asked, "asked for here")
        }
        _ => match words.atomic_chain(before) {
            Some(labels) => {
                let title = format!("`{name}` is reached in atomic context");
                let help =
                    "defer the call, or remove `#[user_path]` and leave the function to the kernel";
                let mut diagnostic = Diagnostic::new(Code::UserInAtomic, title, help)
                    .at(asked, "asked for in the user half");
                if labels.is_empty() {
                    diagnostic = diagnostic
                        .note("it is a root that the kernel calls where it may not sleep");
                }
                for (span, label) in labels {
                    diagnostic = diagnostic.with(span, label);
                }
                diagnostic
            }
            None => general(
                words,
                format!("`{name}` cannot be in the user half"),
                causes,
            ),
        },
    }
}

/// A core of several kinds of rules: each is named, from the pin on.
fn general(words: &Words<'_>, title: String, causes: &[&Cause]) -> Diagnostic {
    let help = "remove one of these: any one is enough";
    let mut diagnostic = Diagnostic::new(Code::NoPlacement, title, help);
    let mut labels = words.labels(causes);
    if let Some((span, label)) = labels.pop() {
        diagnostic = diagnostic.at(span, label);
    }
    for (span, label) in labels {
        diagnostic = diagnostic.with(span, label);
    }
    diagnostic
}

fn sleeps(title: String, span: Span, chain: Vec<(Span, String)>) -> Diagnostic {
    let help = "use what does not sleep, let go of the lock before, or defer the work";
    let mut diagnostic = Diagnostic::new(Code::SleepsInAtomic, title, help).at(span, "may sleep");
    for (span, label) in chain {
        diagnostic = diagnostic.with(span, label);
    }
    diagnostic
}
