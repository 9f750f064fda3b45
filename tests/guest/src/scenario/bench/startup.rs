//! How a driver begins and ends: from loading its module to a link, and to being gone.

use anyhow::{Context, Result};
use nix::libc::IFF_UP;
use serde_json::json;

use crate::boot::Parameters;
use crate::events::Announcements;
use crate::measure::spent;
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
