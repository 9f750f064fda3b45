//! `cargo xtask pgo`: two workloads recorded, the driver re-partitioned for each, and every plan measured
//! on both.
//!
//! `record` runs the instrumented driver, `sampled` the plain one beside perf, `plans` has the partitioner make plans of the recordings,
//! `measure` runs every plan on every workload, `prediction` holds what was predicted against what was
//! counted, `verdicts` judges, `table` prints.

mod measure;
mod plans;
mod prediction;
mod record;
mod sampled;
mod table;
mod verdicts;

use anyhow::Result;
use clap::Args;
use serde_json::{Map, json};

use self::record::Recordings;
use self::sampled::Sampled;
use crate::results::Results;
use crate::{Context, build, setup};

/// The kernel on which everything is recorded and measured.
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
  cargo xtask pgo --update      and put the recordings into profiles/

The results are in target/results/pgo.json; docs/recording.md explains them.")]
pub(crate) struct Options {
    /// Only record the two workloads, and say what recording costs
    #[arg(long)]
    record: bool,
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
    let kernel = setup::kernel(context, KERNEL)?;
    let agent = build::guest(context)?;
    let partitioner = match std::env::var_os("PGO_PARTITIONER") {
        Some(path) => path.into(),
        None => build::partitioner(context)?,
    };
    let rig = measure::Rig {
        context,
        kernel: &kernel,
        agent: &agent,
        partitioner: &partitioner,
    };
    let Recordings {
        counted: recorded,
        plain: whole,
        sampled,
    } = match options.reuse {
        true => record::last(&rig)?,
        false => record::all(&rig, options.update)?,
    };
    if options.record {
        table::print_recorded(&recorded);
        table::print_sampled(&sampled);
        return Ok(sampled.iter().all(Sampled::is_known));
    }
    let plans = plans::all(&recorded);
    let measured = measure::all(&rig, &plans, whole)?;
    let outcomes = prediction::all(&rig, &plans, &recorded, &measured)?;
    let lines = prediction::lines(&rig, &plans)?;
    let mut promised = verdicts::all(&measured, &outcomes);
    promised.push(verdicts::sampled(&sampled));
    let mut data = Map::new();
    data.insert(
        "kernel".to_owned(),
        json!({ "release": kernel.release, "packages": kernel.packages }),
    );
    data.insert("recorded".to_owned(), json!(recorded));
    data.insert("sampled".to_owned(), json!(sampled));
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
