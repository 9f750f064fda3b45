//! Why a function is where it is, in words.

use partitioner_syntax::{Context, Half};

use super::cause::Cause;
use super::core::{self, Implied};
use super::goal::Goal;
use super::problem::{Charge, KERNEL, Kind, Problem, Solution};
use crate::driver::{Driver, FunctionId};
use crate::source::Span;

/// Words for the functions of a driver.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// The driver.
    pub driver: &'a Driver,
}

impl<'a> Words<'a> {
    /// The name of a function.
    pub fn name(&self, id: FunctionId) -> &'a str {
        &self.driver.function(id).name
    }

    /// A chain of rules that is all about atomic context: its calls, with where they are. `None` if there
    /// is something else in it.
    pub fn atomic_chain(&self, causes: &[&Cause]) -> Option<Vec<(Span, String)>> {
        // What keeps the holder of a guard in the kernel is another matter.
        let start = causes
            .iter()
            .rposition(|cause| matches!(cause, Cause::HeldCall { .. }))
            .unwrap_or_default();
        let mut labels = Vec::new();
        for cause in causes.iter().skip(start) {
            match cause {
                Cause::HeldCall { caller, hold, .. } => {
                    let (name, what) = (self.name(*caller), &hold.what);
                    let label = format!("`{name}` (holding {what}) calls it here");
                    labels.push((hold.span, label));
                }
                Cause::AtomicCall {
                    caller,
                    callee,
                    span,
                } => {
                    let name = self.name(*caller);
                    let label = if labels.is_empty() {
                        format!("atomic root `{name}` calls it here")
                    } else {
                        let (step, callee) = (labels.len() + 1, self.name(*callee));
                        format!("step {step}: `{name}` calls `{callee}`")
                    };
                    labels.push((*span, label));
                }
                Cause::AtomicRoot(_) | Cause::NotDeferred(_) | Cause::AtomicIsKernel(_) => {}
                _ => return None,
            }
        }
        let atomic = causes.iter().any(|cause| {
            matches!(
                cause,
                Cause::AtomicRoot(_) | Cause::HeldCall { .. } | Cause::NotDeferred(_)
            )
        });
        if !labels.is_empty() {
            labels.extend(self.start(causes.get(start..).unwrap_or_default()));
        }
        atomic.then_some(labels)
    }

    /// What makes a chain atomic: where the kernel's call comes in, or where the guard is made.
    pub fn start(&self, causes: &[&Cause]) -> Option<(Span, String)> {
        causes.iter().find_map(|cause| match cause {
            Cause::HeldCall { hold, .. } => {
                Some((hold.taken, format!("holds {} from here", hold.what)))
            }
            Cause::AtomicRoot(_) | Cause::NotDeferred(_) => Some((
                self.place(cause),
                "the kernel calls this root in atomic context".to_owned(),
            )),
            _ => None,
        })
    }

    /// Each rule of a chain with where it is seen.
    pub fn labels(&self, causes: &[&Cause]) -> Vec<(Span, String)> {
        let label = |cause: &&Cause| (self.place(cause), self.sentence(cause));
        causes.iter().map(label).collect()
    }

    /// Where a rule is seen: at the name of its function, if nowhere else.
    pub fn place(&self, cause: &Cause) -> Span {
        let named = || {
            let function = self.driver.function(subject(cause));
            let file = self.driver.tree.module(function.module).file;
            Span::of(file, &function.signature.ident)
        };
        cause.span().unwrap_or_else(named)
    }

    /// A rule as a sentence about its function.
    pub fn sentence(&self, cause: &Cause) -> String {
        let of = |id: &FunctionId| self.name(*id);
        match cause {
            Cause::Annotated(id, Half::Kernel, _) => {
                format!("`{}` is annotated `#[kernel_path]`", of(id))
            }
            Cause::Annotated(id, Half::User, _) => {
                format!("`{}` is annotated `#[user_path]`", of(id))
            }
            Cause::PinnedRoot(id) => {
                format!(
                    "`{}` is a root that the driver API pins to the kernel",
                    of(id)
                )
            }
            Cause::AtomicRoot(id) => format!("the kernel calls `{}` in atomic context", of(id)),
            Cause::Touches(id, touch) => format!("`{}` touches {}", of(id), touch.what),
            Cause::MasterCopy(id) => format!(
                "`{}` is a trait's method of the state, whose master copy is in the kernel",
                of(id)
            ),
            Cause::KernelMethod(id) => {
                format!("the traits of the user half do not have `{}`", of(id))
            }
            Cause::CannotBeCalled {
                caller,
                callee,
                why,
                ..
            } => {
                let who = match caller {
                    Some(caller) => format!("`{}`", of(caller)),
                    None => "the kernel".to_owned(),
                };
                format!(
                    "{who} calls `{}`, whose signature cannot cross: {why}",
                    of(callee)
                )
            }
            Cause::CannotCall {
                caller,
                callee,
                why,
                ..
            } => {
                format!(
                    "`{}` calls `{}`, whose signature cannot cross: {why}",
                    of(caller),
                    of(callee)
                )
            }
            Cause::CopiedToKernel { caller, callee, .. } => {
                format!(
                    "`{}` calls `{}`, which is copied to it",
                    of(caller),
                    of(callee)
                )
            }
            Cause::CopiedToUser { caller, callee, .. } => format!(
                "`{}` calls `{}`, which the user half cannot have",
                of(caller),
                of(callee)
            ),
            Cause::AtomicIsKernel(id) => format!("`{}` runs in atomic context", of(id)),
            Cause::NotDeferred(id) => {
                format!("in the kernel, `{}` runs in atomic context", of(id))
            }
            Cause::AtomicCall { caller, callee, .. } => {
                format!("`{}` calls `{}` in atomic context", of(caller), of(callee))
            }
            Cause::HeldCall {
                caller,
                callee,
                hold,
            } => {
                format!(
                    "`{}` calls `{}` holding {}",
                    of(caller),
                    of(callee),
                    hold.what
                )
            }
            Cause::Sleeps(id, touch) => {
                format!("`{}` calls {}, which may sleep", of(id), touch.what)
            }
            Cause::SleepsWhileHolding(id, touch) => format!("`{}` calls {}", of(id), touch.what),
            Cause::Asked(id, Half::Kernel) => format!("`{}` is wanted in the kernel", of(id)),
            Cause::Asked(id, Half::User) => format!("`{}` is wanted in the user half", of(id)),
        }
    }

    /// Why a function is in the kernel half: a fragment.
    pub fn in_kernel(
        &self,
        problem: &Problem,
        solution: &Solution,
        goal: &Goal,
        forced: &[Option<Implied>],
        id: FunctionId,
    ) -> String {
        let kernel = problem.kernel(id);
        let chain = core::chain(&problem.rules, forced, kernel);
        if let Some(rule) = chain.last() {
            let causes: Vec<&Cause> = chain.iter().map(|rule| &rule.cause).collect();
            return self.fragment(&rule.cause, &causes);
        }
        // What is there for its price takes others with it.
        let with = problem
            .rules
            .iter()
            .find(|rule| rule.to == kernel && rule.from != KERNEL && solution.has(rule.from));
        match with {
            Some(rule) => self.fragment(&rule.cause, &[&rule.cause]),
            None => self.price(problem, solution, goal, id),
        }
    }

    fn fragment(&self, cause: &Cause, causes: &[&Cause]) -> String {
        match cause {
            Cause::Annotated(..) => "annotated `#[kernel_path]`".to_owned(),
            Cause::PinnedRoot(_) => "a root that the driver API pins to the kernel".to_owned(),
            Cause::Touches(_, touch) => format!("touches {}", touch.what),
            Cause::MasterCopy(_) => "the state's master copy is in the kernel".to_owned(),
            Cause::KernelMethod(_) => "the traits of the user half do not have it".to_owned(),
            Cause::CannotBeCalled {
                caller: None, why, ..
            } => {
                format!("its signature cannot cross: {why}")
            }
            Cause::CannotBeCalled {
                caller: Some(caller),
                why,
                ..
            } => {
                let name = self.name(*caller);
                format!("`{name}` calls it in the kernel, and its signature cannot cross: {why}")
            }
            Cause::CannotCall { callee, why, .. } => {
                let name = self.name(*callee);
                format!("calls `{name}`, which stays in the kernel: {why}")
            }
            Cause::CopiedToUser { callee, .. } => {
                let name = self.name(*callee);
                format!(
                    "calls `{name}`, which stays in the kernel: what it calls in turn cannot cross"
                )
            }
            Cause::CopiedToKernel { caller, .. } => {
                format!("`{}` calls it in the kernel", self.name(*caller))
            }
            Cause::AtomicRoot(_) => "the kernel calls it in atomic context".to_owned(),
            Cause::AtomicIsKernel(_) => {
                let labels = self.atomic_chain(causes).unwrap_or_default();
                match labels.first() {
                    Some((_, label)) => {
                        let from = label.trim_end_matches(" calls it here");
                        format!("runs in atomic context: {from}")
                    }
                    None => "the kernel calls it in atomic context".to_owned(),
                }
            }
            other => self.sentence(other),
        }
    }

    /// What would have to be paid most for, if a function left the kernel.
    fn price(&self, problem: &Problem, solution: &Solution, goal: &Goal, id: FunctionId) -> String {
        let why = match goal {
            Goal::Price(_) => "a crossing would cost more than its lines",
            Goal::Budget { .. } => "the budget is better spent elsewhere",
        };
        let own = problem.kernel(id);
        let paid =
            |charge: &&Charge| charge.to == own && solution.has(charge.from) && charge.cost > 0;
        let most = problem
            .charges
            .iter()
            .filter(paid)
            .max_by_key(|charge| charge.cost);
        match most {
            Some(Charge {
                kind: Kind::Service,
                ..
            }) => match goal {
                Goal::Price(_) => {
                    "it asks for so much of the kernel that its lines are cheaper there"
                }
                Goal::Budget { .. } => {
                    "it asks for so much of the kernel that the budget is better spent elsewhere"
                }
            }
            .to_owned(),
            Some(Charge {
                kind: Kind::Downcall,
                callee: Some(callee),
                ..
            }) => {
                let name = self.name(*callee);
                format!("calls `{name}` of the kernel: {why}")
            }
            Some(Charge {
                caller: Some(caller),
                ..
            }) => {
                let name = self.name(*caller);
                format!("`{name}` calls it in the kernel: {why}")
            }
            _ => format!("the kernel calls it so often that {why}"),
        }
    }

    /// Why a function is in the user half: a fragment.
    pub fn in_user(&self, id: FunctionId) -> String {
        let function = self.driver.function(id);
        let atomic = function
            .root
            .is_some_and(|root| root.context == Context::Atomic);
        let reason = if function
            .markers
            .path
            .as_ref()
            .is_some_and(|path| path.value == Half::User)
        {
            "annotated `#[user_path]`"
        } else if atomic {
            "deferred: the kernel does not wait for it"
        } else {
            "process context, and nothing keeps it in the kernel"
        };
        reason.to_owned()
    }
}

/// The function that a rule is about.
pub fn subject(cause: &Cause) -> FunctionId {
    match cause {
        Cause::Annotated(id, ..)
        | Cause::PinnedRoot(id)
        | Cause::AtomicRoot(id)
        | Cause::Touches(id, _)
        | Cause::MasterCopy(id)
        | Cause::KernelMethod(id)
        | Cause::AtomicIsKernel(id)
        | Cause::NotDeferred(id)
        | Cause::Sleeps(id, _)
        | Cause::SleepsWhileHolding(id, _)
        | Cause::Asked(id, _) => *id,
        Cause::CannotBeCalled { callee, .. } | Cause::CopiedToKernel { callee, .. } => *callee,
        Cause::AtomicCall { callee, .. } | Cause::HeldCall { callee, .. } => *callee,
        Cause::CannotCall { caller, .. } | Cause::CopiedToUser { caller, .. } => *caller,
    }
}
