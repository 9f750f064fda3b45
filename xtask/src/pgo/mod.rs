//! `cargo xtask pgo`: two workloads recorded, the driver re-partitioned for each, and every plan measured
//! on both.
//!
//! `record` runs the instrumented driver, `sampled` the plain one beside perf, `traced` one beside
//! the kernel's tracers, `plans` has the partitioner make plans of the recordings,
//! `measure` runs every plan on every workload, `prediction` holds what was predicted against what was
//! counted, `verdicts` judges, `table` prints.

mod halves;
mod import;
mod measure;
mod plans;
mod prediction;
mod record;
mod sampled;
mod table;
mod traced;
mod verdicts;

use anyhow::Result;
use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::{Map, json};

use self::halves::Half;
use self::record::Recordings;
use self::sampled::Sampled;
use self::traced::Traced;
use crate::results::Results;
use crate::{Context, build, setup};

/// The kernel on which everything is recorded and measured, if no other is asked for.
const KERNEL: &str = "6.12";

/// The workloads, by the agent's names.
const WORKLOADS: [&str; 2] = ["bulk", "gateway"];

/// What to do.
#[derive(Debug, Args)]
#[command(after_help = "\
Workloads, each two seconds of the machine's time on two emulated cards:
  bulk      full-sized datagrams both ways, while a monitor asks ten times a second for statistics
            and for the link
  gateway   multicast groups and promiscuous mode change four hundred times a second, with a little
            traffic
A third, recorded only, is every control operation that `cargo xtask bench` counts.

Example:
  cargo xtask pgo               record, re-partition, measure, judge
  cargo xtask pgo --record      only record
  cargo xtask pgo --record --kernel 6.1
  cargo xtask pgo --update      and put the recordings into profiles/

The results are in target/results/pgo.json; docs/recording.md explains them.")]
pub(crate) struct Options {
    /// Only record the two workloads, and say what recording costs
    #[arg(long)]
    record: bool,
    /// The kernel to record on
    #[arg(long, default_value = KERNEL, requires = "record", conflicts_with = "update",
        value_parser = PossibleValuesParser::new(rig::kernel::versions()))]
    kernel: String,
    /// Take the recordings of the last run, which must be of the same source
    #[arg(long, conflicts_with_all = ["record", "update"])]
    reuse: bool,
    /// Replace the recordings in profiles/ by those of this run
    #[arg(long)]
    update: bool,
}

/// Does everything; tells whether all verdicts hold.
pub(crate) fn run(context: &Context, options: &Options) -> Result<bool> {
    setup::packages(context)?;
    setup::perf(context)?;
    let kernel = setup::kernel(context, &options.kernel)?;
    let agent = build::guest(context)?;
    let partitioner = build::partitioner(context)?;
    let rig = measure::Rig {
        context,
        kernel: &kernel,
        agent: &agent,
        partitioner: &partitioner,
        folder: match options.kernel.as_str() {
            KERNEL => "pgo",
            other => &format!("pgo-{other}"),
        },
    };
    let Recordings {
        counted: recorded,
        plain: whole,
        sampled,
        traced,
    } = match options.reuse {
        true => record::last(&rig)?,
        false => record::all(&rig, options.update)?,
    };
    if options.record {
        table::print_recorded(&recorded);
        table::print_sampled(&sampled);
        table::print_traced(&traced);
        let halves = halves::all(&rig, &recorded)?;
        table::print_halves(&halves);
        return Ok(sampled.iter().all(Sampled::is_known)
            && traced.iter().all(Traced::agrees)
            && halves.iter().all(Half::is_whole));
    }
    let plans = plans::all(&recorded);
    let measured = measure::all(&rig, &plans, whole)?;
    let outcomes = prediction::all(&rig, &plans, &recorded, &measured)?;
    let lines = prediction::lines(&rig, &plans)?;
    let mut promised = verdicts::all(&measured, &outcomes);
    promised.push(verdicts::sampled(&sampled));
    promised.push(verdicts::traced(&traced));
    let mut data = Map::new();
    data.insert(
        "kernel".to_owned(),
        json!({ "release": kernel.release, "packages": kernel.packages }),
    );
    data.insert("recorded".to_owned(), json!(recorded));
    data.insert("sampled".to_owned(), json!(sampled));
    data.insert("traced".to_owned(), json!(traced));
    data.insert("plans".to_owned(), json!(plans));
    data.insert("measured".to_owned(), json!(measured));
    data.insert("outcomes".to_owned(), json!(outcomes));
    data.insert("lines".to_owned(), json!(lines));
    let (results, path) = Results::new("pgo", promised, data).write(context)?;
    table::print(&results)?;
    println!();
    results.print_verdicts();
    eprintln!("report: {}", context.layout.shown(&path));
    Ok(results.none_fails())
}
