//! Round trips in time, on two processors: with a user half that sleeps, and with one that polls.
//!
//! Instructions tell nothing here, as one processor waits for the other in a loop. Times on a machine that others
//! use are noise, so only ratios of medians within one boot are judged, and nothing is held against a baseline.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use rig::kernel::Kernel;
use rig::vm::{Clock, Machine};
use serde::{Deserialize, Serialize};

use super::machine::NOTHING;
use crate::Context;
use crate::machines::{self, Loaded};
use crate::results::Verdict;

/// For how many microseconds the user half polls.
const POLLS: u32 = 200;

/// One kind of round trip.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Latency {
    /// Nanoseconds: the cheapest, the one in the middle, and the one that 99 of 100 do not exceed.
    pub(super) times: Times,
    /// The share of a processor that the user half took, while calls came one after the other, and while they
    /// came with pauses that are longer than it polls.
    pub(super) busy: Option<f64>,
    pub(super) spaced: Option<f64>,
    #[serde(default)]
    pub(super) crossings: BTreeMap<String, u64>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Times {
    pub(super) min: u64,
    pub(super) median: u64,
    pub(super) p99: u64,
}

/// By name: `eventfd`, the drivers that do next to nothing, and the split one `-polling`.
pub(super) type Latencies = BTreeMap<String, Latency>;

/// Measures all in one boot.
pub(super) fn measure(context: &Context, kernel: &Kernel, loaded: &Loaded) -> Result<Latencies> {
    let mut two = Machine::new("bench-latency", Clock::Real);
    two.processors = 2;
    two.command_line = vec![
        format!("latency={}", NOTHING.join(",")),
        format!("polls={POLLS}"),
    ];
    let report = machines::run(context, kernel, loaded, two, "bench")?;
    let lines = report.events("latency").map(|line| {
        let name = line["name"].as_str().context("a latency without a name")?;
        Ok((name.to_owned(), serde_json::from_value(line.clone())?))
    });
    lines.collect()
}

/// What a call takes more in two halves, in the middle: without polling, and with.
pub(super) fn null_upcall(latencies: &Latencies) -> Option<[u64; 2]> {
    let [unsplit, split] = NOTHING.map(|name| latencies.get(name).map(|of| of.times.median));
    let polling = latencies.get(&format!("{}-polling", NOTHING[1]))?.times;
    Some([split?, polling.median].map(|both| both.saturating_sub(unsplit.unwrap_or(0))))
}

/// How many calls were answered to callers that polled.
pub(super) fn polled(latencies: &Latencies) -> u64 {
    let count = |of: &Latency| of.crossings.get("polled").copied();
    latencies.values().filter_map(count).sum()
}

/// That polling is worth its processor.
pub(super) fn verdict(latencies: &Latencies) -> Verdict {
    let ratio = null_upcall(latencies).map(|[sleeping, polling]| polling as f64 / sleeping as f64);
    Verdict::no_more_than(
        "crossing.polling",
        "time of a null upcall, user half polling on a second processor / sleeping; medians of one boot",
        ratio.map(|ratio| (ratio * 1_000.0).round() / 1_000.0),
        0.5,
    )
}

/// Prints them.
pub(super) fn print(latencies: &Latencies) {
    println!(
        "\n{:<34}{:>12}{:>12}{:>12}{:>12}{:>16}",
        "two processors, microseconds", "least", "median", "p99", "processor", "calls apart"
    );
    let share = |share: Option<f64>| match share {
        Some(share) => format!("{:.0} %", 100.0 * share),
        None => "-".to_owned(),
    };
    for (name, of) in latencies {
        let [min, median, p99] =
            [of.times.min, of.times.median, of.times.p99].map(|time| time as f64 / 1_000.0);
        println!(
            "  {name:<32}{min:>12.1}{median:>12.1}{p99:>12.1}{:>12}{:>16}",
            share(of.busy),
            share(of.spaced)
        );
    }
    if let Some([sleeping, polling]) = null_upcall(latencies) {
        println!(
            "  a null upcall takes {:.1} µs, and {:.1} µs where the user half polls for {POLLS} µs",
            sleeping as f64 / 1_000.0,
            polling as f64 / 1_000.0
        );
    }
}
