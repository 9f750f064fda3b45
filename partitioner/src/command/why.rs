//! `why`: why one function is where it is.

use std::path::PathBuf;

use clap::Args;

use super::cli::Format;
use super::placement::{self, PlacementArgs};
use crate::analysis::{Analysis, Mode};
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::driver::FunctionId;
use crate::place::why::{self, Explanation, Otherwise, Step, grouped};
use crate::source::Sources;

/// Arguments of `why`.
#[derive(Debug, Args)]
pub struct WhyArgs {
    /// The directory of the driver crate.
    pub driver: PathBuf,
    /// The function, as the plan names it; its own name is enough if no other has it.
    pub function: String,
    /// What the placement is good at.
    #[command(flatten)]
    pub placement: PlacementArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

pub(super) fn run(args: &WhyArgs, sources: &mut Sources) -> Outcome<String> {
    let (analysis, _) = placement::analyse(&args.driver, Mode::Split, &args.placement, sources)?;
    let id = find(&analysis, &args.function)?;
    let explanation = why::explain(&analysis, sources, id);
    Ok(match args.format {
        Format::Human => text(&explanation),
        Format::Json => {
            let mut json = serde_json::json!(explanation);
            json["schema"] = serde_json::json!(1);
            format!("{json:#}\n")
        }
    })
}

/// How far a name may be from another to be what was meant.
const FAR: f64 = 0.75;
/// How many names are offered.
const OFFERED: usize = 4;

fn find(analysis: &Analysis, wanted: &str) -> Outcome<FunctionId> {
    let all = || analysis.driver.iter();
    let exact = all().filter(|(_, function)| function.name == wanted);
    let mut found: Vec<FunctionId> = exact.map(|(id, _)| id).collect();
    if found.is_empty() {
        let own = all().filter(|(_, function)| function.ident == wanted);
        found = own.map(|(id, _)| id).collect();
    }
    if let [only] = found.as_slice() {
        return Ok(*only);
    }
    let name = |id: FunctionId| &analysis.driver.function(id).name;
    let (title, near) = if found.is_empty() {
        let title = format!("no function of the driver is called `{wanted}`");
        let mut near: Vec<(f64, &String)> = all()
            .map(|(_, function)| {
                let whole = strsim::jaro_winkler(wanted, &function.name);
                let own = strsim::jaro_winkler(wanted, &function.ident);
                (whole.max(own), &function.name)
            })
            .filter(|(nearness, _)| *nearness > FAR)
            .collect();
        near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        (title, near.into_iter().map(|(_, name)| name).collect())
    } else {
        let title = format!("more than one function of the driver is called `{wanted}`");
        (title, found.iter().map(|id| name(*id)).collect::<Vec<_>>())
    };
    let names: Vec<String> = near
        .iter()
        .take(OFFERED)
        .map(|name| format!("`{name}`"))
        .collect();
    let help = if names.is_empty() {
        "`pcnet-partition analyze` lists the functions".to_owned()
    } else {
        format!("did you mean {}?", names.join(" or "))
    };
    Err(Diagnostic::new(Code::UnknownFunction, title, help).into())
}

fn text(explanation: &Explanation) -> String {
    let Explanation {
        function,
        file,
        line,
        lines,
        context,
        placement,
        reason,
        because,
        otherwise,
        changes,
    } = explanation;
    let mut text = format!(
        "{function}: {}\n  {reason}\n  {file}:{line}, {lines} lines, {context} context\n",
        placement.name()
    );
    list(&mut text, "because", &steps(because));
    if let Some(otherwise) = otherwise {
        let title = format!("in the {} half instead", otherwise.half);
        list(&mut text, &title, &elsewhere(otherwise));
    }
    list(&mut text, "for it to move", changes);
    text
}

fn steps(steps: &[Step]) -> Vec<String> {
    let show = |step: &Step| match (&step.file, step.line) {
        (Some(file), Some(line)) => format!("{}  ({file}:{line})", step.text),
        _ => step.text.clone(),
    };
    steps.iter().map(show).collect()
}

fn elsewhere(otherwise: &Otherwise) -> Vec<String> {
    if !otherwise.possible {
        let mut lines = vec!["not possible, because together:".to_owned()];
        lines.extend(
            steps(&otherwise.core)
                .into_iter()
                .map(|step| format!("  {step}")),
        );
        return lines;
    }
    let amount = |number: i64| {
        let sign = if number < 0 { "-" } else { "+" };
        format!("{sign}{}", grouped(u128::from(number.unsigned_abs())))
    };
    let mut lines = vec![
        format!("{} lines in the kernel", amount(otherwise.kernel_lines)),
        format!(
            "{} instructions a second for crossings",
            amount(otherwise.instructions_per_second)
        ),
    ];
    if otherwise.over_budget {
        lines.push("no plan with it there stays within the budget".to_owned());
    }
    if !otherwise.moves.is_empty() {
        lines.push(format!("with it: {}", otherwise.moves.join(", ")));
    }
    lines
}

fn list(text: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    text.push_str(&format!("\n{title}\n"));
    for line in lines {
        text.push_str(&format!("  {line}\n"));
    }
}
