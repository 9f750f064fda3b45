//! Who takes the instructions of an operation, as perf sees it.

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::libc::IFF_UP;
use serde_json::json;

use super::begin;
use crate::boot::Parameters;
use crate::report;
use crate::scenario::load;
use crate::scenario::sampler::{EVERYTHING, Sampler};
use crate::sys::{Ethtool, Interface};

/// Calls of each operation beside perf.
const CALLS: usize = 2_000;

/// Profiles the drivers in `crossing=` and `drivers=`, one after the other.
pub(super) fn run(parameters: &Parameters) -> Result<()> {
    for name in parameters
        .list("crossing")
        .chain(parameters.list("drivers"))
    {
        begin(name)?;
        let sampler = Sampler::start(EVERYTHING)?;
        let driver = load(&parameters.of(name))?;
        say("load and probe", 1, &sampler.report()?);
        {
            let card = driver.cards.first().context("no card")?;
            let interface = Interface::open(&card.interface, None)?;
            interface.set_flags(IFF_UP, true).context("up")?;
            let mut tool = Ethtool::new(&interface);
            one("restart negotiation", &mut || tool.restart_negotiation())?;
            one("link", &mut || tool.link().map(drop))?;
            one("registers", &mut || tool.registers())?;
            interface.set_flags(IFF_UP, false).context("down")?;
        }
        driver.unload()?;
    }
    Ok(())
}

/// Errors are part of what is profiled: some drivers refuse some of these.
fn one(name: &str, call: &mut dyn FnMut() -> Result<(), Errno>) -> Result<()> {
    // What happens the first time only is not what is asked about.
    let _ = call();
    let sampler = Sampler::start(EVERYTHING)?;
    for _ in 0..CALLS {
        let _ = call();
    }
    say(name, CALLS, &sampler.report()?);
    Ok(())
}

fn say(name: &str, calls: usize, text: &str) {
    report::line(&json!({ "event": "profile", "name": name, "calls": calls, "text": text }));
}
