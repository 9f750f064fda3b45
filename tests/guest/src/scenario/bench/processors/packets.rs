//! Packets as fast as they go, from one card to the other, and control operations beside them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use nix::errno::Errno;
use serde::Serialize;
use serde_json::json;

use super::latency::{PIECES, say, take};
use super::{FIRST, SECOND, keep_user_half, stay};
use crate::boot::Parameters;
use crate::pair::{FAR, Pair};
use crate::report;
use crate::scenario::counts::LENGTHS;
use crate::scenario::load;
use crate::sys::{Ethtool, Frames, Interface, in_namespace};

/// How long a piece is, of which one has control operations and the next has none.
const PIECE: Duration = Duration::from_millis(50);

/// From one control operation to the next.
const PERIOD: Duration = Duration::from_millis(1);

pub(super) fn measure(parameters: &Parameters) -> Result<()> {
    stay(SECOND)?;
    let driver = load(parameters)?;
    let pair = Pair::up(&driver)?;
    pair.introduce()?;
    for card in &driver.cards {
        keep_user_half(parameters, card, SECOND)?;
    }
    for length in LENGTHS {
        throughput(&pair, length)?;
    }
    one_call(&pair)?;
    pair.down()?;
    driver.unload()
}

/// How long an operation takes that is one crossing and touches no register, while nothing is sent and while
/// packets are.
fn one_call(pair: &Pair) -> Result<()> {
    let mut tool = Ethtool::new(&pair.near);
    let level = tool.message_level()?;
    let mut call = || Ok(tool.set_message_level(level)?);
    let (mut idle, mut loaded) = (Vec::new(), Vec::new());
    for _ in 0..PIECES {
        take(&mut idle, &mut call)?;
        while_sending(pair, LENGTHS[0], || take(&mut loaded, &mut call))?;
    }
    for (loaded, samples) in [(false, idle), (true, loaded)] {
        say("set message level", "together", loaded, samples);
    }
    Ok(())
}

/// Packets that arrive, without control operations and with them.
fn throughput(pair: &Pair, length: usize) -> Result<()> {
    while_sending(pair, length, || {
        let (mut quiet, mut busy) = (Vec::new(), Vec::new());
        for _ in 0..PIECES {
            quiet.push(piece(pair, || {
                std::thread::sleep(PIECE);
                Ok(0)
            })?);
            busy.push(piece(pair, || operate(&pair.near))?);
        }
        report::line(&json!({
            "event": "throughput",
            "length": length,
            "quiet": quiet,
            "busy": busy,
        }));
        Ok(())
    })
}

/// What happened in a piece of time, as a second would have it.
#[derive(Serialize)]
struct Rates {
    packets: f64,
    operations: f64,
}

/// `action` says how many operations it made.
fn piece(pair: &Pair, action: impl FnOnce() -> Result<u64>) -> Result<Rates> {
    let (before, started) = (received(&pair.far)?, Instant::now());
    let operations = action()?;
    let seconds = started.elapsed().as_secs_f64();
    let packets = received(&pair.far)? - before;
    Ok(Rates {
        packets: packets as f64 / seconds,
        operations: operations as f64 / seconds,
    })
}

/// Control operations at a steady pace; returns how many there was time for.
fn operate(interface: &Interface) -> Result<u64> {
    let mut tool = Ethtool::new(interface);
    let level = tool.message_level()?;
    let started = Instant::now();
    let mut count = 0;
    while started.elapsed() < PIECE {
        match count % 4 {
            0 => tool.driver_info(),
            1 => tool.link().map(drop),
            2 => tool.message_level().map(drop),
            _ => tool.set_message_level(level),
        }
        .context("a control operation")?;
        count += 1;
        let next = PERIOD * u32::try_from(count)?;
        std::thread::sleep(next.saturating_sub(started.elapsed()));
    }
    Ok(count)
}

/// Does something while frames are sent from the first processor, one after the other.
fn while_sending(pair: &Pair, length: usize, action: impl FnOnce() -> Result<()>) -> Result<()> {
    let frames = Frames::open(&pair.near, None)?;
    let frame = Frames::frame(pair.far.address()?, pair.near.address()?, length);
    let (over, sent) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let sender = scope.spawn(|| -> Result<()> {
            stay(FIRST)?;
            while !over.load(Ordering::Relaxed) {
                match frames.send(&frame) {
                    Ok(()) => sent.fetch_add(1, Ordering::Relaxed),
                    // The queue is full.
                    Err(Errno::ENOBUFS) => continue,
                    Err(error) => return Err(error).context("send a frame"),
                };
            }
            Ok(())
        });
        // Until packets flow, or the sender has failed.
        while sent.load(Ordering::Relaxed) < 100 && !sender.is_finished() {
            std::thread::yield_now();
        }
        let outcome = action();
        over.store(true, Ordering::Relaxed);
        let sent = sender
            .join()
            .unwrap_or_else(|_| Err(anyhow!("the sender panicked")));
        outcome.and(sent)
    })
}

/// Packets that the far card has received.
fn received(far: &Interface) -> Result<u64> {
    // What is there belongs to the namespace of the thread that opens it.
    const FILE: &str = "/proc/thread-self/net/dev";
    let text = in_namespace(Some(FAR), || {
        std::fs::read_to_string(FILE).with_context(|| format!("read {FILE}"))
    })?;
    let prefix = format!("{}:", far.name());
    let line = text
        .lines()
        .find_map(|line| line.trim_start().strip_prefix(&prefix));
    // Bytes, packets, and so on.
    let packets = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(packets
        .with_context(|| format!("no {prefix} in {FILE}"))?
        .parse()?)
}
