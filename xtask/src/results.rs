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
    /// It does not, and is known not to: what it is about is not there yet. Nothing else is wrong.
    #[serde(default)]
    pub(crate) missing: bool,
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
            missing: false,
        }
    }

    /// The value, which is no count, may not be above the limit.
    pub(crate) fn no_more_than(id: &str, what: &str, value: Option<f64>, limit: f64) -> Self {
        Self {
            id: id.to_owned(),
            what: what.to_owned(),
            value: value.into(),
            limit: limit.into(),
            ok: value.is_some_and(|value| value <= limit),
            missing: false,
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
            missing: false,
        }
    }

    /// Neither does it hold, nor is it known to be missing.
    pub(crate) fn fails(&self) -> bool {
        !self.ok && !self.missing
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

    /// Do all verdicts hold, but for what is known to be missing?
    pub(crate) fn none_fails(&self) -> bool {
        !self.verdicts.iter().any(Verdict::fails)
    }

    /// Prints the verdicts.
    pub(crate) fn print_verdicts(&self) {
        let width = self.verdicts.iter().map(|v| v.id.len()).max().unwrap_or(0);
        for verdict in &self.verdicts {
            let mark = match (verdict.ok, verdict.missing) {
                (true, _) => "holds",
                (false, true) => "MISSING",
                (false, false) => "FAILS",
            };
            println!(
                "{mark:7}  {:width$}  {} (limit {})  {}",
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
        assert!(!Verdict::no_more_than("a", "b", None, 0.5).ok);
        assert!(!Verdict::at_least("a", "b", Some(0.4), 0.5).ok);
    }

    #[test]
    fn what_is_missing_neither_holds_nor_fails() {
        let wrong = Verdict::at_most("a", "b", Some(1), 0);
        let missing = Verdict {
            missing: true,
            ..wrong.clone()
        };
        let results = |verdicts| Results::new("job", verdicts, Map::new());
        assert!(wrong.fails() && !missing.fails() && !missing.ok);
        assert!(results(vec![missing.clone()]).none_fails());
        assert!(!results(vec![missing, wrong]).none_fails());
    }
}
