//! Round trips in time, on a machine with two processors: with a user half that sleeps, with one that polls,
//! and of an eventfd beside them; and what processor time the polling takes.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::libc::IFF_UP;
use nix::sys::eventfd::EventFd;
use serde_json::json;

use super::primitives;
use crate::boot::Parameters;
use crate::report;
use crate::scenario::load;
use crate::sys::{Ethtool, Interface};
use crate::variant::Card;

/// Calls that count, one right after the other.
const CALLS: usize = 1_000;
/// Calls before them.
const WARM_UP: usize = 100;
/// Calls with pauses between them, that are longer than a user half polls.
const SPACED: u32 = 200;
const PAUSE: Duration = Duration::from_millis(5);

/// Measures what `latency=` names, each as it is and, in two halves, with `polls=` microseconds of polling, too.
pub(super) fn measure(parameters: &Parameters) -> Result<()> {
    eventfd()?;
    let polls = parameters.required("polls")?;
    for name in parameters.list("latency") {
        let own = parameters.of(name);
        driver(name, &own)?;
        if crate::variant::is_split(&own)? {
            driver(&format!("{name}-polling"), &own.with("poll", polls))?;
        }
    }
    Ok(())
}

fn eventfd() -> Result<()> {
    let (there, back) = (EventFd::new()?, EventFd::new()?);
    let mut echo = primitives::echo(&there, &back)?;
    let times = times(|| {
        there.write(1)?;
        back.read()?;
        Ok(())
    })?;
    there.write(primitives::END).context("end the partner")?;
    anyhow::ensure!(echo.wait()?.success(), "the partner failed");
    report::line(&json!({ "event": "latency", "name": "eventfd", "times": times }));
    Ok(())
}

fn driver(name: &str, parameters: &Parameters) -> Result<()> {
    let driver = load(parameters)?;
    {
        let card = driver.cards.first().context("no card")?;
        let interface = Interface::open(&card.interface, None)?;
        interface.set_flags(IFF_UP, true).context("up")?;
        let mut tool = Ethtool::new(&interface);
        let before = card.crossings.read();
        let (times, busy) = with_share(card, || {
            times(|| tool.restart_negotiation().context("nothing"))
        })?;
        let crossings = card.crossings.since(&before);
        let (_, spaced) = with_share(card, || {
            // The calls of a monitor, say.
            for _ in 0..SPACED {
                std::thread::sleep(PAUSE);
                tool.restart_negotiation().context("nothing")?;
            }
            Ok(())
        })?;
        report::line(&json!({
            "event": "latency", "name": name, "times": times, "crossings": crossings,
            "busy": busy, "spaced": spaced,
        }));
        interface.set_flags(IFF_UP, false).context("down")?;
    }
    driver.unload()
}

/// Nanoseconds: the cheapest call, the one in the middle, and the one that 99 of 100 do not exceed.
fn times(mut call: impl FnMut() -> Result<()>) -> Result<serde_json::Value> {
    let mut samples = Vec::with_capacity(CALLS);
    for round in 0..WARM_UP + CALLS {
        let begun = Instant::now();
        call()?;
        let took = begun.elapsed();
        if round >= WARM_UP {
            samples.push(u64::try_from(took.as_nanos())?);
        }
    }
    samples.sort_unstable();
    let at = |share: usize| samples.get(samples.len() * share / 100).copied();
    Ok(json!({ "min": at(0), "median": at(50), "p99": at(99) }))
}

/// Runs `body`, and gives what share of a processor the card's user half took meanwhile, if it has one.
fn with_share<T>(card: &Card, body: impl FnOnce() -> Result<T>) -> Result<(T, Option<f64>)> {
    let pid = card.user_half().ok();
    let ran = || -> Result<Option<u64>> {
        let Some(pid) = pid else { return Ok(None) };
        let mut sum = 0;
        for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
            // Nanoseconds on a processor are the first of three numbers.
            let text = std::fs::read_to_string(thread?.path().join("schedstat"))?;
            let first = text.split_whitespace().next();
            sum += first.context("an empty schedstat")?.parse::<u64>()?;
        }
        Ok(Some(sum))
    };
    let (before, begun) = (ran()?, Instant::now());
    let outcome = body()?;
    let took = begun.elapsed().as_nanos();
    let share = ran()?
        .zip(before)
        .map(|(after, before)| (after - before) as f64 / took as f64);
    Ok((outcome, share))
}
