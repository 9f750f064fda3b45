//! Makes the problem of some functions: which placements are possible, and what each would cost.

use partitioner_syntax::Half;

use super::cause::Cause;
use super::core;
use super::cost;
use super::outline::{Bar, Call, Outline, Outlines};
use super::problem::{Charge, KERNEL, Kind, Node, Problem, Rule, USER};
use crate::driver::FunctionId;
use crate::source::Span;

/// The problem of placing functions.
pub fn problem(outlines: &Outlines) -> Problem {
    let functions = &outlines.functions;
    let mut builder = Builder {
        outlines,
        problem: Problem {
            lines: functions.iter().map(|outline| outline.lines).collect(),
            shared: functions.iter().map(|outline| outline.shared).collect(),
            called: functions.iter().map(|outline| outline.called).collect(),
            milliseconds: outlines.milliseconds,
            ..Problem::default()
        },
    };
    for (id, outline) in outlines.iter() {
        builder.pins(id, outline);
        builder.contexts(id, outline);
        for (callee, call) in &outline.calls {
            builder.call(id, *callee, call);
        }
    }
    builder.charges();
    builder.problem
}

struct Builder<'a> {
    outlines: &'a Outlines,
    problem: Problem,
}

impl Builder<'_> {
    fn rule(&mut self, from: Node, to: Node, cause: Cause) {
        self.problem.rules.push(Rule { from, to, cause });
    }

    /// What is decided about the function itself.
    fn pins(&mut self, id: FunctionId, outline: &Outline) {
        let (kernel, atomic) = (self.problem.kernel(id), self.problem.atomic(id));
        match outline.annotation {
            Some((half @ Half::Kernel, span)) => {
                self.rule(KERNEL, kernel, Cause::Annotated(id, half, span));
            }
            Some((half @ Half::User, span)) => {
                self.rule(kernel, USER, Cause::Annotated(id, half, span));
            }
            None => {}
        }
        if outline.root.is_some_and(|root| root.pinned) {
            self.rule(KERNEL, kernel, Cause::PinnedRoot(id));
        }
        if outline
            .root
            .is_some_and(|root| root.atomic && !root.deferrable)
        {
            self.rule(KERNEL, atomic, Cause::AtomicRoot(id));
            // What runs in atomic context is in the kernel anyway; this says so in one step.
            self.rule(KERNEL, kernel, Cause::AtomicRoot(id));
        }
        for touch in &outline.touches {
            self.rule(KERNEL, kernel, Cause::Touches(id, touch.clone()));
        }
        if outline.of_master {
            self.rule(KERNEL, kernel, Cause::MasterCopy(id));
        }
        if outline.kernel_method {
            self.rule(KERNEL, kernel, Cause::KernelMethod(id));
        }
        if outline.root.is_some()
            && let Err(bar) = &outline.up
        {
            self.rule(KERNEL, kernel, cannot_be_called(None, id, None, bar));
        }
    }

    /// Atomic context, and what may not happen in it.
    fn contexts(&mut self, id: FunctionId, outline: &Outline) {
        let (kernel, atomic) = (self.problem.kernel(id), self.problem.atomic(id));
        self.rule(atomic, kernel, Cause::AtomicIsKernel(id));
        if outline
            .root
            .is_some_and(|root| root.atomic && root.deferrable && !root.by_worker)
        {
            self.rule(kernel, atomic, Cause::NotDeferred(id));
        }
        for (callee, call) in &outline.calls {
            // In the kernel, a deferrable root that somebody calls is atomic anyway; elsewhere, the call is queued.
            if self.outlines.is_deferrable(*callee) {
                continue;
            }
            let (caller, callee, span) = (id, *callee, call.span);
            let below = self.problem.atomic(callee);
            let cause = Cause::AtomicCall {
                caller,
                callee,
                span,
            };
            self.rule(atomic, below, cause);
            if let Some(hold) = call.held.clone() {
                let cause = Cause::HeldCall {
                    caller,
                    callee,
                    hold,
                };
                self.rule(kernel, below, cause);
            }
        }
        for touch in &outline.sleeps {
            self.rule(atomic, USER, Cause::Sleeps(id, touch.clone()));
        }
        for hold in &outline.sleeps_holding {
            self.rule(kernel, USER, Cause::SleepsWhileHolding(id, hold.clone()));
        }
    }

    /// A call that is not possible across.
    fn call(&mut self, caller: FunctionId, callee: FunctionId, call: &Call) {
        let outline = self.outlines.of(callee);
        let (from, to) = (self.problem.kernel(caller), self.problem.kernel(callee));
        let (below, above) = (self.problem.absent(callee), self.problem.absent(caller));
        let span = call.span;
        if outline.shared {
            let kernel = Cause::CopiedToKernel {
                caller,
                callee,
                span,
            };
            let user = Cause::CopiedToUser {
                caller,
                callee,
                span,
            };
            self.rule(from, to, kernel);
            self.rule(below, above, user);
            return;
        }
        if let Err(bar) = &outline.up {
            let cause = cannot_be_called(Some(caller), callee, Some(span), bar);
            self.rule(from, to, cause);
        }
        if let Err(bar) = &outline.down {
            let cause = Cause::CannotCall {
                caller,
                callee,
                span,
                why: bar.why.clone(),
            };
            self.rule(below, above, cause);
        }
    }

    /// What crossings and services cost.
    fn charges(&mut self) {
        let implied = core::implied(&self.problem, &[KERNEL]);
        let forced: Vec<bool> = self
            .outlines
            .iter()
            .map(|(id, _)| implied[self.problem.kernel(id).0].is_some())
            .collect();
        for (id, outline) in self.outlines.iter() {
            if outline.shared {
                continue;
            }
            let own = self.problem.kernel(id);
            // Asked once, whatever it calls; the kernel half answers from then on.
            let asked = |id: FunctionId, count: f64| match self.outlines.of(id).remembered {
                true => 0.0,
                false => count,
            };
            // What cannot cross is charged, too: it is not paid as long as the rule against it holds.
            if let Some(root) = outline.root {
                let (calls, count) = ((None, Some(id)), asked(id, root.count as f64));
                self.charge((KERNEL, own), self.up(id), calls, count);
            }
            let borne = cost::borne(self.outlines, &forced, id);
            let asks = (Some(id), None);
            self.charge((KERNEL, own), Kind::Service, asks, borne.services);
            for (callee, count) in borne.calls {
                if callee == id {
                    continue;
                }
                let (other, calls) = (self.problem.kernel(callee), (Some(id), Some(callee)));
                let (up, down) = (asked(callee, count), asked(id, count));
                self.charge((own, other), self.up(callee), calls, up);
                self.charge((other, own), Kind::Downcall, calls, down);
            }
        }
    }

    /// How a function is called from the kernel half.
    fn up(&self, id: FunctionId) -> Kind {
        if self.outlines.is_deferrable(id) {
            Kind::Deferred
        } else {
            Kind::Upcall
        }
    }

    fn charge(
        &mut self,
        (from, to): (Node, Node),
        kind: Kind,
        (caller, callee): (Option<FunctionId>, Option<FunctionId>),
        count: f64,
    ) {
        self.problem.charges.push(Charge {
            from,
            to,
            kind,
            caller,
            callee,
            count,
            cost: cost::of(kind, count),
        });
    }
}

fn cannot_be_called(
    caller: Option<FunctionId>,
    callee: FunctionId,
    span: Option<Span>,
    bar: &Bar,
) -> Cause {
    Cause::CannotBeCalled {
        caller,
        callee,
        span,
        why: bar.why.clone(),
        blamed: bar.blamed,
    }
}
