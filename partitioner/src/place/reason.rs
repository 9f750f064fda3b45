//! Why a function is where it is, in words.

use partitioner_syntax::Half;

use super::cause::Cause;
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
