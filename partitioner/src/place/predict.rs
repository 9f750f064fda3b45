//! What a placement will do, by what was recorded: crossings of each kind, and their instructions.

use serde::Serialize;

use super::Placement;
use super::problem::{KERNEL, Kind, Problem, Solution};
use crate::driver::FunctionId;
use crate::profile::Profile;

/// Crossings in the time that a problem is about, and what they cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Prediction {
    /// Calls from the kernel half that wait for the user half.
    pub upcalls: u64,
    /// Calls left to a worker. Each is an upcall later, which is not counted among those above.
    pub deferred: u64,
    /// Calls from the user half of functions of the kernel half.
    pub downcalls: u64,
    /// Services that the user half asks for: downcalls, too.
    pub services: u64,
    /// Instructions of all these.
    pub instructions: u64,
}

impl Prediction {
    /// Of the instructions that the machine executed while a profile was recorded, how many more these
    /// are, in millionths; `None` if it is not known how many it executed.
    pub fn overhead(&self, profile: &Profile) -> Option<u64> {
        let more = u128::from(self.instructions) * 1_000_000;
        let share = more.checked_div(u128::from(profile.total))?;
        Some(u64::try_from(share).unwrap_or(u64::MAX))
    }
}

/// What a solution of a problem does.
pub fn of(problem: &Problem, solution: &Solution) -> Prediction {
    let mut counts = [0.0; 4];
    for charge in problem.paid(solution) {
        counts[charge.kind as usize] += charge.count;
    }
    let count = |kind: Kind| counts[kind as usize].round() as u64;
    let instructions = solution.cost.saturating_add(500) / 1_000;
    Prediction {
        upcalls: count(Kind::Upcall),
        deferred: count(Kind::Deferred),
        downcalls: count(Kind::Downcall),
        services: count(Kind::Service),
        instructions: u64::try_from(instructions).unwrap_or(u64::MAX),
    }
}

/// What a placement does, wherever it comes from, under the charges of a problem: the counts of a profile
/// if the problem was made with one.
pub fn predict(problem: &Problem, placement: &Placement) -> Prediction {
    let mut at_kernel = vec![false; problem.nodes()];
    at_kernel[KERNEL.0] = true;
    for id in placement.kernel.keys() {
        at_kernel[problem.kernel(*id).0] = true;
    }
    of(problem, &problem.solution(at_kernel))
}

/// As [`predict`], of a placement that is only known by which functions are in the kernel half.
pub fn predict_where(problem: &Problem, in_kernel: impl Fn(FunctionId) -> bool) -> Prediction {
    let mut at_kernel = vec![false; problem.nodes()];
    at_kernel[KERNEL.0] = true;
    for id in (0..problem.lines.len()).map(FunctionId) {
        at_kernel[problem.kernel(id).0] = in_kernel(id);
    }
    of(problem, &problem.solution(at_kernel))
}
