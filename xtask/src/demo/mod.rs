//! `cargo xtask demo`: the in-tree driver, ours in one piece, and ours in two halves, side by side.
//!
//! `measure` runs the machines, `figures` reads their reports, `differences` compares what users
//! see, `plan` reads the partitioner's plan, `object` what was built, `verdicts` judges, `table` prints.
//! `on_host` is another demo, for machines without any of that: model cards and the host backend.

mod differences;
mod figures;
mod measure;
mod object;
mod on_host;
pub(crate) mod plan;
mod table;
mod verdicts;

use anyhow::Result;
use clap::Args;
use serde_json::{Map, json};

use crate::results::Results;
use crate::variant::Variant;
use crate::{Context, build, setup};

/// The kernel on which the variants are compared.
const KERNEL: &str = "6.12";

/// What to compare.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  cargo xtask demo --yes                    everything, without asking
  cargo xtask demo --variant in-tree        only the kernel's own driver
  cargo xtask demo --host                   no kernel, no root, no packages: on a model, in a minute

The results are in target/results/demo.json; the table is printed from there.")]
pub(crate) struct Options {
    /// Only this driver; can be given several times
    #[arg(long = "variant", value_enum)]
    variants: Vec<Variant>,
    /// On a model of the card and of the kernel, in ordinary processes: needs nothing but Rust
    #[arg(long, conflicts_with = "variants")]
    host: bool,
}

impl Options {
    fn variants(&self) -> Vec<Variant> {
        let chosen =
            |variant: &Variant| self.variants.is_empty() || self.variants.contains(variant);
        Variant::ALL.into_iter().filter(chosen).collect()
    }
}

/// Does everything; tells whether all verdicts hold.
pub(crate) fn run(context: &Context, options: &Options) -> Result<bool> {
    if options.host {
        return on_host::run(context);
    }
    let variants = options.variants();
    setup::packages(context)?;
    let kernel = setup::kernel(context, KERNEL)?;
    let agent = build::guest(context)?;
    let drivers = build::drivers(context, &variants, &kernel)?;
    let drivers: Vec<_> = variants.iter().copied().zip(drivers).collect();
    let measured = measure::run(context, &kernel, &agent, &drivers)?;

    let explanations = crate::differences::explanations(context.layout.root())?;
    let differences = differences::all(&measured, &explanations);
    let plan = plan::read(context, &variants)?;
    let repeat = figures::repeat(&measured);
    let verdicts = verdicts::all(&variants, &measured, &differences, &repeat, plan.as_ref());
    let mut rows = figures::rows(&measured, plan.as_ref());
    rows.extend(object::rows(&drivers)?);

    let mut data = Map::new();
    data.insert(
        "kernel".to_owned(),
        json!({ "release": kernel.release, "packages": kernel.packages }),
    );
    data.insert("variants".to_owned(), json!(variants));
    data.insert("rows".to_owned(), json!(rows));
    data.insert("differences".to_owned(), json!(differences));
    data.insert("repeat".to_owned(), json!(repeat));
    data.insert("plan".to_owned(), json!(plan));
    data.insert("measured".to_owned(), json!(measured));
    let (results, path) = Results::new("demo", verdicts, data).write(context)?;
    table::print(&results)?;
    table::print_differences(&results)?;
    println!();
    results.print_verdicts();
    println!();
    places(context, &variants, &kernel, &path);
    Ok(results.none_fails())
}

/// Says where everything lies.
fn places(
    context: &Context,
    variants: &[Variant],
    kernel: &rig::kernel::Kernel,
    results: &std::path::Path,
) {
    let shown = |what: &str, path: &std::path::Path| {
        println!("{what:24} {}", context.layout.shown(path));
    };
    for &variant in variants {
        if variant != Variant::InTree {
            shown(
                &format!("crates ({variant})"),
                &build::emitted(context, variant),
            );
            let built = build::built(context, variant, kernel);
            shown(&format!("module ({variant})"), &built);
        }
    }
    shown("logs", &context.layout.logs());
    shown("report", results);
}
