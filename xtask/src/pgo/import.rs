//! Importing what a tool printed, with the command that users have.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Context as _, Result};
use partitioner::profile::Profile;
use rig::process::Task;

use super::measure::Rig;
use crate::build;

/// The profile of a text, which stays beside it.
pub(super) fn import(
    rig: &Rig<'_>,
    workload: &str,
    text: &Path,
    more: &[OsString],
) -> Result<Profile> {
    let kind = text.extension().unwrap_or_default().to_string_lossy();
    let layout = &rig.context.layout;
    let profile = text.with_extension(format!("{kind}.json"));
    Task::new(rig.partitioner, format!("import the {kind} of {workload}"))
        .args(["profile", "import"])
        .arg(text)
        .arg("--driver")
        .arg(layout.root().join(build::DRIVER))
        .args(["--workload", workload])
        .args(more)
        .arg("--out")
        .arg(&profile)
        .log(layout.logs().join(format!("import-{workload}-{kind}.log")))
        .run()?;
    read(&profile)
}

/// A profile in a file.
pub(super) fn read(path: &Path) -> Result<Profile> {
    let text = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("read {}", path.display()))
}
