//! `analyze --sweep` and `analyze --suggest`: what other plans there are, or could be.

use serde_json::json;

use super::cli::Format;
use crate::analysis::Analysis;
use crate::driver::FunctionId;
use crate::place::budget::percent;
use crate::place::predict::{self, Prediction};
use crate::place::problem::Lambda;
use crate::place::reason::Words;
use crate::place::sweep::{self, Shown};
use crate::place::why::grouped;
use crate::place::{Options, suggest};
use crate::source::Sources;

/// How many names a line has.
const NAMED: usize = 3;
/// How many suggestions are for people: few.
const FEW: usize = 10;

/// One plan, as it is printed.
struct Row {
    plan: Shown,
    prediction: Prediction,
    overhead: Option<u64>,
    leaves: Vec<String>,
}

fn rows(analysis: &Analysis, options: &Options) -> Vec<Row> {
    let problem = &analysis.problem;
    let shown = sweep::shown(problem, analysis.solution.as_ref()).into_iter();
    shown
        .map(|plan| {
            let prediction = predict::of(problem, &plan.solution);
            let profile = options.profile.as_ref();
            let name = |id: &FunctionId| analysis.driver.function(*id).name.clone();
            Row {
                prediction,
                overhead: profile.and_then(|profile| prediction.overhead(profile)),
                leaves: plan.leaves.iter().map(name).collect(),
                plan,
            }
        })
        .collect()
}

/// The Pareto front, and the plan that is made.
pub(super) fn sweep(analysis: &Analysis, options: &Options, format: Format) -> String {
    let rows = rows(analysis, options);
    let seconds = analysis.problem.milliseconds as f64 / 1_000.0;
    match format {
        Format::Human => {
            let counted = match options.profile {
                Some(_) => format!("in {seconds:.1} recorded seconds"),
                None => "a second, assumed".to_owned(),
            };
            table(&rows, &counted)
        }
        Format::Json => {
            let points: Vec<_> = rows.iter().map(point).collect();
            let json = json!({
                "schema": 1,
                "driver": analysis.plan.driver,
                "recorded": options.profile.is_some(),
                "seconds": seconds,
                "points": points,
            });
            format!("{json:#}\n")
        }
    }
}

fn point(row: &Row) -> serde_json::Value {
    json!({
        "lambda": row.plan.from.map(Lambda::value),
        "kernel_lines": row.plan.solution.lines,
        "crossings": row.prediction,
        "overhead_percent": row.overhead.map(|millionths| millionths as f64 / 10_000.0),
        "leaves": row.leaves,
        "chosen": row.plan.chosen,
    })
}

fn table(rows: &[Row], counted: &str) -> String {
    let heads = [
        "lambda from",
        "kernel lines",
        "upcalls",
        "downcalls",
        "services",
        "deferred",
        "instructions",
        "overhead",
        "leaves the kernel",
    ];
    let mut lines = vec![heads.map(str::to_owned)];
    for row in rows {
        let Prediction {
            upcalls,
            deferred,
            downcalls,
            services,
            instructions,
        } = row.prediction;
        let count = |number: u64| grouped(u128::from(number));
        let mark = if row.plan.chosen { " *" } else { "" };
        let named = row
            .leaves
            .iter()
            .take(NAMED)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        let more = match row.leaves.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        lines.push([
            row.plan.from.map_or_else(
                || format!("-{mark}"),
                |from| format!("{:.1}{mark}", from.value()),
            ),
            count(row.plan.solution.lines),
            count(upcalls),
            count(downcalls),
            count(services),
            count(deferred),
            count(instructions),
            row.overhead.map_or_else(|| "-".to_owned(), percent),
            named + &more,
        ]);
    }
    let width = |column: usize| {
        let cells = lines.iter().map(|line| line[column].chars().count());
        cells.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let mut text = String::new();
    for line in &lines {
        let cells = line
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(index, (cell, width))| {
                if index + 1 == line.len() {
                    cell.clone()
                } else {
                    format!("{cell:>width$}")
                }
            });
        let joined = cells.collect::<Vec<_>>().join("  ");
        text.push_str(joined.trim_end());
        text.push('\n');
    }
    text.push_str(&format!("\n* the plan that is made; crossings {counted}\n"));
    text
}

/// The edits that would move most code out.
pub(super) fn suggestions(analysis: &Analysis, sources: &Sources, format: Format) -> String {
    let words = Words {
        driver: &analysis.driver,
    };
    let found = match &analysis.solution {
        Some(now) => suggest::suggestions(&words, sources, &analysis.problem, analysis.goal, now),
        None => Vec::new(),
    };
    match format {
        Format::Json => {
            let json = json!({
                "schema": 1,
                "driver": analysis.plan.driver,
                "suggestions": found,
            });
            format!("{json:#}\n")
        }
        Format::Human if found.is_empty() => {
            "no single edit would move code out of the kernel\n".to_owned()
        }
        Format::Human => {
            let mut text = String::new();
            for suggestion in found.iter().take(FEW) {
                text.push_str(&format!(
                    "{:>5} lines  {}\n             {}:{}, {:+} instructions a second; leaves: {}\n",
                    suggestion.gain,
                    suggestion.text,
                    suggestion.file,
                    suggestion.line,
                    suggestion.instructions_per_second,
                    suggestion.leaves.join(", ")
                ));
            }
            text
        }
    }
}
