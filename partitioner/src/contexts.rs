//! In which context each function of the kernel half runs.
//!
//! A root says in which context the kernel calls it; what it calls inherits that. A deferred root is
//! called from a worker in the user half, so it does not hand its context on.

use std::collections::BTreeSet;

use partitioner_syntax::Context;

use crate::diagnostics::{Code, Diagnostic, Report};
use crate::driver::{Driver, FunctionId};
use crate::graph::Graph;
use crate::source::Span;

/// The functions that run in atomic context when the functions of `kernel` are in the kernel half.
pub fn atomic(driver: &Driver, graph: &Graph, in_kernel: impl Fn(FunctionId) -> bool) -> BTreeSet<FunctionId> {
    let mut reached = BTreeSet::new();
    let mut queue = roots(driver, &in_kernel);
    while let Some(function) = queue.pop() {
        if reached.insert(function) {
            queue.extend(graph.callees(function).filter(|callee| !defers(driver, *callee, &in_kernel)));
        }
    }
    reached
}

/// The atomic roots that are in the kernel.
pub fn roots(driver: &Driver, in_kernel: impl Fn(FunctionId) -> bool) -> Vec<FunctionId> {
    driver
        .iter()
        .filter(|(id, function)| {
            let root = function.root.filter(|root| root.context == Context::Atomic);
            root.is_some_and(|root| !root.deferrable || in_kernel(*id))
        })
        .map(|(id, _)| id)
        .collect()
}

/// Whether a call is queued instead of made.
fn defers(driver: &Driver, callee: FunctionId, in_kernel: impl Fn(FunctionId) -> bool) -> bool {
    driver.function(callee).root.is_some_and(|root| root.deferrable) && !in_kernel(callee)
}

/// The chain of calls from an atomic root to a function, as labels.
pub fn chain(
    driver: &Driver,
    graph: &Graph,
    to: FunctionId,
    in_kernel: impl Fn(FunctionId) -> bool,
) -> Vec<(Span, String)> {
    let roots = roots(driver, &in_kernel);
    let path = graph.path(&roots, to, |through| !defers(driver, through, &in_kernel));
    let mut labels = Vec::new();
    for (step, (caller, span)) in path.unwrap_or_default().into_iter().enumerate() {
        let name = &driver.function(caller).name;
        let from = if step == 0 { format!("atomic root `{name}`") } else { format!("then `{name}`") };
        labels.push((span, format!("{from} calls it here")));
    }
    labels
}

/// Reports atomic functions that call what may sleep.
pub fn check(
    driver: &Driver,
    graph: &Graph,
    atomic: &BTreeSet<FunctionId>,
    in_kernel: impl Fn(FunctionId) -> bool,
    report: &mut Report,
) {
    for id in atomic {
        for touch in &graph.facts(*id).sleeps {
            let name = &driver.function(*id).name;
            let title = format!("`{name}` runs in atomic context and calls {}", touch.what);
            let help = "use what does not sleep, or defer the work to process context";
            let mut diagnostic = Diagnostic::new(Code::SleepsInAtomic, title, help).at(touch.span, "may sleep");
            for (span, label) in chain(driver, graph, *id, &in_kernel) {
                diagnostic = diagnostic.with(span, label);
            }
            report.add(diagnostic);
        }
    }
}
