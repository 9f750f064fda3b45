//! What people read.

use std::collections::BTreeMap;

use anyhow::Result;

use super::WORKLOADS;
use super::halves::Half;
use super::measure::Measured;
use super::plans::Plan;
use super::prediction::Outcome;
use super::record::Recorded;
use super::sampled::Sampled;
use super::traced::Traced;
use crate::results::Results;

const NAME: usize = 34;
const CELL: usize = 22;

/// Prints what recording costs.
pub(super) fn print_recorded(recorded: &[Recorded]) {
    println!(
        "{:<10}{:>14}{:>14}{:>10}{:>10}{:>14}{:>12}",
        "recorded", "instructions", "not counting", "packets", "calls", "per packet", "per call"
    );
    for one in recorded {
        println!(
            "{:<10}{:>14}{:>14}{:>10}{:>10}{:>14.0}{:>12.0}",
            one.workload,
            one.counting,
            one.plain,
            one.packets,
            one.calls,
            one.per_packet(),
            one.per_call()
        );
    }
}

/// Prints what perf saw, beside what was counted.
pub(super) fn print_sampled(sampled: &[Sampled]) {
    for one in sampled {
        println!(
            "\n{}, by perf: {} samples in {} functions of the driver; of those, not counted: {}",
            one.workload,
            one.samples,
            one.functions,
            one.unknown.len()
        );
        one.unknown.iter().for_each(|name| println!("  {name}"));
        println!(
            "{:<NAME$}{:>CELL$}{:>CELL$}",
            "  share of the driver", "samples", "instructions"
        );
        for (name, samples, counted) in &one.most {
            println!(
                "  {name:<0$}{1:>CELL$}{2:>CELL$}",
                NAME - 2,
                format!("{:.1} %", samples * 100.0),
                format!("{:.1} %", counted * 100.0)
            );
        }
    }
}

/// Prints what the kernel's tracers saw, beside what was counted.
pub(super) fn print_traced(traced: &[Traced]) {
    println!(
        "\n{:<10}{:<22}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "traced", "by", "functions", "calls", "unequal", "pairs", "unequal"
    );
    for one in traced {
        println!(
            "{:<10}{:<22}{:>10}{:>10}{:>10}{:>10}{:>10}",
            one.workload,
            one.tracer,
            one.functions,
            one.calls,
            one.different.len(),
            one.pairs,
            one.different_pairs.len()
        );
        for (name, [seen, counted]) in one.different.iter().chain(&one.different_pairs) {
            println!("  {name}: {seen} seen, {counted} counted");
        }
    }
}

/// Prints what the halves of the default plan counted.
pub(super) fn print_halves(halves: &[Half]) {
    println!(
        "\n{:<14}{:>10}{:>10}{:>10}{:>10}{:>14}{:>18}{:>10}",
        "kernel half",
        "functions",
        "calls",
        "leaving",
        "crossed",
        "instructions",
        "both: functions",
        "calls"
    );
    for one in halves {
        println!(
            "{:<14}{:>10}{:>10}{:>10}{:>10}{:>14}{:>18}{:>10}",
            one.workload,
            one.functions,
            one.calls,
            one.leaving,
            one.crossed,
            one.instructions,
            one.both[0],
            one.both[1]
        );
        for (name, [half, whole]) in &one.different {
            println!("  {name}: {half} calls, {whole} in one piece");
        }
        for name in &one.unknown {
            println!("  {name}: not called in one piece");
        }
        for (name, [said, counted]) in &one.disputed {
            println!("  {name}: {said} by the user halves, {counted} crossed");
        }
    }
}

/// Prints the table, a column for each plan.
pub(super) fn print(results: &Results) -> Result<()> {
    let read = |key: &str| results.data[key].clone();
    let recorded: Vec<Recorded> = serde_json::from_value(read("recorded"))?;
    let plans: Vec<Plan> = serde_json::from_value(read("plans"))?;
    let measured: Measured = serde_json::from_value(read("measured"))?;
    let outcomes: Vec<Outcome> = serde_json::from_value(read("outcomes"))?;
    let lines: BTreeMap<String, u64> = serde_json::from_value(read("lines"))?;
    print_recorded(&recorded);
    print_sampled(&serde_json::from_value::<Vec<Sampled>>(read("sampled"))?);
    print_traced(&serde_json::from_value::<Vec<Traced>>(read("traced"))?);

    let row = |name: &str, cell: &dyn Fn(&str) -> String| {
        print!("  {name:<0$}", NAME - 2);
        plans
            .iter()
            .for_each(|plan| print!("{:>CELL$}", cell(&plan.name)));
        println!();
    };
    let head = |title: &str| {
        print!("\n{title:<NAME$}");
        plans.iter().for_each(|plan| print!("{:>CELL$}", plan.name));
        println!();
    };
    head("plan");
    row("lines of the driver in the kernel", &|plan| {
        lines.get(plan).map_or("-".to_owned(), u64::to_string)
    });
    head("instructions for the same work");
    for workload in WORKLOADS {
        row(workload, &|plan| {
            let run = measured.get(plan).and_then(|runs| runs.get(workload));
            run.map_or("-".to_owned(), |run| run.instructions.to_string())
        });
    }
    let outcome = |workload: &str, plan: &str| {
        outcomes
            .iter()
            .find(|outcome| outcome.workload == workload && outcome.plan == plan)
    };
    head("crossings (predicted)");
    for workload in WORKLOADS {
        for (which, name) in ["up", "down"].into_iter().enumerate() {
            row(&format!("{workload}: {name}"), &|plan| {
                outcome(workload, plan).map_or("-".to_owned(), |found| {
                    format!("{} ({})", found.counted[which], found.predicted[which])
                })
            });
        }
    }
    head("overhead (predicted)");
    for workload in WORKLOADS {
        row(workload, &|plan| {
            outcome(workload, plan).map_or("-".to_owned(), |found| {
                format!("{} ({})", found.measured_overhead, found.predicted_overhead)
            })
        });
    }
    Ok(())
}
