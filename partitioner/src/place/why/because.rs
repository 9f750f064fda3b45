//! What put a function where it is: chains of reasons, callers, prices.

use std::collections::BTreeSet;

use super::{Step, Why, grouped, plain};
use crate::driver::FunctionId;
use crate::place::cause::Cause;
use crate::place::core;
use crate::place::problem::{KERNEL, Kind, Rule};

impl Why<'_> {
    /// The chain of reasons from a pin, a root or a price.
    pub(super) fn because(&self, id: FunctionId) -> Vec<Step> {
        let kernel = self.problem.kernel(id);
        if self.problem.shared[id.0] {
            let mut steps = self.callers(id, true);
            steps.extend(self.callers(id, false));
            return steps;
        }
        if !self.solution.has(kernel) {
            let pins = self.problem.rules.iter();
            let pins: Vec<&Rule> = pins
                .filter(|rule| rule.from == kernel && matches!(rule.cause, Cause::Annotated(..)))
                .collect();
            let mut steps = self.steps(&pins);
            if steps.is_empty() {
                steps.push(plain(
                    "nothing that it touches or calls keeps it in the kernel",
                ));
            }
            steps.extend(self.prices(id));
            return steps;
        }
        let forced = core::implied(self.problem, &[KERNEL]);
        let chain = core::chain(&self.problem.rules, &forced, kernel);
        if !chain.is_empty() {
            return self.steps(&chain);
        }
        let mut steps = self.prices(id);
        let taken = self.problem.rules.iter();
        let taken = taken.filter(|rule| {
            rule.to == kernel && rule.from != KERNEL && self.solution.has(rule.from)
        });
        steps.extend(taken.map(|rule| self.step(&rule.cause)));
        steps
    }

    /// Who has a copied function in one of the halves, up to the first that is not a copy.
    fn callers(&self, id: FunctionId, in_kernel: bool) -> Vec<Step> {
        let here = |of: FunctionId| {
            let halves = &self.analysis.halves;
            let half = if in_kernel {
                &halves.kernel
            } else {
                &halves.user
            };
            half.functions.contains(&of)
        };
        let mut steps = Vec::new();
        let mut seen = BTreeSet::from([id]);
        let mut at = id;
        loop {
            let callers = self.analysis.graph.callers(at);
            let found = callers
                .into_iter()
                .find(|of| here(*of) && !seen.contains(of));
            let Some(caller) = found else { break };
            seen.insert(caller);
            let span = self.analysis.graph.facts(caller).calls[&at];
            let half = if in_kernel { "kernel" } else { "user" };
            steps.push(Step {
                text: format!(
                    "`{}` calls `{}` in the {half} half",
                    self.words.name(caller),
                    self.words.name(at)
                ),
                file: Some(self.sources.file(span.file).name.clone()),
                line: Some(self.sources.line(span.file, span.start)),
            });
            if !self.problem.shared[caller.0] {
                break;
            }
            at = caller;
        }
        steps
    }

    /// What is, or would be, paid for a function in the user half, and what its lines are worth.
    fn prices(&self, id: FunctionId) -> Vec<Step> {
        let own = self.problem.kernel(id);
        let charges = self.problem.charges.iter();
        let paid = charges
            .filter(|charge| charge.to == own && self.solution.has(charge.from) && charge.cost > 0);
        let mut steps: Vec<Step> = paid
            .map(|charge| {
                let name = |id: Option<FunctionId>| match id {
                    Some(id) => format!("`{}`", self.words.name(id)),
                    None => "the kernel".to_owned(),
                };
                let what = match charge.kind {
                    Kind::Upcall => format!("upcalls by {}", name(charge.caller)),
                    Kind::Deferred => format!("deferred calls by {}", name(charge.caller)),
                    Kind::Downcall => format!("downcalls of {}", name(charge.callee)),
                    Kind::Service => "services that it asks for".to_owned(),
                };
                let seconds = self.problem.milliseconds as f64 / 1_000.0;
                let instructions = grouped(self.problem.per_second(charge.cost));
                plain(&format!(
                    "in the user half: {:.1} {what} a second, {instructions} instructions",
                    charge.count / seconds
                ))
            })
            .collect();
        if let Some(locks) = &self.analysis.graph.remembered[id.0]
            && !self.problem.shared[id.0]
        {
            let locks: Vec<String> = locks.iter().map(|lock| format!("`{lock}`")).collect();
            let (until, on) = match locks.is_empty() {
                true => (String::new(), "nothing else".to_owned()),
                false => {
                    let locks = locks.join(", ");
                    (
                        format!(" until {locks} changes"),
                        format!("nothing but these and {locks}"),
                    )
                }
            };
            steps.push(plain(&format!(
                "in the user half: asked once for the same arguments{until}, as it depends on {on}; the kernel half remembers what it returned",
            )));
        }
        let lines = self.problem.lines[id.0];
        let price = self.analysis.goal.price();
        let worth = self.problem.worth(price, lines) / price.denominator;
        steps.push(plain(&format!(
            "in the kernel half: {lines} lines, worth {} instructions a second",
            grouped(self.problem.per_second(worth))
        )));
        steps
    }
}
