//! What is done with a driver, by name.
//!
//! Each scenario loads the driver itself; most go on with two cards in a network.

mod bench;
mod churn;
mod control;
mod counts;
mod cycles;
mod fixed_ports;
mod hostile;
mod operations;
mod parity;
mod recovery;
mod sampler;
mod tracer;
mod traffic;
mod unplug;
mod workload;

pub(crate) use bench::{PARTNER as BENCH_PARTNER, partner as bench_partner};
pub(crate) use hostile::{WORD as HOSTILE_CLIENT, client as hostile_client};

use anyhow::{Result, bail};
use serde_json::json;

use crate::boot::Parameters;
use crate::report;
use crate::variant::{Driver, is_split, status_field};

/// Runs the scenario `name`.
pub(crate) fn run(name: &str, parameters: &Parameters) -> Result<()> {
    match name {
        "bench" => bench::run(parameters),
        "boot" => boot(parameters),
        "counts" => counts::run(parameters),
        "traffic" => traffic::run(parameters),
        "cycles" => cycles::run(parameters),
        "churn" => churn::run(parameters),
        "kill" => recovery::kill(parameters),
        "stop" => recovery::stop(parameters),
        "fixed-ports" => fixed_ports::run(parameters),
        "hostile" => hostile::run(parameters),
        "parity" => parity::run(parameters),
        "unplug" => unplug::run(parameters),
        "workload" => workload::run(parameters),
        _ => bail!("no such scenario"),
    }
}

/// Loads modules that drive no card, and unloads them: is the kernel, and what was built against
/// it, in order?
fn boot(parameters: &Parameters) -> Result<()> {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease")?;
    report::line(&json!({ "event": "booted", "release": release.trim() }));
    crate::variant::load_and_unload(parameters.get("modules").unwrap_or(""))
}

/// Loads the driver and reports what that took and what runs then.
fn load(parameters: &Parameters) -> Result<Driver> {
    let driver = Driver::load(parameters)?;
    report::line(&json!({
        "event": "loaded",
        "instructions": driver.load,
        "crossings": driver.crossings(),
        "cards": driver.cards.iter().map(|card| &card.address).collect::<Vec<_>>(),
    }));
    if is_split(parameters)? {
        for card in &driver.cards {
            report_privileges(card)?;
        }
    }
    Ok(driver)
}

/// Reports what the user half of a card may do, as the kernel tells it.
fn report_privileges(card: &crate::variant::Card) -> Result<()> {
    let pid = card.user_half()?;
    let field = |name: &str| status_field(pid, name).unwrap_or_default();
    report::line(&json!({
        "event": "user-half",
        "card": card.address,
        "uid": field("Uid"),
        "gid": field("Gid"),
        "groups": field("Groups"),
        "effective": field("CapEff"),
        "permitted": field("CapPrm"),
        "inheritable": field("CapInh"),
        "bounding": field("CapBnd"),
        "ambient": field("CapAmb"),
        "no_new_privileges": field("NoNewPrivs"),
        "seccomp": field("Seccomp"),
    }));
    Ok(())
}
