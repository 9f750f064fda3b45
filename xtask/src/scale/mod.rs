//! `cargo xtask scale`: how the time and the memory of the call graph grow with the crate.
//!
//! `measure` makes crates and measures them, `plot` draws what was found. The crates are those of
//! `tests/scale/generate.rs`.

#[path = "../../../tests/scale/generate.rs"]
mod generate;
mod measure;
mod plot;

use anyhow::Result;
use clap::Args;
use serde_json::json;

use self::measure::Measured;
use crate::Context;
use crate::results::{Results, Verdict};

/// The size for which there is a limit, in functions.
const FUNCTIONS: u64 = 100_000;
/// Processor time that it may take, in seconds.
const SECONDS: f64 = 30.0;
/// Memory that it may take at a time, in GiB.
const GIBIBYTES: f64 = 2.0;
/// How much more time, and memory, a function of the largest crate may take than one of the smallest.
const GROWTH: f64 = 1.5;

/// Which crates to make.
#[derive(Debug, Args)]
#[command(after_help = "\
A module has about a hundred functions. The crates are in target/scale, the results in target/results/scale.json,
the plot in target/results/scale.svg.

Examples:
  cargo xtask scale                       the four sizes that docs/callgraph.md shows
  cargo xtask scale --modules 20,40,80    smaller ones; what is promised of 100,000 functions fails")]
pub(crate) struct Options {
    /// Modules of each crate
    #[arg(long, value_delimiter = ',', default_values_t = [125, 250, 500, 1000], value_parser = clap::value_parser!(u32).range(1..=100_000))]
    modules: Vec<u32>,
}

/// Measures all sizes; tells whether the largest is within its limits and the growth is close to linear.
pub(crate) fn run(context: &Context, options: &Options) -> Result<bool> {
    let mut sizes = options.modules.clone();
    sizes.sort_unstable();
    sizes.dedup();
    let program = measure::program(context)?;
    let mut measured = Vec::new();
    for modules in sizes {
        rig::cancel::check()?;
        measured.push(measure::size(context, &program, modules)?);
    }
    let picture = context.layout.results().join("scale.svg");
    rig::fs::replace(&picture, plot::plot(&measured).as_bytes())?;
    let data = [("sizes".to_owned(), json!(measured))]
        .into_iter()
        .collect();
    let (results, path) = Results::new("scale", verdicts(&measured), data).write(context)?;
    print(&serde_json::from_value::<Vec<Measured>>(
        results.data["sizes"].clone(),
    )?);
    results.print_verdicts();
    eprintln!("report: {}", context.layout.shown(&path));
    eprintln!("plot:   {}", context.layout.shown(&picture));
    Ok(results.none_fails())
}

/// What is promised, of sizes in ascending order.
fn verdicts(measured: &[Measured]) -> Vec<Verdict> {
    let largest = measured.last();
    let full = largest.filter(|largest| largest.functions >= FUNCTIONS);
    // Of one size nothing can be said about growth.
    let growth = |of: fn(&Measured) -> f64| match measured {
        [smallest, .., largest] => Some(of(largest) / of(smallest)),
        _ => None,
    };
    vec![
        Verdict::no_more_than(
            "scale.time",
            "seconds of processor time for 100,000 functions",
            full.map(Measured::seconds),
            SECONDS,
        ),
        Verdict::no_more_than(
            "scale.memory",
            "GiB of memory at most for 100,000 functions",
            full.map(Measured::gibibytes),
            GIBIBYTES,
        ),
        Verdict::no_more_than(
            "scale.linear",
            "time for a function of the largest crate, for one of the smallest 1",
            growth(Measured::seconds_each),
            GROWTH,
        ),
        Verdict::no_more_than(
            "scale.linear-memory",
            "memory for a function of the largest crate, for one of the smallest 1",
            growth(Measured::gibibytes_each),
            GROWTH,
        ),
    ]
}

fn print(measured: &[Measured]) {
    println!(
        "{:>7} {:>9} {:>11} {:>12} {:>13} {:>12} {:>14}",
        "modules", "functions", "edges", "seconds", "us a function", "GiB", "KiB a function"
    );
    for size in measured {
        println!(
            "{:>7} {:>9} {:>11} {:>12.2} {:>13.1} {:>12.3} {:>14.1}",
            size.modules,
            size.functions,
            size.edges,
            size.seconds(),
            size.seconds_each() * 1e6,
            size.gibibytes(),
            size.gibibytes_each() * 1024.0 * 1024.0,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A size with so many functions, at a cost for each that grows with `slope`.
    fn measured(functions: u64, slope: f64) -> Measured {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "small"
        )]
        let microseconds = (functions as f64 * slope) as u64;
        Measured {
            modules: 1,
            functions,
            edges: 0,
            microseconds,
            peak_kib: functions,
        }
    }

    #[test]
    fn growth_that_is_not_linear_fails() {
        let holds = |measured: &[Measured]| -> Vec<bool> {
            verdicts(measured)
                .iter()
                .map(|verdict| verdict.ok)
                .collect()
        };
        let small = || measured(10_000, 100.0);
        assert_eq!(holds(&[small(), measured(100_000, 120.0)]), [true; 4]);
        let quadratic = [small(), measured(100_000, 1000.0)];
        assert_eq!(holds(&quadratic), [false, true, false, true]);
    }

    #[test]
    fn of_a_smaller_crate_nothing_is_known() {
        let small = [measured(1_000, 1.0), measured(2_000, 1.0)];
        let holds: Vec<bool> = verdicts(&small).iter().map(|verdict| verdict.ok).collect();
        assert_eq!(holds, [false, false, true, true]);
        assert!(verdicts(&small[..1]).iter().all(Verdict::fails));
    }
}
