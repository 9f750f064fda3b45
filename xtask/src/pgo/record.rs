//! The recordings: the driver in one piece, counting what it does, on each workload.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::WORKLOADS;
use super::measure::{Rig, Run, Runs};
use super::plans::UNSPLIT;
use super::sampled::{self, Sampled};
use super::traced::{self, Traced};

/// Where recordings are kept, below the root of the tree.
const PROFILES: &str = "profiles/pcnet32";

/// A workload that is recorded only: the plan of it is measured by the bench.
const CONTROL: &str = "control";

/// A recorded workload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Recorded {
    pub(crate) workload: String,
    /// The profile's file.
    pub(crate) profile: PathBuf,
    /// Instructions of the workload while it was recorded, and with the same driver not counting.
    pub(crate) counting: u64,
    pub(crate) plain: u64,
    /// Packets of the near card, both ways.
    pub(crate) packets: u64,
    /// Calls of functions of the driver.
    pub(crate) calls: u64,
}

impl Recorded {
    /// Instructions that recording costs for each packet.
    pub(crate) fn per_packet(&self) -> f64 {
        (self.counting as f64 - self.plain as f64) / self.packets as f64
    }

    /// And for each call of a function.
    pub(crate) fn per_call(&self) -> f64 {
        (self.counting as f64 - self.plain as f64) / self.calls as f64
    }
}

/// Everything that was recorded.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Recordings {
    /// By the driver that counts.
    pub(super) counted: Vec<Recorded>,
    /// What the workloads took while nothing counted.
    pub(super) plain: Runs,
    /// By perf, with the driver that does not count.
    pub(super) sampled: Vec<Sampled>,
    /// By the kernel's tracers, with a driver that counts.
    pub(super) traced: Vec<Traced>,
}

/// Records the workloads; with `update`, for the tree.
pub(super) fn all(rig: &Rig<'_>, update: bool) -> Result<Recordings> {
    let traced = traced::all(rig)?;
    let instrumented = rig.driver("instrumented", &["--unsplit".into(), "--instrument".into()])?;
    let counting = rig.run_these(&instrumented, &[&WORKLOADS[..], &[CONTROL]].concat())?;
    keep(rig, CONTROL, &profile_of(&counting[CONTROL])?, update)?;
    let driver = rig.driver(UNSPLIT, &["--unsplit".into()])?;
    let plain = rig.run(&driver)?;
    let counted: Vec<Recorded> = plain
        .iter()
        .map(|(workload, plain)| one(rig, workload, &counting[workload], plain, update))
        .collect::<Result<_>>()?;
    let kept = Recordings {
        sampled: sampled::all(rig, &driver, &counted)?,
        traced,
        counted,
        plain,
    };
    ::rig::fs::replace(&kept_at(rig), &serde_json::to_vec_pretty(&kept)?)?;
    Ok(kept)
}

/// What the last run of the job recorded.
pub(super) fn last(rig: &Rig<'_>) -> Result<Recordings> {
    let path = kept_at(rig);
    let text = std::fs::read(&path).with_context(|| {
        let shown = rig.context.layout.shown(&path);
        format!("no earlier run left {shown}")
    })?;
    serde_json::from_slice(&text).with_context(|| format!("read {}", path.display()))
}

fn kept_at(rig: &Rig<'_>) -> PathBuf {
    rig.context.layout.target(rig.folder).join("recorded.json")
}

fn one(rig: &Rig<'_>, workload: &str, run: &Run, plain: &Run, update: bool) -> Result<Recorded> {
    let profile = profile_of(run)?;
    let functions = profile["functions"].as_object().context("no functions")?;
    let calls = functions.values().filter_map(|f| f["calls"].as_u64()).sum();
    ensure!(
        plain.packets() == run.packets(),
        "{workload}: another number of packets while it was recorded"
    );
    Ok(Recorded {
        workload: workload.to_owned(),
        profile: keep(rig, workload, &profile, update)?,
        counting: run.instructions,
        plain: plain.instructions,
        packets: run.packets(),
        calls,
    })
}

/// What the driver recorded.
fn profile_of(run: &Run) -> Result<Value> {
    let text = run
        .profile
        .as_deref()
        .context("the driver recorded nothing")?;
    let mut profile: Value = serde_json::from_str(text)
        .with_context(|| format!("the driver wrote no profile, but: {text}"))?;
    // In this machine the processor's counter counts instructions: the agent has checked it.
    profile["unit"] = "instructions".into();
    profile["total"] = run.instructions.into();
    Ok(profile)
}

/// Writes a profile, with `update` into the tree, too; gives the path of the first.
fn keep(rig: &Rig<'_>, workload: &str, profile: &Value, update: bool) -> Result<PathBuf> {
    let mut written = serde_json::to_vec_pretty(profile)?;
    written.push(b'\n');
    let layout = &rig.context.layout;
    let name = format!("{workload}.json");
    let path = layout.target(rig.folder).join(&name);
    ::rig::fs::replace(&path, &written)?;
    if update {
        ::rig::fs::replace(&layout.root().join(PROFILES).join(&name), &written)?;
    }
    Ok(path)
}
