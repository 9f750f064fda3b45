//! In which context each function of the kernel half runs.
//!
//! Whoever holds a guard, such as a spin lock's, calls in atomic context, too. A root says in which
//! context the kernel calls it; what it calls inherits that. A deferred root is
//! called from a worker in the user half, so it does not hand its context on; nor does one in the kernel
//! of an unsplit driver, if the runtime says that it calls those from a worker, too.

use std::collections::BTreeSet;
use std::fmt;

use partitioner_syntax::{Context, Root};

use crate::diagnostics::{Code, Diagnostic, Report};
use crate::driver::{Driver, FunctionId};
use crate::graph::{Graph, Hold};
use crate::source::Span;

/// A chain of calls: each caller, and where it calls the next.
type Path = Vec<(FunctionId, Span)>;

/// What decides about contexts.
#[derive(Clone, Copy)]
pub struct Contexts<'a> {
    /// The driver.
    pub driver: &'a Driver,
    /// Its call graph.
    pub graph: &'a Graph,
    /// Whether a function is in the kernel half.
    pub in_kernel: &'a dyn Fn(FunctionId) -> bool,
    /// Whether a function is copied to whoever calls it.
    pub is_helper: &'a dyn Fn(FunctionId) -> bool,
    /// Whether the kernel runtime itself calls deferrable roots from a worker, where they are in the
    /// kernel.
    pub runtime_defers: bool,
}

impl Contexts<'_> {
    /// The functions of the kernel half that run in atomic context.
    pub fn atomic(&self) -> BTreeSet<FunctionId> {
        let mut reached = BTreeSet::new();
        let mut queue = self.roots();
        for holder in self.in_kernel_half() {
            let held = self.graph.facts(holder).held_calls.keys().copied();
            queue.extend(held.filter(|callee| !self.crosses_later(*callee)));
        }
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

    /// The functions of the kernel half, helpers that it calls included.
    fn in_kernel_half(&self) -> BTreeSet<FunctionId> {
        let all = self.driver.iter().map(|(id, _)| id);
        let mut queue: Vec<FunctionId> = all.filter(|id| (self.in_kernel)(*id)).collect();
        let mut reached: BTreeSet<FunctionId> = queue.iter().copied().collect();
        while let Some(caller) = queue.pop() {
            for callee in self.graph.callees(caller) {
                if (self.is_helper)(callee) && reached.insert(callee) {
                    queue.push(callee);
                }
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

    /// The chain of calls from an atomic root to a function, as labels; what makes it atomic is the last.
    pub fn chain(&self, to: FunctionId) -> Vec<(Span, String)> {
        let through = |through| !self.crosses_later(through);
        let Some(path) = self.graph.path(&self.roots(), to, through) else {
            return self.chain_from_guard(to);
        };
        let mut labels = self.steps(&path, to, 1);
        // The first says why: reasons quote it.
        if let (Some(first), Some((root, _))) = (labels.first_mut(), path.first()) {
            first.1 = format!(
                "atomic root `{}` calls it here",
                self.driver.function(*root).name
            );
            labels.extend(self.start(to));
        }
        labels
    }

    /// The calls of a path, as labels that say in which order they are made.
    fn steps(
        &self,
        path: &[(FunctionId, Span)],
        to: FunctionId,
        first: usize,
    ) -> Vec<(Span, String)> {
        let name = |id: FunctionId| &self.driver.function(id).name;
        let callees = path.iter().skip(1).map(|(caller, _)| *caller).chain([to]);
        path.iter()
            .zip(callees)
            .enumerate()
            .map(|(step, ((caller, span), callee))| {
                let step = step + first;
                let text = format!("step {step}: `{}` calls `{}`", name(*caller), name(callee));
                (*span, text)
            })
            .collect()
    }

    /// Where the kernel's call comes in, or where the guard is made: what makes a chain atomic.
    fn start(&self, to: FunctionId) -> Option<(Span, String)> {
        let through = |through| !self.crosses_later(through);
        if let Some(path) = self.graph.path(&self.roots(), to, through) {
            let root = path.first().map_or(to, |(root, _)| *root);
            let function = self.driver.function(root);
            let file = self.driver.tree.module(function.module).file;
            let span = Span::of(file, &function.signature.ident);
            let text = "the kernel calls this root in atomic context".to_owned();
            return Some((span, text));
        }
        let (_, hold, _) = self.holder(to)?;
        Some((hold.taken, format!("holds {} from here", hold.what)))
    }

    /// Who holds a guard while it calls what leads to a function; how it goes on from there.
    fn holder(&self, to: FunctionId) -> Option<(FunctionId, &Hold, Path)> {
        let through = |through| !self.crosses_later(through);
        for holder in self.in_kernel_half() {
            for (callee, hold) in &self.graph.facts(holder).held_calls {
                if let Some(path) = self.graph.path(&[*callee], to, through) {
                    return Some((holder, hold, path));
                }
            }
        }
        None
    }

    /// The chain from a function that holds a guard.
    fn chain_from_guard(&self, to: FunctionId) -> Vec<(Span, String)> {
        let Some((holder, hold, path)) = self.holder(to) else {
            return Vec::new();
        };
        let name = &self.driver.function(holder).name;
        let first = format!("`{name}` (holding {}) calls it here", hold.what);
        let mut labels = vec![(hold.span, first)];
        labels.extend(self.steps(&path, to, 2));
        labels.extend(self.start(to));
        labels
    }

    /// Reports what may sleep where the kernel half may not: in atomic functions, and under a guard.
    pub fn check(&self, atomic: &BTreeSet<FunctionId>, report: &mut Report) {
        for id in atomic {
            for touch in &self.graph.facts(*id).sleeps {
                let name = &self.driver.function(*id).name;
                let title = format!("`{name}` runs in atomic context and calls {}", touch.what);
                let mut chain = self.chain(*id);
                if chain.is_empty() {
                    chain.extend(self.start(*id));
                }
                report.add(sleeps(title, touch.span, chain));
            }
        }
        for id in self.in_kernel_half().difference(atomic) {
            for touch in &self.graph.facts(*id).held_sleeps {
                let title = format!("`{}` calls {}", self.driver.function(*id).name, touch.what);
                let taken = (touch.taken, "the guard is made here".to_owned());
                report.add(sleeps(title, touch.span, vec![taken]));
            }
        }
    }
}

fn sleeps(title: String, span: Span, chain: Vec<(Span, String)>) -> Diagnostic {
    let help = "use what does not sleep, let go of the lock before, or defer the work";
    let mut diagnostic = Diagnostic::new(Code::SleepsInAtomic, title, help).at(span, "may sleep");
    for (span, label) in chain {
        diagnostic = diagnostic.with(span, label);
    }
    diagnostic
}

impl fmt::Debug for Contexts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contexts")
            .field("runtime_defers", &self.runtime_defers)
            .finish_non_exhaustive()
    }
}
