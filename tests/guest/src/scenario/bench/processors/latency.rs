//! How long a round trip takes: the floor, and a null upcall, with both ends on one processor and on two.

use anyhow::{Context, Result};
use nix::libc::IFF_UP;
use nix::unistd::Pid;
use serde_json::json;

use super::{FIRST, SECOND, keep, keep_user_half, stay};
use crate::boot::Parameters;
use crate::measure::{Cost, once};
use crate::report;
use crate::scenario::bench::primitives;
use crate::scenario::load;
use crate::sys::{Ethtool, Interface};

/// Calls in a piece, and pieces, which take turns, so that what the host does meanwhile is in all.
const CALLS: usize = 40;
pub(super) const PIECES: usize = 40;

/// Where the other end is, seen from the second processor.
const PLACES: [(&str, usize); 2] = [("together", SECOND), ("apart", FIRST)];

/// Takes the time of a piece's calls.
pub(super) fn take(samples: &mut Vec<u64>, mut call: impl FnMut() -> Result<()>) -> Result<()> {
    for _ in 0..CALLS {
        let (outcome, ticks) = once(&mut call);
        outcome?;
        samples.push(ticks);
    }
    Ok(())
}

/// Reports how long something took, in ticks of the processor's counter.
pub(super) fn say(name: &str, place: &str, loaded: bool, samples: Vec<u64>) {
    report::line(&json!({
        "event": "latency",
        "name": name,
        "place": place,
        "loaded": loaded,
        "ticks": Cost::of(samples),
    }));
}

/// The operation without arguments and result of the driver that does next to nothing, and the floor.
pub(super) fn nothing(parameters: &Parameters) -> Result<()> {
    stay(SECOND)?;
    let driver = load(parameters)?;
    let floor = primitives::Floor::start()?;
    {
        let card = driver.cards.first().context("no card")?;
        let interface = Interface::open(&card.interface, None)?;
        interface.set_flags(IFF_UP, true).context("up")?;
        let mut tool = Ethtool::new(&interface);
        for (place, processor) in PLACES {
            keep(Pid::from_raw(i32::try_from(floor.server())?), processor)?;
            keep_user_half(parameters, card, processor)?;
            let (mut pairs, mut operations) = (Vec::new(), Vec::new());
            for _ in 0..PIECES {
                take(&mut pairs, || floor.call().map(drop))?;
                take(&mut operations, || Ok(tool.restart_negotiation()?))?;
            }
            say("floor", place, false, pairs);
            say("nothing", place, false, operations);
        }
        interface.set_flags(IFF_UP, false).context("down")?;
    }
    floor.end()?;
    driver.unload()
}
