//! Operations of a driver that does next to nothing.

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::libc::IFF_UP;
use serde_json::json;

use super::primitives::CALLS;
use crate::boot::Parameters;
use crate::measure::{Cost, Counters, Crossings, collect, cost, spent};
use crate::report;
use crate::scenario::load;
use crate::scenario::operations::GROUP;
use crate::sys::{Ethtool, Interface, Mii};

/// Kinds of crossings that a request about the transceiver chooses, by the number of the register
/// (tests/bench/driver/src/kinds.rs).
const KINDS: [&str; 5] = [
    "four integers there",
    "64 bytes there",
    "4082 bytes there",
    "up, down and up again",
    "32 requests that ride along",
];

/// How often it is looked how many crossings deferred calls are.
const OFTEN: usize = 16;

/// How often a call is deferred before the kernel's worker makes it.
const DEFERRED: [(&str, usize); 2] = [("deferred", 1), ("deferred, 9 times before it is made", 9)];

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
        for (register, name) in (0..).zip(KINDS) {
            operation(name, &mut || {
                interface.mii(Mii::Read, [0, register, 0, 0]).map(drop)
            })?;
        }
        for (name, times) in DEFERRED {
            deferred(name, times, &interface, &card.crossings)?;
        }
        interface.set_flags(IFF_UP, false).context("down")?;
    }
    driver.unload()
}

/// Calls, each from the system call to its return.
fn one(
    name: &str,
    crossings: &Crossings,
    call: &mut dyn FnMut() -> Result<(), Errno>,
) -> Result<()> {
    let spent = cost(CALLS, || call().context(name.to_owned()), || Ok(()))?;
    let before = crossings.read();
    call().context(name.to_owned())?;
    say(name, &spent, crossings.since(&before));
    Ok(())
}

/// Calls that a worker makes when the system call has returned: all that runs until nothing does. A list of
/// multicast addresses that changes is such a call.
fn deferred(name: &str, times: usize, interface: &Interface, crossings: &Crossings) -> Result<()> {
    let mut there = false;
    let mut change = || -> Result<()> {
        for _ in 0..times {
            there = !there;
            interface.multicast(GROUP, there).context(name.to_owned())?;
        }
        Ok(())
    };
    let cost = collect(CALLS, || Ok(spent(&mut change)?.1))?;
    // The worker may come in between, or not: what is asked about is how few crossings there can be.
    let mut crossed: Option<Counters> = None;
    for _ in 0..OFTEN {
        let before = crossings.read();
        spent(&mut change)?;
        let now = crossings.since(&before);
        if crossed
            .as_ref()
            .is_none_or(|least| now.get("upcalls") < least.get("upcalls"))
        {
            crossed = Some(now);
        }
    }
    if there {
        interface.multicast(GROUP, false).context(name.to_owned())?;
    }
    say(name, &cost, crossed.unwrap_or_default());
    Ok(())
}

fn say(name: &str, instructions: &Cost, crossings: Counters) {
    report::line(&json!({
        "event": "crossing",
        "name": name,
        "instructions": instructions,
        "crossings": crossings,
    }));
}
