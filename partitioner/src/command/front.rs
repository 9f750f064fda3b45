//! `analyze --sweep` and `analyze --suggest`: what other plans there are, or could be.

use serde_json::json;

use super::cli::Format;
use crate::analysis::Analysis;
use crate::place::budget::percent;
use crate::place::predict::{self, Prediction};
use crate::place::reason::Words;
use crate::place::sweep::{self, Point};
use crate::place::why::grouped;
use crate::place::{Options, suggest};
use crate::source::Sources;

/// How many names a line has.
const NAMED: usize = 3;
/// How many suggestions are for people: few.
const FEW: usize = 10;

/// One plan of the front, as it is printed.
struct Row {
    point: Point,
    prediction: Prediction,
    overhead: Option<u64>,
    leaves: Vec<String>,
    chosen: bool,
}

fn rows(analysis: &Analysis, options: &Options) -> Vec<Row> {
    let problem = &analysis.problem;
    let front = sweep::front(problem);
    let mut rows: Vec<Row> = Vec::new();
    for point in front {
        let prediction = predict::of(problem, &point.solution);
        let profile = options.profile.as_ref();
        let before = rows.last().map(|row| &row.point.solution);
        let left = before.map(|before| problem.leaving(before, &point.solution));
        let name = |id| analysis.driver.function(id).name.clone();
        rows.push(Row {
            prediction,
            overhead: profile.and_then(|profile| prediction.overhead(profile)),
            leaves: left.unwrap_or_default().into_iter().map(name).collect(),
            chosen: analysis.solution.as_ref().is_some_and(|chosen| {
                chosen.lines == point.solution.lines && chosen.cost == point.solution.cost
            }),
            point,
        });
    }
    rows
}

/// The Pareto front.
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
        "lambda": row.point.from.value(),
        "kernel_lines": row.point.solution.lines,
        "crossings": row.prediction,
        "overhead_percent": row.overhead.map(|millionths| millionths as f64 / 10_000.0),
        "leaves": row.leaves,
        "chosen": row.chosen,
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
        let mark = if row.chosen { " *" } else { "" };
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
            format!("{:.1}{mark}", row.point.from.value()),
            count(row.point.solution.lines),
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
        Some(now) => suggest::suggestions(&words, sources, &analysis.problem, analysis.lambda, now),
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
