//! `analyze`: the table of placements.

use super::cli::{AnalyzeArgs, Format};
use super::{front, placement};
use crate::analysis::Mode;
use crate::diagnostics::Outcome;
use crate::plan::{Entry, Place, Plan};
use crate::source::Sources;

pub(super) fn run(args: &AnalyzeArgs, sources: &mut Sources) -> Outcome<String> {
    let (analysis, options) =
        placement::analyse(&args.driver, Mode::Split, &args.placement, sources)?;
    if args.sweep {
        return Ok(front::sweep(&analysis, &options, args.format));
    }
    if args.suggest {
        return Ok(front::suggestions(&analysis, sources, args.format));
    }
    Ok(match args.format {
        Format::Human => table(&analysis.plan),
        Format::Json => analysis.plan.json(),
    })
}

const HEADS: [&str; 5] = ["function", "context", "placement", "lines", "reason"];

fn table(plan: &Plan) -> String {
    let rows: Vec<[String; 5]> = plan.functions.iter().map(row).collect();
    let mut widths = HEADS.map(str::len);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = line(&HEADS.map(str::to_owned), &widths);
    rows.iter()
        .for_each(|row| text.push_str(&line(row, &widths)));
    text.push('\n');
    text.push_str(&totals(plan));
    text
}

fn row(entry: &Entry) -> [String; 5] {
    [
        entry.name.clone(),
        entry.context.to_owned(),
        entry.placement.name().to_owned(),
        entry.lines.to_string(),
        entry.reason.clone(),
    ]
}

fn line(cells: &[String; 5], widths: &[usize; 5]) -> String {
    let [function, context, placement, lines, reason] = cells;
    format!(
        "{function:<0$}  {context:<1$}  {placement:<2$}  {lines:>3$}  {reason}\n",
        widths[0], widths[1], widths[2], widths[3]
    )
}

fn totals(plan: &Plan) -> String {
    let all = plan.functions.len();
    let mut text = String::new();
    for wanted in [Place::Kernel, Place::User, Place::Both, Place::Nowhere] {
        let entries = plan
            .functions
            .iter()
            .filter(|entry| entry.placement == wanted);
        let (count, lines) = entries.fold((0, 0), |(count, lines), entry| {
            (count + 1, lines + entry.lines)
        });
        if count > 0 || wanted != Place::Nowhere {
            let name = wanted.name();
            text.push_str(&format!(
                "{name:<8}{count:>4} of {all} functions, {lines:>5} lines\n"
            ));
        }
    }
    let (up, down) = (plan.upcalls.len(), plan.downcalls.len());
    text.push_str(&format!("crossings: {up} up, {down} down\n"));
    text
}
