//! More witnesses for the recordings: the kernel's own tracers, beside a driver that counts and whose functions
//! they see. What they print is imported as any user would, and each call that was counted must be in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use partitioner::profile::{Activity, Profile};
use serde::{Deserialize, Serialize};

use super::WORKLOADS;
use super::import::import;
use super::measure::{Rig, Run};

/// The tracers, by the agent's names and in words.
const TRACERS: [(&str, &str); 3] = [
    ("graph", "function_graph"),
    ("calls", "probes, by function"),
    ("stacks", "probes, by stack"),
];

/// What a tracer saw of one workload.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Traced {
    pub(crate) workload: String,
    pub(crate) tracer: String,
    /// What it printed.
    pub(crate) text: PathBuf,
    /// Functions of the driver that it saw called, and how often.
    pub(crate) functions: usize,
    pub(crate) calls: u64,
    /// Functions of which it saw another number of calls than was counted: that number, and the counted one.
    pub(crate) different: BTreeMap<String, [u64; 2]>,
    /// The same for pairs of caller and callee, where it tells callers.
    pub(crate) pairs: usize,
    pub(crate) different_pairs: BTreeMap<String, [u64; 2]>,
}

impl Traced {
    /// Whether it saw what was counted, call by call.
    pub(crate) fn agrees(&self) -> bool {
        self.calls > 0 && self.different.is_empty()
    }
}

/// Runs the workloads beside the tracers.
pub(super) fn all(rig: &Rig<'_>) -> Result<Vec<Traced>> {
    let arguments = ["--unsplit", "--instrument", "--traceable"].map(Into::into);
    let driver = rig.driver("traced", &arguments)?;
    let runs = rig.run_traced(&driver)?;
    let each = WORKLOADS
        .iter()
        .flat_map(|workload| TRACERS.map(|tracer| (*workload, tracer)));
    each.map(|(workload, tracer)| one(rig, workload, tracer, &runs[workload]))
        .collect()
}

fn one(rig: &Rig<'_>, workload: &str, (event, tracer): (&str, &str), run: &Run) -> Result<Traced> {
    let printed = run.printed.get(event);
    let printed = printed.with_context(|| format!("{tracer} printed nothing"))?;
    let text = rig.context.layout.target(rig.folder);
    let text = text.join(format!("{workload}.{event}"));
    ::rig::fs::replace(&text, printed.as_bytes())?;
    let release = ["--kernel", &rig.kernel.release].map(Into::into);
    let profile = import(rig, workload, &text, &release)?;
    let counted = run.profile.as_deref().context("nothing was counted")?;
    let counted: Profile = serde_json::from_str(counted).context("read what was counted")?;
    Ok(compare(workload, tracer, text, &profile, &counted))
}

fn compare(
    workload: &str,
    tracer: &str,
    text: PathBuf,
    traced: &Profile,
    counted: &Profile,
) -> Traced {
    let calls = |profile: &Profile| sums(profile, |name, one| vec![(name.to_owned(), one.calls)]);
    let pairs = |profile: &Profile| {
        sums(profile, |name, one| {
            let callees = one.callees.iter();
            callees
                .map(|(callee, count)| (format!("{name} -> {callee}"), *count))
                .collect()
        })
    };
    let (seen, pairs_seen) = (calls(traced), pairs(traced));
    Traced {
        workload: workload.to_owned(),
        tracer: tracer.to_owned(),
        text,
        functions: seen.len(),
        calls: seen.values().sum(),
        different: different(&seen, &calls(counted)),
        pairs: pairs_seen.len(),
        different_pairs: match pairs_seen.is_empty() {
            true => BTreeMap::new(),
            false => different(&pairs_seen, &pairs(counted)),
        },
    }
}

/// Numbers of a profile by name, without those that are zero.
fn sums(
    profile: &Profile,
    of: impl Fn(&str, &Activity) -> Vec<(String, u64)>,
) -> BTreeMap<String, u64> {
    let all = profile.functions.iter();
    all.flat_map(|(name, function)| of(name, function))
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn different(
    seen: &BTreeMap<String, u64>,
    counted: &BTreeMap<String, u64>,
) -> BTreeMap<String, [u64; 2]> {
    let names: BTreeSet<&String> = seen.keys().chain(counted.keys()).collect();
    let of = |map: &BTreeMap<String, u64>, name: &String| map.get(name).copied().unwrap_or(0);
    names
        .into_iter()
        .map(|name| (name.clone(), [of(seen, name), of(counted, name)]))
        .filter(|(_, [seen, counted])| seen != counted)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn profile(functions: serde_json::Value) -> Profile {
        serde_json::from_value(json!({
            "schema": 1, "driver": "small", "source": "0123456789abcdef", "workload": "w",
            "origin": "ftrace", "kernel": "6.12", "milliseconds": 1, "unit": "nanoseconds",
            "functions": functions,
        }))
        .expect("a profile")
    }

    fn one(calls: u64, callees: serde_json::Value) -> serde_json::Value {
        json!({ "calls": calls, "cost": 1, "callees": callees, "services": {} })
    }

    fn compared(traced: serde_json::Value, counted: serde_json::Value) -> Traced {
        compare(
            "w",
            "t",
            PathBuf::new(),
            &profile(traced),
            &profile(counted),
        )
    }

    #[test]
    fn every_call_must_be_seen_and_no_other() {
        let counted = json!({
            "poll": one(9, json!({ "receive": 8 })), "receive": one(8, json!({})), "rest": one(0, json!({})),
        });
        let same = compared(counted.clone(), counted.clone());
        assert!(same.agrees() && same.different_pairs.is_empty());
        assert_eq!((same.functions, same.calls, same.pairs), (2, 17, 1));

        let less = json!({ "poll": one(9, json!({})), "receive": one(7, json!({})) });
        let found = compared(less, counted.clone());
        assert_eq!(
            found.different,
            BTreeMap::from([("receive".to_owned(), [7, 8])])
        );
        assert!(!found.agrees() && found.different_pairs.is_empty());

        let more = json!({
            "poll": one(9, json!({ "receive": 7 })), "receive": one(8, json!({})), "secret": one(1, json!({})),
        });
        let found = compared(more, counted.clone());
        assert_eq!(
            found.different,
            BTreeMap::from([("secret".to_owned(), [1, 0])])
        );
        let pair = BTreeMap::from([("poll -> receive".to_owned(), [7, 8])]);
        assert_eq!(found.different_pairs, pair);

        assert!(!compared(json!({}), json!({})).agrees());
    }
}
