//! How a driver begins and ends: from loading its module to a link, and to being gone.

use std::time::Duration;

use anyhow::{Context, Result};
use nix::libc::IFF_UP;
use serde_json::json;

use crate::boot::Parameters;
use crate::events::Announcements;
use crate::pair::wait_for_link;
use crate::report;
use crate::sys::Interface;
use crate::variant::Driver;

pub(super) fn measure(parameters: &Parameters) -> Result<()> {
    let (driver, probe) = spent(|| Driver::load(parameters))?;
    let probed = driver.crossings();
    let links = Announcements::of_links(None)?;
    let card = driver.cards.first().context("no card")?;
    let interface = Interface::open(&card.interface, None)?;
    let ((), up) = spent(|| {
        interface.set_flags(IFF_UP, true).context("up")?;
        wait_for_link(&links, &interface)
    })?;
    interface.set_flags(IFF_UP, false).context("down")?;
    // Those until the call returns: what the link's watchdog asks for afterwards depends on when it looks.
    let before = card.crossings.read();
    interface.set_flags(IFF_UP, true).context("up")?;
    let raised = card.crossings.since(&before);
    interface.set_flags(IFF_UP, false).context("down")?;
    drop(interface);
    let ((), unload) = spent(|| driver.unload())?;
    report::line(&json!({
        "event": "startup",
        "probe": probe,
        "up": up,
        "unload": unload,
        "crossings": { "probe": probed, "up": raised },
    }));
    Ok(())
}

/// Does something, and gives the instructions that all programs and kernel threads executed meanwhile.
/// Waiting does not count, nor do interrupts that come while nobody runs.
fn spent<T>(action: impl FnOnce() -> Result<T>) -> Result<(T, u64)> {
    let before = executed()?;
    let outcome = action()?;
    Ok((outcome, executed()? - before))
}

/// Nanoseconds, which are instructions here, that something ran: the scheduler counts them whenever it
/// takes the processor from somebody.
fn executed() -> Result<u64> {
    const FILE: &str = "/proc/schedstat";
    const RUNNING: usize = 7;
    // So that what this program did is among it.
    std::thread::sleep(Duration::from_millis(1));
    let text = std::fs::read_to_string(FILE).with_context(|| format!("read {FILE}"))?;
    let line = text.lines().find(|line| line.starts_with("cpu0 "));
    let number = line.and_then(|line| line.split_whitespace().nth(RUNNING));
    Ok(number
        .with_context(|| format!("no time in {FILE}"))?
        .parse()?)
}
