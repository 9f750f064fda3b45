//! Recorded profiles: how often each function ran, who called it, and what it asked of the driver API.
//!
//! A profile is a small JSON file with a version, made by an instrumented build or by an import of what
//! kernel tools record. It is bad input until [`Profile::read`] has checked it. Counts are totals over
//! the recorded time; `instructions` are those of a function itself, without what it calls.

pub(crate) mod checked;
mod file;
pub mod import;
mod merge;
pub mod object;
mod subject;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use subject::{Subject, list};

/// The version of the format.
pub const SCHEMA: u32 = 2;

/// The oldest version that is read: the first, in which callees have no cost.
const OLDEST: u32 = 1;

/// How a profile was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A build whose functions count themselves: counts are exact.
    Instrumented,
    /// `perf script`: samples, no counts of calls.
    Perf,
    /// ftrace's function or function-graph tracer.
    Ftrace,
    /// kprobe histograms.
    Kprobe,
    /// Several profiles together.
    Merged,
}

/// What one function did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// How often it was called, from wherever.
    pub calls: u64,
    /// Instructions, or nanoseconds where the origin has no better: `unit` of the profile says which.
    #[serde(default)]
    pub cost: u64,
    /// What it called itself, and how often: functions of the driver by their names.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "checked::map"
    )]
    pub callees: BTreeMap<String, u64>,
    /// What these calls cost, with all that was called from there; of callees of which it is known.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "checked::map"
    )]
    pub callee_costs: BTreeMap<String, u64>,
    /// What it asked of the driver API that would be a downcall from the user half, by name
    /// (`Mutex::lock`, `Transaction::run`), and how often.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "checked::map"
    )]
    pub services: BTreeMap<String, u64>,
}

/// What `cost` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Instructions.
    Instructions,
    /// Cycles of the processor's time stamp counter. Where a machine counts instructions as its time,
    /// they are those.
    Cycles,
    /// Nanoseconds.
    Nanoseconds,
    /// Samples of a profiler.
    Samples,
}

impl Unit {
    /// As in the file.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Instructions => "instructions",
            Unit::Cycles => "cycles",
            Unit::Nanoseconds => "nanoseconds",
            Unit::Samples => "samples",
        }
    }
}

impl Origin {
    /// As in the file.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Instrumented => "instrumented",
            Origin::Perf => "perf",
            Origin::Ftrace => "ftrace",
            Origin::Kprobe => "kprobe",
            Origin::Merged => "merged",
        }
    }
}

/// A recorded profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The version of the format.
    pub schema: u32,
    /// The driver's package.
    #[serde(deserialize_with = "checked::name")]
    pub driver: String,
    /// The fingerprint of the source that was recorded, 16 hexadecimal digits.
    #[serde(deserialize_with = "checked::fingerprint")]
    pub source: String,
    /// What was going on, for people.
    #[serde(deserialize_with = "checked::text")]
    pub workload: String,
    /// How it was recorded.
    pub origin: Origin,
    /// The kernel release that it was recorded on, or `host`.
    #[serde(deserialize_with = "checked::name")]
    pub kernel: String,
    /// How long it was recorded, in milliseconds.
    pub milliseconds: u64,
    /// Instructions that the machine executed meanwhile, where that is known; 0 otherwise.
    #[serde(default)]
    pub total: u64,
    /// What `cost` counts.
    pub unit: Unit,
    /// The functions that ran, by their names in the plan.
    #[serde(deserialize_with = "checked::map")]
    pub functions: BTreeMap<String, Activity>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small profile.
    pub(crate) fn sample() -> Profile {
        let counts = |list: &[(&str, u64)]| {
            list.iter()
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect()
        };
        let open = Activity {
            calls: 5,
            cost: 4_000,
            callees: counts(&[("Small::start", 5)]),
            callee_costs: counts(&[("Small::start", 400)]),
            services: counts(&[("Mutex::lock", 6)]),
        };
        let start = Activity {
            calls: 5,
            cost: 100,
            callees: counts(&[("chip::light", 3)]),
            callee_costs: BTreeMap::new(),
            services: BTreeMap::new(),
        };
        Profile {
            schema: SCHEMA,
            driver: "small".to_owned(),
            source: "0123456789abcdef".to_owned(),
            workload: "a test".to_owned(),
            origin: Origin::Ftrace,
            kernel: "6.12.0".to_owned(),
            milliseconds: 1_000,
            total: 0,
            unit: Unit::Nanoseconds,
            functions: BTreeMap::from([
                ("Small::open".to_owned(), open),
                ("Small::start".to_owned(), start),
            ]),
        }
    }
}
