//! Results of a job: a JSON file, from which everything that is printed is read back.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Context;

/// Version of the files' format.
const SCHEMA: u32 = 1;

/// One thing that a job promises, and whether it holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Verdict {
    /// Its stable name.
    pub(crate) id: String,
    /// What is promised.
    pub(crate) what: String,
    /// What was found; null if it could not be found out.
    pub(crate) value: Value,
    /// What it is held against.
    pub(crate) limit: Value,
    /// Does it hold?
    pub(crate) ok: bool,
}

impl Verdict {
    /// The value may not be above the limit.
    pub(crate) fn at_most(id: &str, what: &str, value: Option<u64>, limit: u64) -> Self {
        Self {
            id: id.to_owned(),
            what: what.to_owned(),
            value: value.into(),
            limit: limit.into(),
            ok: value.is_some_and(|value| value <= limit),
        }
    }

    /// The value may not be below the limit.
    pub(crate) fn at_least(id: &str, what: &str, value: Option<f64>, limit: f64) -> Self {
        Self {
            id: id.to_owned(),
            what: what.to_owned(),
            value: value.into(),
            limit: limit.into(),
            ok: value.is_some_and(|value| value >= limit),
        }
    }
}

/// What a job's file holds.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Results {
    schema: u32,
    job: String,
    pub(crate) verdicts: Vec<Verdict>,
    /// The job's own data.
    #[serde(flatten)]
    pub(crate) data: Map<String, Value>,
}

impl Results {
    pub(crate) fn new(job: &str, verdicts: Vec<Verdict>, data: Map<String, Value>) -> Self {
        Self {
            schema: SCHEMA,
            job: job.to_owned(),
            verdicts,
            data,
        }
    }

    fn path(context: &Context, job: &str) -> PathBuf {
        context.layout.results().join(format!("{job}.json"))
    }

    /// Writes the file and reads it back, so that what is printed is what was written.
    pub(crate) fn write(self, context: &Context) -> Result<(Self, PathBuf)> {
        let path = Self::path(context, &self.job);
        rig::fs::replace(&path, &serde_json::to_vec_pretty(&self)?)?;
        let written = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        Ok((serde_json::from_slice(&written)?, path))
    }

    /// Do all verdicts hold?
    pub(crate) fn all_hold(&self) -> bool {
        self.verdicts.iter().all(|verdict| verdict.ok)
    }

    /// Prints the verdicts.
    pub(crate) fn print_verdicts(&self) {
        let width = self.verdicts.iter().map(|v| v.id.len()).max().unwrap_or(0);
        for verdict in &self.verdicts {
            let mark = if verdict.ok { "holds" } else { "FAILS" };
            println!(
                "{mark}  {:width$}  {} (limit {})  {}",
                verdict.id, verdict.value, verdict.limit, verdict.what
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_does_not_hold() {
        assert!(!Verdict::at_most("a", "b", None, 0).ok);
        assert!(Verdict::at_most("a", "b", Some(0), 0).ok);
        assert!(!Verdict::at_least("a", "b", Some(0.4), 0.5).ok);
    }
}
