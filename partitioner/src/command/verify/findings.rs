//! What `verify` says of calls and functions that the graph does not have.

use crate::callgraph::{CallGraph, NodeId};
use crate::diagnostics::{Code, Diagnostic};
use crate::oracle::compare::{Comparison, Evidence, Missing, Unmatched};

pub(super) fn findings(graph: &CallGraph, comparison: &Comparison) -> Vec<Diagnostic> {
    let missing = comparison.missing.iter().map(|found| missing(graph, found));
    let unmatched = comparison
        .unmatched
        .iter()
        .map(|found| unmatched(graph, found));
    missing.chain(unmatched).collect()
}

fn names(graph: &CallGraph, ids: impl IntoIterator<Item = NodeId>) -> String {
    let names: Vec<String> = ids
        .into_iter()
        .map(|id| format!("`{}`", graph.node(id).name))
        .collect();
    names.join(" or ")
}

fn missing(graph: &CallGraph, found: &Missing) -> Diagnostic {
    let caller = graph.node(found.caller);
    let callees = names(graph, found.callees.iter().copied());
    let title = match found.evidence {
        Evidence::Seen => format!(
            "`{}` calls {callees}, and the graph does not know",
            caller.name
        ),
        Evidence::Callback => {
            format!(
                "`{}` may lead to {callees}, and the graph does not know",
                caller.name
            )
        }
    };
    let help = "name the type of the receiver or call by path, and report this";
    let mut diagnostic = Diagnostic::new(Code::MissingEdge, title, help).at(
        found.span.unwrap_or(caller.span),
        format!("in `{}`", caller.name),
    );
    for callee in &found.callees {
        let callee = graph.node(*callee);
        diagnostic = diagnostic.with(callee.span, format!("`{}` is defined here", callee.name));
    }
    diagnostic.note(format!("the compiler sees {}", found.printed))
}

fn unmatched(graph: &CallGraph, found: &Unmatched) -> Diagnostic {
    let title = match found.within {
        Some(within) => format!(
            "`{}` names a function that the graph does not have",
            graph.node(within).name
        ),
        None => format!("the graph does not have the function `{}`", found.printed),
    };
    let help = "write out what a macro makes, and report this";
    let mut diagnostic = Diagnostic::new(Code::UnmatchedFunction, title, help);
    match (found.span, found.within) {
        (Some(span), _) => diagnostic = diagnostic.at(span, "seen here"),
        (None, Some(within)) => diagnostic = diagnostic.at(graph.node(within).span, "in here"),
        (None, None) => {}
    }
    diagnostic.note(format!("the compiler sees {}", found.printed))
}
