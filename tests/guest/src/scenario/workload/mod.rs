//! Fixed amounts of work on two cards, each for a fixed time, and what it took: instructions, crossings, and
//! the profile of a driver that records one. For a machine whose clock counts instructions.
//!
//! `bulk` moves datagrams both ways while a monitor looks at a card; `gateway` changes what a card
//! receives; `control` is every control operation of the bench, as often as the bench counts it, in what
//! time that takes. `busy` tells instructions from idle time.

mod bulk;
mod busy;
mod gateway;

pub(super) use busy::check as check_clock;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use nix::sys::signal::Signal;
use serde_json::json;

use super::sampler::{self, Sampler};
use super::tracer::Tracer;
use super::{control, load, operations};
use crate::boot::Parameters;
use crate::measure::Counters;
use crate::pair::Pair;
use crate::report;
use crate::variant::{Card, Driver};

/// When the work begins, counted from when the kernel says that the links are up, and how long it lasts.
/// The drivers look at their links every two seconds; the kernel speaks of the first look up to a second
/// later. So each looks once during the work, and not near its ends.
const BEGIN: Duration = Duration::from_millis(1_500);
const LAST: Duration = Duration::from_millis(2_000);

/// Work that is done in equal rounds.
trait Work {
    /// From the start of one round to the start of the next.
    const PERIOD: Duration;

    /// Rounds after which everything is as it was.
    const CYCLE: u32;

    fn round(&mut self, number: u32) -> Result<()>;
}

pub(super) fn run(parameters: &Parameters) -> Result<()> {
    let names = parameters.required("workload")?;
    let driver = load(parameters)?;
    let witness = match parameters.get("witness") {
        None => Witness::None,
        Some("perf") => Witness::Sampler,
        Some("tracers") => Witness::Tracer(Tracer::prepare(module(parameters)?)?),
        Some(other) => bail!("no such witness: {other}"),
    };
    check_clock()?;
    for name in names.split(',') {
        // Each begins with cards that have just come up.
        let pair = Pair::up(&driver)?;
        let up = Instant::now();
        pair.introduce()?;
        match name {
            "bulk" => measure(name, &driver, &pair, up, &witness, bulk::Bulk::new(&pair)?),
            "gateway" => measure(
                name,
                &driver,
                &pair,
                up,
                &witness,
                gateway::Gateway::new(&pair)?,
            ),
            "control" => operate(&driver, &pair),
            _ => bail!("no such workload: {name}"),
        }?;
        pair.down()?;
    }
    if let Witness::Tracer(tracer) = witness {
        tracer.end()?;
    }
    driver.unload()
}

/// What looks on besides.
enum Witness {
    None,
    Sampler,
    Tracer(Tracer),
}

/// The name of the driver's module, which is the last that is loaded.
fn module(parameters: &Parameters) -> Result<&str> {
    let files = parameters.required("modules")?;
    let last = files.rsplit('/').next().unwrap_or(files);
    Ok(last.trim_end_matches(".ko"))
}

fn measure<W: Work>(
    name: &str,
    driver: &Driver,
    pair: &Pair,
    up: Instant,
    witness: &Witness,
    mut work: W,
) -> Result<()> {
    let rounds = u32::try_from(LAST.as_nanos() / W::PERIOD.as_nanos())?;
    // Caches of the kernel fill, code is patched in.
    for number in 0..W::CYCLE {
        work.round(number)?;
    }
    let begin = up + BEGIN;
    ensure!(Instant::now() < begin, "getting ready took too long");
    wait_until(begin);
    let recording = Recording::start(name)?;
    for card in &driver.cards {
        card.user_profile(Signal::SIGUSR2)?;
    }
    // It sees all that a driver counts: reading the numbers of packets asks the driver, too.
    if let Witness::Tracer(tracer) = witness {
        tracer.start()?;
    }
    let sampler = match witness {
        Witness::Sampler => Some(Sampler::start(sampler::CALLERS)?),
        _ => None,
    };
    let before: Vec<_> = driver.cards.iter().map(read).collect();
    let packets = counted(pair.near.name())?;
    let busy = busy::Busy::start()?;
    for number in 0..rounds {
        work.round(number)?;
        wait_until(begin + W::PERIOD * (number + 1));
    }
    let (instructions, elapsed) = busy.stop()?;
    let after = counted(pair.near.name())?;
    let traced = match witness {
        Witness::Tracer(tracer) => Some((tracer, tracer.stop()?)),
        _ => None,
    };
    let crossings: Vec<_> = driver
        .cards
        .iter()
        .zip(&before)
        .map(|(card, before)| since(&read(card), before))
        .collect();
    if let Some(sampler) = sampler {
        report::line(&json!({ "event": "samples", "name": name, "text": sampler.script()? }));
    }
    // Before what takes long, as a driver that counts goes on counting.
    report_profile(name, recording)?;
    for card in &driver.cards {
        if let Some(text) = card.user_profile(Signal::SIGUSR1)? {
            report::line(&json!({ "event": "user-profile", "name": name, "text": text }));
        }
    }
    if let Some((tracer, [calls, stacks])) = traced {
        let graph = tracer.graph()?;
        for (event, text) in [("graph", graph), ("calls", calls), ("stacks", stacks)] {
            report::line(&json!({ "event": event, "name": name, "text": text }));
        }
    }
    report::line(&json!({
        "event": "workload",
        "name": name,
        "rounds": rounds,
        "instructions": instructions,
        "nanoseconds": elapsed,
        "received": after[0] - packets[0],
        "sent": after[1] - packets[1],
        "crossings": crossings,
    }));
    Ok(())
}

/// Every control operation, each as often as any other, with the card set as the bench has it then.
fn operate(driver: &Driver, pair: &Pair) -> Result<()> {
    control::run(pair)?;
    let recording = Recording::start("control")?;
    let busy = busy::Busy::start()?;
    operations::measure(&pair.near, &driver.cards[0].crossings)?;
    let (instructions, elapsed) = busy.stop()?;
    report_profile("control", recording)?;
    report::line(&json!({
        "event": "workload",
        "name": "control",
        "instructions": instructions,
        "nanoseconds": elapsed,
    }));
    Ok(())
}

fn report_profile(name: &str, recording: Option<Recording>) -> Result<()> {
    if let Some(recording) = recording {
        report::line(&json!({
            "event": "profile",
            "name": name,
            "text": recording.read()?,
        }));
    }
    Ok(())
}

fn wait_until(time: Instant) {
    std::thread::sleep(time.saturating_duration_since(Instant::now()));
}

/// Packets that a card received and sent.
fn counted(card: &str) -> Result<[u64; 2]> {
    let one = |name: &str| -> Result<u64> {
        let path = format!("/sys/class/net/{card}/statistics/{name}");
        let text = std::fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
        Ok(text.trim().parse()?)
    };
    Ok([one("rx_packets")?, one("tx_packets")?])
}

/// The crossings of a card by what they were for, of a split driver.
fn read(card: &Card) -> Counters {
    let path = format!("/sys/kernel/debug/microdriver/{}/crossings", card.address);
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().filter_map(|line| {
        let (name, count) = line.rsplit_once(' ')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    lines.collect()
}

fn since(now: &Counters, before: &Counters) -> BTreeMap<String, u64> {
    let mut changed = now.clone();
    for (name, count) in &mut changed {
        *count -= before.get(name).copied().unwrap_or(0);
    }
    changed.retain(|_, count| *count != 0);
    changed
}

/// A profile in the making; only an instrumented driver makes one.
struct Recording(std::path::PathBuf);

impl Recording {
    fn start(name: &str) -> Result<Option<Self>> {
        for entry in std::fs::read_dir("/sys/kernel/debug/microdriver")
            .into_iter()
            .flatten()
        {
            let path = entry?.path().join("profile");
            if path.exists() {
                std::fs::write(&path, name).context("start a recording")?;
                return Ok(Some(Self(path)));
            }
        }
        Ok(None)
    }

    fn read(&self) -> Result<String> {
        std::fs::read_to_string(&self.0).context("read the profile")
    }
}
