//! The bench: what a round trip between two processes takes, what a crossing takes beside it, and what
//! several drivers take for the same, one after the other in one boot. For a machine whose clock counts
//! instructions.
//!
//! `partner` is the other process of the round trips, `primitives` and `fuse` are those that Linux has,
//! `crossing` has those of a split driver, `startup` is how a driver begins, `pktgen` sends packets of the kernel's generator; `profile` asks perf who takes what;
//! `processors` is all that is measured with two of them, in a machine whose clock is the wall's, and `latency` what polling saves there.

mod crossing;
mod fuse;
mod latency;
mod partner;
mod pktgen;
mod primitives;
mod processors;
mod profile;
mod startup;

pub(crate) use partner::{WORD as PARTNER, main as partner};

use anyhow::{Context, Result};
use serde_json::json;

use super::counts;
use crate::boot::Parameters;
use crate::report;
use crate::variant::load_modules;

/// What begins a driver's part of the kernel's log.
const MARK: &str = "bench: driver ";

/// Runs everything that the command line asks for: `primitives=MODULES`, and the drivers in `drivers=`,
/// `crossing=` those that do next to nothing, each with `NAME.variant=` and so on.
pub(super) fn run(parameters: &Parameters) -> Result<()> {
    if parameters.get("latency").is_some() {
        return latency::measure(parameters);
    }
    if parameters.get("processors").is_some() {
        return processors::run(parameters);
    }
    super::workload::check_clock()?;
    if parameters.get("profile").is_some() {
        return profile::run(parameters);
    }
    if let Some(modules) = parameters.get("primitives") {
        load_modules(modules, c"")?;
        primitives::measure()?;
        fuse::measure()?;
    }
    for name in parameters.list("crossing") {
        begin(name)?;
        crossing::measure(&parameters.of(name))?;
    }
    for name in parameters.list("drivers") {
        begin(name)?;
        let parameters = parameters.of(name);
        startup::measure(&parameters)?;
        counts::run(&parameters)?;
        pktgen::measure(&parameters)?;
    }
    Ok(())
}

/// What is reported from here on is about this driver, and what the kernel's log says, too.
fn begin(name: &str) -> Result<()> {
    report::line(&json!({ "event": "driver", "name": name }));
    std::fs::write("/dev/kmsg", format!("{MARK}{name}\n")).context("write to the kernel's log")
}
