//! A new plan from recorded profiles, held against an old one: what moves, why, and what it saves.
//!
//! Both plans are priced with the same profile, so what is compared is what this workload would pay.
//! `text` prints the outcome for people; it is data as it is.

mod amount;
mod text;

use std::path::Path;

use partitioner_syntax::Half;
use serde::Serialize;

pub use amount::Amount;

use crate::analysis::{self, Analysis, Mode};
use crate::diagnostics::{Code, Diagnostic, Outcome, Refusal};
use crate::driver::FunctionId;
use crate::place::Options;
use crate::place::cause::Cause;
use crate::place::goal::Goal;
use crate::place::predict;
use crate::place::problem::{KERNEL, Problem, Rule, Solution, USER};
use crate::plan::given::{self, Given, Short};
use crate::plan::{Entry, Place};
use crate::profile::Profile;
use crate::source::{Sources, Span};

/// What a plan is predicted to cost, for each second.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Prediction {
    /// Functions that the kernel half has.
    pub kernel_functions: usize,
    /// Lines of these.
    pub kernel_lines: u64,
    /// Calls of the user half that wait.
    pub upcalls: f64,
    /// Calls of the user half that do not.
    pub deferred: f64,
    /// Calls of the kernel half.
    pub downcalls: f64,
    /// Services that the user half asks for.
    pub services: f64,
    /// Instructions of all of these.
    pub instructions: f64,
    /// The same as a part of what the machine executed, where that is known.
    pub overhead: Option<f64>,
}

/// A function that changes its place.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    /// The function.
    pub function: String,
    /// Its lines.
    pub lines: usize,
    /// Where it was.
    pub from: Place,
    /// Where it goes.
    pub to: Place,
    /// Why it is there.
    pub reason: String,
    /// How often it was called, for each second.
    pub calls: f64,
    /// What the best plan in which it stays would take more, if there is one.
    pub staying: Option<Difference>,
    /// Whether no plan in which it stays is within the budget.
    pub over_budget: bool,
}

/// An annotation that costs more than the threshold.
#[derive(Clone, Debug, Serialize)]
pub struct Pin {
    /// The function.
    pub function: String,
    /// The annotation.
    pub annotation: &'static str,
    /// Where it is, `file:line`.
    pub place: String,
    /// What the plan takes more because of it.
    pub cost: Difference,
}

/// Two plans, one less the other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Instructions for each second.
    pub instructions: f64,
    /// Lines in the kernel.
    pub lines: i64,
}

/// A new plan held against an old one.
#[derive(Clone, Debug, Serialize)]
pub struct Repartition {
    /// The version of this data.
    pub schema: u32,
    /// The driver's package.
    pub driver: String,
    /// The fingerprint of its source.
    pub source: String,
    /// What was going on.
    pub workload: String,
    /// The time that was recorded, in milliseconds.
    pub milliseconds: u64,
    /// What the old plan is: `the default`, or a file.
    pub against: String,
    /// What a line in the kernel is worth, in instructions for each second; for a budget, the price from
    /// which on the front's last plan within it is best.
    pub lambda: f64,
    /// The budget, as a part of what the machine executed, if the plan was made for one.
    pub budget: Option<f64>,
    /// What the old plan would cost.
    pub old: Prediction,
    /// What the new plan would cost.
    pub new: Prediction,
    /// What moves.
    pub moves: Vec<Move>,
    /// Annotations that cost much.
    pub pins: Vec<Pin>,
    /// The new plan.
    pub plan: Short,
}

/// Makes a plan for the profile of the options, and compares it with an old one, or with the default.
/// Pins are reported from the threshold on. Returns the analysis with the new plan, too.
///
/// # Errors
/// `MD0066` for a profile that does not say how often or how long; `MD0062` to `MD0064` for the old plan;
/// whatever the driver itself gets.
pub fn repartition(
    directory: &Path,
    old: Option<&Path>,
    options: &Options,
    threshold: Amount,
    sources: &mut Sources,
) -> Outcome<(Repartition, Analysis)> {
    let Some(profile) = &options.profile else {
        return Err(uncountable(
            "there is no profile",
            "give at least one with `--profile`",
        ));
    };
    if profile.milliseconds == 0 {
        let help = "say it when it is imported, with `--milliseconds`";
        return Err(uncountable(
            "the profile does not say how long was recorded",
            help,
        ));
    }
    let after = analysis::analyse_with(directory, Mode::Split, options, sources)?;
    let before = match old {
        Some(path) => {
            let given = Given::read(path, sources)?;
            given::analyse_given(directory, &given, &Options::default(), sources)?
        }
        None => analysis::analyse(directory, Mode::Split, sources)?,
    };
    let (Some(then), Some(now)) = (&before.solution, &after.solution) else {
        return Err(uncountable(
            "there is nothing to place",
            "give a split driver",
        ));
    };
    let pricing = Pricing {
        problem: &after.problem,
        profile,
        goal: after.goal,
    };
    let then = after.problem.solution(then.at_kernel.clone());
    let new = pricing.prediction(now, &after);
    let found = Repartition {
        schema: 1,
        driver: after.plan.driver.clone(),
        source: after.plan.source.clone(),
        workload: profile.workload.clone(),
        milliseconds: profile.milliseconds,
        against: match old {
            Some(path) => path.display().to_string(),
            None => "the default".to_owned(),
        },
        lambda: after.goal.price().value(),
        budget: options.budget.map(|millionths| millionths as f64 / 1e6),
        old: pricing.prediction(&then, &before),
        moves: moves(&pricing, &before, &after, now),
        pins: pins(&pricing, &after, now, threshold, &new, sources),
        plan: Short::of(&after.plan, &profile.workload),
        new,
    };
    Ok((found, after))
}

fn uncountable(title: &str, help: &str) -> Refusal {
    Diagnostic::new(Code::NoCounts, title, help).into()
}

/// Prices plans for one workload.
struct Pricing<'a> {
    problem: &'a Problem,
    profile: &'a Profile,
    goal: Goal,
}

impl Pricing<'_> {
    fn seconds(&self) -> f64 {
        self.problem.milliseconds as f64 / 1_000.0
    }

    /// Thousandths of instructions of the whole recording as instructions for each second.
    fn each_second(&self, thousandths: f64) -> f64 {
        thousandths / 1_000.0 / self.seconds()
    }

    fn prediction(&self, solution: &Solution, analysis: &Analysis) -> Prediction {
        let counts = predict::of(self.problem, solution);
        let each = |count: u64| count as f64 / self.seconds();
        let instructions = self.each_second(solution.cost as f64);
        let total = self.profile.total as f64 / self.seconds();
        Prediction {
            kernel_functions: analysis.halves.kernel.functions.len(),
            kernel_lines: solution.lines,
            upcalls: each(counts.upcalls),
            deferred: each(counts.deferred),
            downcalls: each(counts.downcalls),
            services: each(counts.services),
            instructions,
            overhead: (total > 0.0).then(|| instructions / total),
        }
    }

    fn difference(&self, more: &Solution, less: &Solution) -> Difference {
        let cost = more.cost as f64 - less.cost as f64;
        let lines = |solution: &Solution| i64::try_from(solution.lines).unwrap_or(i64::MAX);
        Difference {
            instructions: self.each_second(cost),
            lines: lines(more).saturating_sub(lines(less)),
        }
    }
}

fn moves(pricing: &Pricing<'_>, before: &Analysis, after: &Analysis, now: &Solution) -> Vec<Move> {
    let pairs = before.plan.functions.iter().zip(&after.plan.functions);
    let moved = pairs.zip(after.driver.iter());
    moved
        .filter(|((old, new), _)| old.placement != new.placement)
        .map(|((old, new), (id, _))| {
            // What works on its arguments alone follows whoever calls it.
            let own = !after.placement.helpers.contains(&id);
            one_move(pricing, old, new, own.then_some(id), now)
        })
        .collect()
}

/// What moves; with its number, if it moves for its own sake.
fn one_move(
    pricing: &Pricing<'_>,
    old: &Entry,
    new: &Entry,
    own: Option<FunctionId>,
    now: &Solution,
) -> Move {
    let activity = pricing.profile.functions.get(&new.name);
    let calls = activity.map_or(0, |activity| activity.calls) as f64;
    let staying = own.and_then(|id| {
        let node = pricing.problem.kernel(id);
        let (half, from, to) = match old.placement {
            Place::Kernel | Place::Both => (Half::Kernel, KERNEL, node),
            Place::User | Place::Nowhere => (Half::User, node, USER),
        };
        // A copy that one more half has, or one fewer, has not moved itself.
        if now.has(node) == (half == Half::Kernel) {
            return None;
        }
        let cause = Cause::Asked(id, half);
        let stay = Rule { from, to, cause };
        let goal = pricing.goal;
        goal.solve_with(pricing.problem, |_| true, &[stay])
    });
    Move {
        function: new.name.clone(),
        lines: new.lines,
        from: old.placement,
        to: new.placement,
        reason: new.reason.clone(),
        calls: calls / pricing.seconds(),
        over_budget: staying
            .as_ref()
            .is_some_and(|other| pricing.goal.is_over(other)),
        staying: staying.map(|other| pricing.difference(&other, now)),
    }
}

fn pins(
    pricing: &Pricing<'_>,
    analysis: &Analysis,
    now: &Solution,
    threshold: Amount,
    prediction: &Prediction,
    sources: &Sources,
) -> Vec<Pin> {
    let most = threshold.of(prediction.instructions);
    let mut pins = Vec::new();
    for (id, function) in analysis.driver.iter() {
        let Some(path) = &function.markers.path else {
            continue;
        };
        let others = |rule: &Rule| !matches!(&rule.cause, Cause::Annotated(of, ..) if *of == id);
        let goal = pricing.goal;
        let Some(without) = goal.solve_with(pricing.problem, others, &[]) else {
            continue;
        };
        let price = goal.price();
        let of = |solution| pricing.problem.objective(price, solution);
        let worth = of(now).saturating_sub(of(&without)) as f64;
        let worth = pricing.each_second(worth / price.denominator as f64);
        if worth <= most || worth <= 0.0 {
            continue;
        }
        let file = analysis.driver.tree.module(function.module).file;
        pins.push(Pin {
            function: function.name.clone(),
            annotation: match path.value {
                Half::Kernel => "#[kernel_path]",
                Half::User => "#[user_path]",
            },
            place: sources.place(Span::from(file, path.span)),
            cost: pricing.difference(now, &without),
        });
    }
    pins
}

impl Repartition {
    /// For people.
    pub fn human(&self) -> String {
        text::human(self)
    }

    /// For programs.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}
