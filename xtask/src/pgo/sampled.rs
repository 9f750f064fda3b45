//! A second witness for the recordings: `perf record` beside the same workloads and the driver that does not
//! count, imported as any user would. What it saw run must be what the counting driver counted.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use partitioner::profile::Profile;
use serde::{Deserialize, Serialize};

use super::import::{import, read};
use super::measure::Rig;
use super::record::Recorded;
use crate::build::Driver;

/// What perf saw of one workload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Sampled {
    pub(crate) workload: String,
    /// What `perf script` printed.
    pub(crate) text: PathBuf,
    /// Samples in functions of the driver.
    pub(crate) samples: u64,
    /// Functions with samples.
    pub(crate) functions: usize,
    /// Those of them that the counting driver did not see called.
    pub(crate) unknown: BTreeSet<String>,
    /// The functions with most samples: the name, the share of the driver's samples, and the share of the
    /// driver's instructions that was counted.
    pub(crate) most: Vec<(String, f64, f64)>,
}

impl Sampled {
    /// Whether perf saw the driver run, and nothing of it that was not counted.
    pub(crate) fn is_known(&self) -> bool {
        self.samples > 0 && self.unknown.is_empty()
    }
}

/// Runs the workloads beside perf, and imports what it prints.
pub(super) fn all(rig: &Rig<'_>, driver: &Driver, recorded: &[Recorded]) -> Result<Vec<Sampled>> {
    let runs = rig.run_sampled(driver)?;
    let one = |recorded: &Recorded| {
        let workload = &recorded.workload;
        let printed = runs[workload].printed.get("samples");
        let printed = printed.context("perf recorded nothing")?;
        let text = rig
            .context
            .layout
            .target(rig.folder)
            .join(format!("{workload}.perf"));
        ::rig::fs::replace(&text, printed.as_bytes())?;
        let object = driver.modules.first().context("no module")?;
        let object = object.with_extension("debug.o");
        let profile = import(rig, workload, &text, &["--object".into(), object.into()])?;
        let counted = read(&recorded.profile)?;
        Ok(compare(workload, text, &profile, &counted))
    };
    recorded.iter().map(one).collect()
}

fn compare(workload: &str, text: PathBuf, sampled: &Profile, counted: &Profile) -> Sampled {
    let sum = |profile: &Profile| profile.functions.values().map(|f| f.cost).sum::<u64>();
    let (samples, instructions) = (sum(sampled), sum(counted));
    let seen = sampled.functions.iter().filter(|(_, f)| f.cost > 0);
    let mut most: Vec<(String, f64, f64)> = seen
        .clone()
        .map(|(name, function)| {
            let other = counted.functions.get(name).map_or(0, |f| f.cost);
            (
                name.clone(),
                function.cost as f64 / samples.max(1) as f64,
                other as f64 / instructions.max(1) as f64,
            )
        })
        .collect();
    most.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    most.truncate(5);
    let called = |name: &str| counted.functions.get(name).is_some_and(|f| f.calls > 0);
    Sampled {
        workload: workload.to_owned(),
        text,
        samples,
        functions: seen.clone().count(),
        unknown: seen
            .filter(|(name, _)| !called(name))
            .map(|(name, _)| name.clone())
            .collect(),
        most,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn profile(functions: serde_json::Value) -> Profile {
        serde_json::from_value(json!({
            "schema": 1, "driver": "small", "source": "0123456789abcdef", "workload": "w",
            "origin": "perf", "kernel": "6.12", "milliseconds": 1, "unit": "samples",
            "functions": functions,
        }))
        .expect("a profile")
    }

    fn one(calls: u64, cost: u64) -> serde_json::Value {
        json!({ "calls": calls, "cost": cost, "callees": {}, "services": {} })
    }

    #[test]
    fn what_only_perf_saw_is_named() {
        let sampled = profile(json!({ "poll": one(0, 3), "secret": one(0, 1) }));
        let counted = profile(json!({ "poll": one(9, 900), "open": one(1, 100) }));
        let compared = compare("w", PathBuf::new(), &sampled, &counted);
        assert_eq!(compared.unknown, BTreeSet::from(["secret".to_owned()]));
        assert!(!compared.is_known());
        assert_eq!(compared.most[0], ("poll".to_owned(), 0.75, 0.9));

        let sampled = profile(json!({ "poll": one(0, 3) }));
        assert!(compare("w", PathBuf::new(), &sampled, &counted).is_known());
        let nothing = profile(json!({}));
        assert!(!compare("w", PathBuf::new(), &nothing, &counted).is_known());
    }
}
