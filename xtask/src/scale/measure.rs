//! Makes a crate of a size and measures its call graph, in a process of its own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rig::process::Task;
use serde::{Deserialize, Serialize};

use super::generate::generate;
use crate::Context;

/// Others may use the machine: the best of so many runs counts.
const RUNS: usize = 3;

/// What a crate took.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Measured {
    /// Modules of the crate; 0 until it is known.
    #[serde(default)]
    pub(super) modules: u32,
    /// Functions in the graph, those that derives make among them.
    pub(super) functions: u64,
    /// Calls in the graph.
    pub(super) edges: u64,
    /// Processor time, of the system too, in microseconds.
    pub(super) microseconds: u64,
    /// The most memory that was resident at a time, in KiB.
    pub(super) peak_kib: u64,
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
impl Measured {
    /// Processor time in seconds.
    pub(super) fn seconds(&self) -> f64 {
        self.microseconds as f64 / 1e6
    }

    /// Memory in GiB.
    pub(super) fn gibibytes(&self) -> f64 {
        self.peak_kib as f64 / 1024.0 / 1024.0
    }

    /// Processor time for a function, in seconds.
    pub(super) fn seconds_each(&self) -> f64 {
        self.seconds() / self.functions.max(1) as f64
    }

    /// Memory for a function, in GiB.
    pub(super) fn gibibytes_each(&self) -> f64 {
        self.gibibytes() / self.functions.max(1) as f64
    }
}

/// The program that builds a graph and says what it took: an example of the partitioner, as users build it.
pub(super) fn program(context: &Context) -> Result<PathBuf> {
    let step = context.progress.step("build the partitioner");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut task = Task::new(cargo, "build the partitioner")
        .args(["build", "--release", "--locked", "--package", "partitioner"])
        .args(["--example", "call-graph", "--target-dir"])
        .arg(context.layout.target(""))
        .dir(context.layout.root())
        .deadline(Duration::from_secs(1800));
    if context.offline {
        task = task.arg("--offline");
    }
    task.run()?;
    step.done("");
    Ok(context.layout.target("release/examples/call-graph"))
}

/// Makes the crate of a size and measures it.
pub(super) fn size(context: &Context, program: &Path, modules: u32) -> Result<Measured> {
    let step = context.progress.step(format!("measure {modules} modules"));
    let directory = context.layout.target(format!("scale/{modules}"));
    generate(&directory, modules as usize)
        .with_context(|| format!("write {}", directory.display()))?;
    let mut best: Option<Measured> = None;
    for _ in 0..RUNS {
        let found = once(program, &directory)?;
        best = Some(match best {
            None => found,
            Some(best) => Measured {
                microseconds: best.microseconds.min(found.microseconds),
                peak_kib: best.peak_kib.min(found.peak_kib),
                ..found
            },
        });
    }
    let mut best = best.context("nothing was measured")?;
    best.modules = modules;
    step.done(&format!(
        "{:.1} s, {:.2} GiB",
        best.seconds(),
        best.gibibytes()
    ));
    Ok(best)
}

fn once(program: &Path, directory: &Path) -> Result<Measured> {
    let printed = Task::new(program, "build the call graph")
        .arg(directory)
        .deadline(Duration::from_secs(900))
        .run()?
        .stdout;
    serde_json::from_str(&printed).context("the program says something else")
}
