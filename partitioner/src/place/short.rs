//! Why a function is where it is, in short: what the plan says of it.

use partitioner_syntax::{Context, Half};

use super::cause::Cause;
use super::core::{self, Implied};
use super::goal::Goal;
use super::problem::{Charge, KERNEL, Kind, Problem, Solution};
use super::reason::Words;
use crate::driver::FunctionId;

impl Words<'_> {
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
