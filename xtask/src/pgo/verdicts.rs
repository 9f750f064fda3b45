//! What the job promises.

use super::WORKLOADS;
use super::measure::Measured;
use super::plans::UNSPLIT;
use super::prediction::Outcome;
use super::sampled::Sampled;
use super::traced::Traced;
use crate::results::Verdict;

/// How far predicted overhead may be from measured overhead.
const TOLERANCE: f64 = 0.2;

pub(super) fn all(measured: &Measured, outcomes: &[Outcome]) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = WORKLOADS
        .iter()
        .map(|workload| best(measured, workload))
        .collect();
    let wrong = outcomes
        .iter()
        .filter(|outcome| !outcome.is_exact())
        .count();
    verdicts.push(Verdict::at_most(
        "pgo.crossings",
        "plans on workloads whose crossings were not predicted to the last one",
        Some(wrong as u64),
        0,
    ));
    let worst = outcomes.iter().map(Outcome::deviation).reduce(f64::max);
    verdicts.push(Verdict {
        id: "pgo.prediction".to_owned(),
        what: "worst deviation of predicted overhead, as a share of the measured (below 1 % of the workload, a difference up to 0.5 % of it counts as none); crossings exact"
            .to_owned(),
        value: worst.map(rounded).into(),
        limit: TOLERANCE.into(),
        ok: wrong == 0 && worst.is_some_and(|worst| worst <= TOLERANCE),
        missing: false,
    });
    verdicts
}

/// That the two ways to record agree on what ran.
pub(super) fn sampled(sampled: &[Sampled]) -> Verdict {
    let unknown: usize = sampled.iter().map(|one| one.unknown.len()).sum();
    let seen = !sampled.is_empty() && sampled.iter().all(|one| one.samples > 0);
    Verdict::at_most(
        "pgo.perf",
        "functions of the driver that perf saw run and the counting driver did not count",
        seen.then_some(unknown as u64),
        0,
    )
}

/// That the kernel's tracers saw each call that was counted, and no other.
pub(super) fn traced(traced: &[Traced]) -> Verdict {
    let different: usize = traced.iter().map(|one| one.different.len()).sum();
    let seen = !traced.is_empty() && traced.iter().all(|one| one.calls > 0);
    Verdict::at_most(
        "pgo.tracers",
        "functions of which function_graph or probes, imported, saw another number of calls than was counted",
        seen.then_some(different as u64),
        0,
    )
}

/// That a workload's own plan takes fewer instructions for it than any other plan with two halves.
fn best(measured: &Measured, workload: &str) -> Verdict {
    let instructions = |plan: &str| Some(measured.get(plan)?.get(workload)?.instructions);
    let others = measured
        .keys()
        .filter(|plan| !matches!(plan.as_str(), UNSPLIT) && *plan != workload)
        .filter_map(|plan| instructions(plan));
    let share = instructions(workload)
        .zip(others.min())
        .map(|(own, other)| own as f64 / other as f64);
    Verdict {
        id: format!("pgo.{workload}"),
        what: format!(
            "instructions of the {workload} workload with its own plan, as a share of the best other \
             plan's: below 1"
        ),
        value: share.map(rounded).into(),
        limit: 1.0.into(),
        ok: share.is_some_and(|share| share < 1.0),
        missing: false,
    }
}

/// To what is worth reading.
fn rounded(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::super::measure::Run;
    use super::*;
    use std::collections::BTreeMap;

    fn measured(instructions: &[(&str, [u64; 2])]) -> Measured {
        let run = |instructions| Run {
            instructions,
            nanoseconds: 0,
            sent: 0,
            received: 0,
            crossings: BTreeMap::new(),
            profile: None,
            user_profiles: Vec::new(),
            printed: BTreeMap::new(),
        };
        let runs = |both: &[u64; 2]| {
            let each = WORKLOADS.iter().zip(both);
            each.map(|(name, one)| ((*name).to_owned(), run(*one)))
                .collect()
        };
        instructions
            .iter()
            .map(|(plan, both)| ((*plan).to_owned(), runs(both)))
            .collect()
    }

    fn outcome(predicted: [u64; 2], overhead: u64) -> Outcome {
        Outcome {
            workload: "bulk".to_owned(),
            plan: "default".to_owned(),
            predicted,
            counted: [5, 7],
            whole: 100_000,
            predicted_overhead: overhead,
            measured_overhead: 10_000,
        }
    }

    #[test]
    fn a_plan_has_to_beat_the_others_and_not_the_driver_in_one_piece() {
        let mut measured = measured(&[
            ("unsplit", [80, 80]),
            ("default", [120, 120]),
            ("bulk", [100, 110]),
            ("gateway", [110, 110]),
        ]);
        let holds = |measured: &Measured, at: usize| all(measured, &[])[at].ok;
        assert!(holds(&measured, 0));
        assert!(!holds(&measured, 1), "a tie is no win");
        measured.remove("bulk");
        assert!(!holds(&measured, 0), "what was not measured does not win");
    }

    #[test]
    fn a_prediction_is_exact_in_crossings_and_close_in_instructions() {
        let ok = |outcome: Outcome| {
            let verdicts = all(&Measured::new(), &[outcome]);
            (verdicts[2].ok, verdicts[3].ok)
        };
        assert_eq!(ok(outcome([5, 7], 12_000)), (true, true));
        assert_eq!(ok(outcome([5, 7], 12_001)), (true, false));
        let small = Outcome {
            measured_overhead: -100,
            ..outcome([5, 7], 400)
        };
        assert_eq!(ok(small.clone()), (true, true), "too close to tell");
        let large = Outcome {
            measured_overhead: -101,
            ..small
        };
        assert_eq!(ok(large), (true, false));
        assert_eq!(ok(outcome([5, 8], 1_000)), (false, false));
        let none = all(&Measured::new(), &[]);
        assert!(!none[3].ok, "nothing was predicted");
    }
}
