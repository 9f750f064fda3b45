//! Exact costs: instructions for each packet and each control operation. For a machine whose
//! clock counts instructions.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use super::{control, load, operations};
use crate::boot::Parameters;
use crate::measure::{Cost, cost};
use crate::pair::{FAR, FAR_ADDRESS, Pair};
use crate::report;
use crate::sys::{Frames, Ping};

/// An address that no card has: the far card's own filter drops what is sent there, so that only
/// the sender is counted.
pub(super) const NOBODY: [u8; 6] = [0x02, 0x00, 0x00, 0x00, 0x53, 0xff];

/// Lengths of frames, without the checksum that the card adds.
pub(super) const LENGTHS: [usize; 2] = [64, 1500];

/// How often frames are counted anew, and how far apart.
const TIMES: usize = 12;
const APART: Duration = Duration::from_millis(70);

pub(super) fn run(parameters: &Parameters) -> Result<()> {
    let rounds = usize::try_from(parameters.number("rounds", 200)?)?;
    let driver = load(parameters)?;
    let before = driver.crossings();
    let pair = Pair::up(&driver)?;
    let up: Vec<_> = driver
        .cards
        .iter()
        .zip(&before)
        .map(|(card, before)| card.crossings.since(before))
        .collect();
    report::line(&json!({ "event": "up", "crossings": up }));
    pair.introduce()?;
    let crossings = driver.crossings();
    ping(rounds)?;
    for length in LENGTHS {
        frames(&pair, length, rounds)?;
    }
    let crossed: Vec<_> = driver
        .cards
        .iter()
        .zip(&crossings)
        .map(|(card, before)| card.crossings.since(before))
        .collect();
    report::line(&json!({ "event": "packets", "crossings": crossed }));
    control::run(&pair)?;
    operations::measure(&pair.near, &driver.cards[0].crossings)?;
    // Again: at one time of a boot each interrupt takes forty instructions more than at another.
    for _ in 0..TIMES {
        std::thread::sleep(APART);
        for length in LENGTHS {
            frames(&pair, length, rounds)?;
        }
    }
    pair.down()?;
    driver.unload()
}

/// Round trips, the far kernel's answer included.
fn ping(rounds: usize) -> Result<()> {
    let mut ping = Ping::open(FAR_ADDRESS, 56)?;
    let mut lost = 0;
    let spent = cost(
        rounds,
        || {
            lost += usize::from(!ping.round_trip()?);
            Ok(())
        },
        || Ok(()),
    )?;
    report::line(&json!({ "event": "ping", "lost": lost, "instructions": spent }));
    Ok(())
}

/// Single frames: sent to nobody, then sent to the far card and received there. The difference is
/// what receiving costs, from the interrupt to the program that has the frame.
fn frames(pair: &Pair, length: usize, rounds: usize) -> Result<()> {
    let near = Frames::open(&pair.near, None)?;
    let far = Frames::open(&pair.far, Some(FAR))?;
    let (from, to) = (pair.near.address()?, pair.far.address()?);
    let lonely = Frames::frame(NOBODY, from, length);
    let transmit = cost(rounds, || Ok(near.send(&lonely)?), || Ok(()))?;
    let frame = Frames::frame(to, from, length);
    let mut buffer = [0; 2048];
    let mut lost = 0;
    let both = cost(
        rounds,
        || {
            near.send(&frame)?;
            match far.receive(&mut buffer)? {
                Some(got) => ensure!(buffer[..got] == frame[..], "a frame arrived changed"),
                None => lost += 1,
            }
            Ok(())
        },
        || Ok(()),
    )?;
    let receive = Cost {
        min: both.min - transmit.min,
        median: both.median - transmit.median,
        p99: both.p99.saturating_sub(transmit.p99),
        calls: both.calls,
    };
    report::line(&json!({
        "event": "frames",
        "length": length,
        "lost": lost,
        "transmit": transmit,
        "receive": receive,
    }));
    Ok(())
}
