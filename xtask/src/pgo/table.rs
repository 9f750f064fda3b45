//! What people read.

use anyhow::Result;

use super::record::Recorded;
use crate::results::Results;

/// Prints what recording costs.
pub(super) fn print_recorded(recorded: &[Recorded]) {
    println!(
        "{:<10}{:>14}{:>14}{:>10}{:>10}{:>14}{:>12}",
        "recorded", "instructions", "not counting", "packets", "calls", "per packet", "per call"
    );
    for one in recorded {
        println!(
            "{:<10}{:>14}{:>14}{:>10}{:>10}{:>14.0}{:>12.0}",
            one.workload,
            one.counting,
            one.plain,
            one.packets,
            one.calls,
            one.per_packet(),
            one.per_call()
        );
    }
}

pub(super) fn print(results: &Results) -> Result<()> {
    let _ = results;
    Ok(())
}
