//! Operations of a driver that does next to nothing.

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::libc::IFF_UP;
use serde_json::json;

use super::primitives::CALLS;
use crate::boot::Parameters;
use crate::measure::{Crossings, cost};
use crate::report;
use crate::scenario::load;
use crate::sys::{Ethtool, Interface};

pub(super) fn measure(parameters: &Parameters) -> Result<()> {
    let driver = load(parameters)?;
    {
        let card = driver.cards.first().context("no card")?;
        let interface = Interface::open(&card.interface, None)?;
        // The kernel asks for the link of an interface that is up only.
        interface.set_flags(IFF_UP, true).context("up")?;
        let mut tool = Ethtool::new(&interface);
        let operation = |name: &str, call: &mut dyn FnMut() -> Result<(), Errno>| {
            one(name, &card.crossings, call)
        };
        // It may be asked for as often as one likes, and is asked for once.
        operation("texts back, known already", &mut || tool.driver_info())?;
        operation("nothing", &mut || tool.restart_negotiation())?;
        operation("a call back into the kernel half", &mut || {
            tool.link().map(drop)
        })?;
        operation("a number back, under a lock", &mut || {
            tool.message_level().map(drop)
        })?;
        operation("a number there, under a lock", &mut || {
            tool.set_message_level(1)
        })?;
        operation("six numbers back", &mut || tool.rings().map(drop))?;
        operation("a kibibyte back", &mut || tool.registers())?;
        interface.set_flags(IFF_UP, false).context("down")?;
    }
    driver.unload()
}

fn one(
    name: &str,
    crossings: &Crossings,
    call: &mut dyn FnMut() -> Result<(), Errno>,
) -> Result<()> {
    let spent = cost(CALLS, || call().context(name.to_owned()), || Ok(()))?;
    let before = crossings.read();
    call().context(name.to_owned())?;
    let crossed = crossings.since(&before);
    report::line(&json!({
        "event": "crossing",
        "name": name,
        "instructions": spent,
        "crossings": crossed,
    }));
    Ok(())
}
