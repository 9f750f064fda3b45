//! `cargo xtask bench`: what crossings, packets, control operations and start-up take, in instructions,
//! for the in-tree driver, ours in one piece and ours in two halves, beside what else Linux has to get
//! from one process to another. Everything is measured in one boot, twice; the two must agree.
//!
//! `object` looks at the code of the packet path, `machine` builds and boots (`unsigned` what others have signed), `figures` reads, `crossings` is what follows for a crossing, `verdicts` judges, `baseline` holds against what was
//! committed, `table` prints, `plot` draws; `profile` asks perf who takes what. `processors` and `latency` (polling) are about
//! another machine, with two of them, whose figures are ratios of times, and held against nothing.

mod baseline;
mod crossings;
mod figures;
mod latency;
mod machine;
mod object;
mod plot;
mod processors;
mod profile;
mod table;
mod unsigned;
mod verdicts;

use anyhow::Result;
use clap::Args;
use rig::kernel::Kernel;
use serde_json::{Map, json};

use self::baseline::Baseline;
use self::figures::Figures;
use self::machine::RECOMMENDED;
use self::processors::Processors;
use crate::machines::Loaded;
use crate::results::{Results, Verdict};
use crate::{Context, setup};

/// The kernel on which everything is measured.
const KERNEL: &str = "6.12";

/// What to measure.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  cargo xtask bench --yes         everything, what is exact twice, without asking
  cargo xtask bench --update      and make it what later runs are held against
  cargo xtask bench --processors  what needs two processors alone
  cargo xtask bench --profile     who takes the instructions of some operations, as perf sees it

The results are in target/results/bench.json, the pictures beside it; docs/performance.md explains them.")]
pub(crate) struct Options {
    /// Replace tests/bench/baseline.json, and the pictures in docs, by the figures of this run
    #[arg(long)]
    update: bool,
    /// Measure nothing: print which functions some operations spend their time in
    #[arg(long, conflicts_with = "update")]
    profile: bool,
    /// Measure with two processors only, and print that
    #[arg(long, conflicts_with_all = ["update", "profile"])]
    processors: bool,
}

/// Does everything; tells whether all verdicts hold.
pub(crate) fn run(context: &Context, options: &Options) -> Result<bool> {
    setup::packages(context)?;
    let kernel = setup::kernel(context, KERNEL)?;
    if options.profile {
        profile::run(context, &kernel)?;
        return Ok(true);
    }
    let loaded = machine::built(context, &kernel)?;
    let two = Processors::of(&machine::with_two(context, &kernel, &loaded)?);
    if options.processors {
        two.print();
        return Ok(true);
    }
    let (figures, differing) = measure(context, &kernel, &loaded)?;
    let plans = machine::plans(context)?;
    if options.update {
        let baseline = Baseline {
            kernel: kernel.release.clone(),
            figures: figures.clone(),
        };
        baseline::write(context, &baseline)?;
    }
    let guarded = Guarded::of(context, &kernel, &figures)?;
    let latencies = latency::measure(context, &kernel, &loaded)?;
    let mut promised = verdicts::all(&figures, &plans[0]);
    promised.insert(1, latency::verdict(&latencies));
    let other_code = machine::code(context)?;
    promised.push(verdicts::object(&other_code));
    promised.push(verdicts::repeat(&differing));
    promised.push(guarded.verdict());
    let mut data = Map::new();
    data.insert(
        "kernel".to_owned(),
        json!({ "release": kernel.release, "packages": kernel.packages }),
    );
    data.insert("figures".to_owned(), json!(figures));
    data.insert("latencies".to_owned(), json!(latencies));
    data.insert(
        "plans".to_owned(),
        json!({ "split": plans[0], RECOMMENDED: plans[1] }),
    );
    data.insert(
        "batched".to_owned(),
        crossings::batched(&figures)
            .into_iter()
            .map(|(item, instructions)| (item.to_owned(), json!(instructions)))
            .collect::<Map<_, _>>()
            .into(),
    );
    data.insert("processors".to_owned(), json!(two));
    data.insert("differing".to_owned(), json!(differing));
    data.insert("worse".to_owned(), json!(guarded.worse));
    data.insert("packet.object".to_owned(), json!(other_code));
    let (results, path) = Results::new("bench", promised, data).write(context)?;
    table::print(&results)?;
    latency::print(&latencies);
    println!();
    results.print_verdicts();
    println!("\nreport: {}", context.layout.shown(&path));
    for (name, picture) in [
        ("bench-crossings.svg", plot::crossings(&figures)),
        ("bench-control.svg", plot::control(&figures)),
    ] {
        let path = context.layout.results().join(name);
        rig::fs::replace(&path, picture.as_bytes())?;
        println!("plot:   {}", context.layout.shown(&path));
        if options.update {
            let shown = context.layout.root().join("docs").join(name);
            rig::fs::replace(&shown, picture.as_bytes())?;
        }
    }
    Ok(results.none_fails())
}

/// For the tests: that two boots agree, that nothing is worse than what was committed, and that polling works.
pub(crate) fn guard(context: &Context) -> Result<()> {
    let kernel = setup::kernel(context, KERNEL)?;
    let loaded = machine::built(context, &kernel)?;
    let (figures, differing) = measure(context, &kernel, &loaded)?;
    let guarded = Guarded::of(context, &kernel, &figures)?;
    let wrong: Vec<String> = differing.into_iter().chain(guarded.worse).collect();
    anyhow::ensure!(
        wrong.is_empty(),
        "differs between two boots, or is worse than the baseline:\n{}",
        wrong.join("\n")
    );
    anyhow::ensure!(
        latency::polled(&latency::measure(context, &kernel, &loaded)?) > 0,
        "on two processors, no call was answered to a caller that polled"
    );
    Ok(())
}

/// The figures, and what differs between the two runs.
fn measure(context: &Context, kernel: &Kernel, loaded: &Loaded) -> Result<(Figures, Vec<String>)> {
    let [first, second] = machine::run(context, kernel, loaded)?.map(|lines| Figures::of(&lines));
    let differing = first.differing(&second);
    Ok((first, differing))
}

/// The figures held against the committed ones.
struct Guarded {
    /// The release that the committed ones are of, where it is another.
    other: Option<String>,
    worse: Vec<String>,
}

impl Guarded {
    fn of(context: &Context, kernel: &Kernel, figures: &Figures) -> Result<Self> {
        let baseline = baseline::read(context)?;
        let same = baseline.kernel == kernel.release;
        Ok(match same {
            true => Self {
                other: None,
                worse: baseline::worse(&baseline.figures, figures),
            },
            false => Self {
                other: Some(baseline.kernel),
                worse: Vec::new(),
            },
        })
    }

    fn verdict(&self) -> Verdict {
        verdicts::guard(&self.worse, self.other.as_deref())
    }
}
