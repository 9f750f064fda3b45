//! The record of what lies in a kernel's cache folder, and its check.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::archive::sha256;
use crate::fs;

/// Changes when the layout of the cache folder changes: older folders are then fetched anew.
const SCHEMA: u32 = 2;

const FILE: &str = "stamp.json";

/// A package that was downloaded and checked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fetched {
    /// Name of the package.
    pub name: String,
    /// Its exact version.
    pub version: String,
    /// Name of the file.
    pub file: String,
    /// SHA-256 of the file, as apt's signed metadata has it.
    pub sha256: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stamp {
    schema: u32,
    pub(super) release: String,
    pub(super) packages: Vec<Fetched>,
    /// SHA-256 of the unpacked files that matter most, by path.
    files: BTreeMap<String, String>,
}

impl Stamp {
    pub(super) fn new(
        release: &str,
        packages: Vec<Fetched>,
        dir: &Path,
        files: &[String],
    ) -> Result<Self> {
        let files = files
            .iter()
            .map(|file| Ok((file.clone(), sha256(&dir.join(file))?)))
            .collect::<Result<_>>()?;
        Ok(Self {
            schema: SCHEMA,
            release: release.to_owned(),
            packages,
            files,
        })
    }
}

pub(super) fn write(dir: &Path, stamp: &Stamp) -> Result<()> {
    fs::replace(&dir.join(FILE), &serde_json::to_vec_pretty(stamp)?)
}

/// The stamp, if it is there and the files still are what it says.
pub(super) fn read_checked(dir: &Path) -> Option<Stamp> {
    let text = std::fs::read(dir.join(FILE)).ok()?;
    let stamp: Stamp = serde_json::from_slice(&text).ok()?;
    let intact = stamp.schema == SCHEMA
        && stamp
            .files
            .iter()
            .all(|(file, sum)| sha256(&dir.join(file)).is_ok_and(|found| found == *sum));
    intact.then_some(stamp)
}
