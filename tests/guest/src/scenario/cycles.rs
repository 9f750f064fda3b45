//! Load, up, traffic, down, unload, over and over: what is left behind shows in the kernel's log,
//! or in the next round.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::boot::Parameters;
use crate::pair::{FAR, FAR_ADDRESS, Pair};
use crate::report;
use crate::sys::{Frames, Ping};
use crate::variant::{Card, Driver};

/// Packets of each kind in a round: more than a ring has places, so that it wraps.
const PACKETS: usize = 80;

pub(super) fn run(parameters: &Parameters) -> Result<()> {
    let cycles = parameters.number("cycles", 20)?;
    for cycle in 1..=cycles {
        one(parameters).with_context(|| format!("cycle {cycle}"))?;
        report::line(&json!({ "event": "cycle", "number": cycle }));
    }
    Ok(())
}

fn one(parameters: &Parameters) -> Result<()> {
    let driver = Driver::load(parameters)?;
    let ours = parameters.required("variant")? != "in-tree";
    let shown = driver.cards.iter().filter(|card| is_shown(card)).count();
    ensure!(
        shown == if ours { driver.cards.len() } else { 0 },
        "debugfs shows {shown} cards"
    );
    let pair = Pair::up(&driver)?;
    let mut ping = Ping::open(FAR_ADDRESS, 56)?;
    for number in 0..PACKETS {
        ensure!(ping.round_trip()?, "ping {number} was lost");
    }
    frames(&pair)?;
    pair.down()?;
    let views: Vec<_> = driver.cards.iter().map(view).collect();
    driver.unload()?;
    ensure!(
        !views.iter().any(|path| path.exists()),
        "debugfs shows cards without a driver"
    );
    Ok(())
}

/// What debugfs shows of our driver of a card.
fn view(card: &Card) -> PathBuf {
    Path::new("/sys/kernel/debug/microdriver").join(&card.address)
}

fn is_shown(card: &Card) -> bool {
    let placements = std::fs::read_to_string(view(card).join("placements"));
    placements.is_ok_and(|text| text.lines().any(|line| line.contains("::start_xmit")))
}

/// Frames of all lengths, in both directions.
fn frames(pair: &Pair) -> Result<()> {
    let near = Frames::open(&pair.near, None)?;
    let far = Frames::open(&pair.far, Some(FAR))?;
    let (near_address, far_address) = (pair.near.address()?, pair.far.address()?);
    let mut buffer = [0; 2048];
    for number in 0..PACKETS {
        let length = 60 + number * (1514 - 60) / (PACKETS - 1);
        for (from, to, frame) in [
            (
                &near,
                &far,
                Frames::frame(far_address, near_address, length),
            ),
            (
                &far,
                &near,
                Frames::frame(near_address, far_address, length),
            ),
        ] {
            from.send(&frame)?;
            let got = to.receive(&mut buffer)?.context("a frame was lost")?;
            ensure!(
                buffer[..got] == frame[..],
                "a frame of {length} bytes arrived changed"
            );
        }
    }
    Ok(())
}
