//! In which context each function of the kernel half runs.
//!
//! A root says in which context the kernel calls it; what it calls inherits that. A deferred root is
//! called from a worker in the user half, so it does not hand its context on; nor does one in the kernel
//! of an unsplit driver, if the runtime says that it calls those from a worker, too.

use std::collections::BTreeSet;
use std::fmt;

use partitioner_syntax::{Context, Root};

use crate::diagnostics::{Code, Diagnostic, Report};
use crate::driver::{Driver, FunctionId};
use crate::graph::Graph;
use crate::source::Span;

/// What decides about contexts.
#[derive(Clone, Copy)]
pub struct Contexts<'a> {
    /// The driver.
    pub driver: &'a Driver,
    /// Its call graph.
    pub graph: &'a Graph,
    /// Whether a function is in the kernel half.
    pub in_kernel: &'a dyn Fn(FunctionId) -> bool,
    /// Whether the kernel runtime itself calls deferrable roots from a worker, where they are in the
    /// kernel.
    pub runtime_defers: bool,
}

impl Contexts<'_> {
    /// The functions of the kernel half that run in atomic context.
    pub fn atomic(&self) -> BTreeSet<FunctionId> {
        let mut reached = BTreeSet::new();
        let mut queue = self.roots();
        while let Some(function) = queue.pop() {
            if reached.insert(function) {
                queue.extend(
                    self.graph
                        .callees(function)
                        .filter(|callee| !self.crosses_later(*callee)),
                );
            }
        }
        reached
    }

    /// The roots that the kernel half runs in atomic context.
    fn roots(&self) -> Vec<FunctionId> {
        let runs_atomic = |id: FunctionId, root: Root| {
            root.context == Context::Atomic
                && (!root.deferrable || (!self.runtime_defers && (self.in_kernel)(id)))
        };
        self.driver
            .iter()
            .filter(|(id, function)| function.root.is_some_and(|root| runs_atomic(*id, root)))
            .map(|(id, _)| id)
            .collect()
    }

    /// Whether a call of a function is queued for the user half.
    fn crosses_later(&self, callee: FunctionId) -> bool {
        self.driver
            .function(callee)
            .root
            .is_some_and(|root| root.deferrable)
            && !(self.in_kernel)(callee)
    }

    /// The chain of calls from an atomic root to a function, as labels.
    pub fn chain(&self, to: FunctionId) -> Vec<(Span, String)> {
        let path = self
            .graph
            .path(&self.roots(), to, |through| !self.crosses_later(through));
        let mut labels = Vec::new();
        for (step, (caller, span)) in path.unwrap_or_default().into_iter().enumerate() {
            let name = &self.driver.function(caller).name;
            let from = if step == 0 {
                format!("atomic root `{name}`")
            } else {
                format!("then `{name}`")
            };
            labels.push((span, format!("{from} calls it here")));
        }
        labels
    }

    /// Reports atomic functions that call what may sleep.
    pub fn check(&self, atomic: &BTreeSet<FunctionId>, report: &mut Report) {
        for id in atomic {
            for touch in &self.graph.facts(*id).sleeps {
                let function = self.driver.function(*id);
                let title = format!(
                    "`{}` runs in atomic context and calls {}",
                    function.name, touch.what
                );
                let help = "use what does not sleep, or defer the work to process context";
                let mut diagnostic =
                    Diagnostic::new(Code::SleepsInAtomic, title, help).at(touch.span, "may sleep");
                for (span, label) in self.chain(*id) {
                    diagnostic = diagnostic.with(span, label);
                }
                report.add(diagnostic);
            }
        }
    }
}

impl fmt::Debug for Contexts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contexts")
            .field("runtime_defers", &self.runtime_defers)
            .finish_non_exhaustive()
    }
}
