//! `cargo xtask parity`: everything that the in-tree driver can, one row each, and what shows that
//! ours can it too, in one piece and in two.
//!
//! `features` reads the rows from the documentation, `machines` runs the operations on every driver,
//! `compare` holds ours against the in-tree one, `registers` what was written to the chip against its
//! data sheet, `host` the tests that need no machine, `table` puts it together and prints it.

mod compare;
mod features;
mod host;
mod machines;
mod registers;
mod table;

use anyhow::{Result, ensure};
use clap::Args;
use rig::kernel::Kernel;
use serde_json::{Map, json};

use crate::results::{Results, Verdict};
use crate::variant::Variant;
use crate::{Context, build, setup};

use crate::machines::Loaded;
use compare::differences;
pub(crate) use machines::{SCENARIO, machine};

/// Machines that run at a time.
const WIDTH: usize = 2;

/// What to run.
#[derive(Debug, Args)]
#[command(after_help = "\
The rows are those of docs/parity.md; differences that docs/differences.md explains are none.

Examples:
  cargo xtask parity --yes                  everything
  cargo xtask parity --kernel 6.12 rings    one kernel, and the rows whose id has this word

The results are in target/results/parity.json; the table is printed from there.")]
pub(crate) struct Options {
    /// Only this kernel
    #[arg(long, value_parser = clap::builder::PossibleValuesParser::new(rig::kernel::versions()))]
    kernel: Option<String>,
    /// Only this driver of ours, and the in-tree one
    #[arg(long, value_enum)]
    variant: Option<Variant>,
    /// Do not run the tests of the host: their rows then have the machines' word alone
    #[arg(long)]
    no_host: bool,
    /// Only rows whose id has this word
    filter: Option<String>,
}

/// Does everything; tells whether all verdicts hold.
pub(crate) fn run(context: &Context, options: &Options) -> Result<bool> {
    let all = features::read(context.layout.root())?;
    let wanted = |id: &str| {
        options
            .filter
            .as_ref()
            .is_none_or(|word| id.contains(word.as_str()))
    };
    let features: Vec<_> = all.iter().filter(|row| wanted(&row.id)).cloned().collect();
    if features.is_empty() {
        return Err(rig::problem("no row has such an id", "see docs/parity.md"));
    }
    setup::packages(context)?;
    let versions: Vec<&str> = rig::kernel::versions()
        .filter(|version| {
            options
                .kernel
                .as_ref()
                .is_none_or(|kernel| kernel == version)
        })
        .collect();
    let variants: Vec<Variant> = Variant::ALL
        .into_iter()
        .filter(|&variant| {
            variant == Variant::InTree || options.variant.is_none_or(|v| v == variant)
        })
        .collect();
    let agent = build::guest(context)?;
    let mut jobs = Vec::new();
    for version in &versions {
        let kernel = setup::kernel(context, version)?;
        let drivers = build::drivers(context, &variants, &kernel)?;
        for (&variant, driver) in variants.iter().zip(drivers) {
            let loaded = crate::machines::image(context, &agent, &driver, &kernel)?;
            jobs.push((kernel.clone(), variant, loaded));
        }
    }
    let tests = match options.no_host {
        true => None,
        false => Some(host::run(context)?),
    };
    let runs = machines::run(context, jobs, WIDTH)?;

    let explanations = crate::differences::explanations(context.layout.root())?;
    let differences = differences(&runs, &explanations);
    let rows = table::rows(&features, &runs, &differences, tests.as_ref());
    let mut verdicts: Vec<Verdict> = rows.iter().map(table::Row::verdict).collect();
    verdicts.extend(table::overall(&all, &runs, &differences));

    let mut data = Map::new();
    data.insert("kernels".to_owned(), json!(versions));
    data.insert("rows".to_owned(), json!(rows));
    data.insert("differences".to_owned(), json!(differences));
    data.insert("registers".to_owned(), registers::summary(&runs));
    data.insert("runs".to_owned(), json!(runs));
    let (results, path) = Results::new("parity", verdicts, data).write(context)?;
    table::print(&results)?;
    println!();
    println!("report: {}", context.layout.shown(&path));
    println!("logs:   {}", context.layout.shown(&context.layout.logs()));
    Ok(results.none_fails())
}

/// The short form, a test: all operations on one kernel, one machine after the other.
pub(crate) fn check(
    context: &Context,
    kernel: &Kernel,
    drivers: Vec<(Variant, Loaded)>,
) -> Result<()> {
    let features = features::read(context.layout.root())?;
    let explanations = crate::differences::explanations(context.layout.root())?;
    let jobs = drivers
        .into_iter()
        .map(|(variant, loaded)| (kernel.clone(), variant, loaded));
    let runs = machines::run(context, jobs.collect(), 1)?;
    let differences = differences(&runs, &explanations);
    let rows = table::rows(&features, &runs, &differences, None);
    let verdicts = rows.iter().map(table::Row::verdict);
    let verdicts = verdicts.chain(table::overall(&features, &runs, &differences));
    let wrong: Vec<String> = verdicts
        .filter(Verdict::fails)
        .map(|verdict| format!("{}: {}", verdict.id, verdict.value))
        .collect();
    ensure!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
