//! Frames: a question and its answer at a time, and as many as the rings hold.

use std::time::Instant;

use host_rig::{Machine, SlotId, frame};
use serde_json::{Value, json};

const PINGS: u32 = 2_000;
const ROUNDS: u32 = 500;
/// Frames of a round: half of what the receive ring holds.
const BURST: u32 = 16;

/// A frame with a number in it.
fn numbered(number: u32, length: usize) -> Vec<u8> {
    let mut payload = number.to_be_bytes().to_vec();
    payload.resize(length, 0xa5);
    frame(&payload)
}

/// Sends one frame each way; how many did not arrive as they were.
pub(crate) fn exchange(machine: &Machine, a: SlotId, b: SlotId, number: u32) -> u32 {
    let (here, there) = (machine.interface(a), machine.interface(b));
    let mut lost = 0;
    for (from, to) in [(&here, &there), (&there, &here)] {
        let sent = numbered(number, 56 + number as usize % 1400);
        let taken = from.send(&sent).is_ok();
        machine.settle();
        let arrived = to.take_received() == [sent];
        lost += u32::from(!(taken && arrived));
    }
    lost
}

/// Question and answer.
pub(crate) fn ping(machine: &Machine, a: SlotId, b: SlotId) -> Value {
    let start = Instant::now();
    let lost: u32 = (0..PINGS)
        .map(|number| exchange(machine, a, b, number))
        .sum();
    let round_trip = start.elapsed().as_secs_f64() * 1e6 / f64::from(PINGS);
    json!({ "sent": 2 * PINGS, "lost": lost, "microseconds": round_trip })
}

/// Bursts both ways.
pub(crate) fn flood(machine: &Machine, a: SlotId, b: SlotId) -> Value {
    let (one, other) = (machine.interface(a), machine.interface(b));
    let start = Instant::now();
    let mut arrived = 0;
    for round in 0..ROUNDS {
        for i in 0..BURST {
            let sent = numbered(round * BURST + i, 1400);
            // What is not taken has not arrived, which is counted.
            let _ = one.send(&sent);
            let _ = other.send(&sent);
        }
        machine.settle();
        arrived += one.take_received().len() + other.take_received().len();
    }
    let sent = u64::from(2 * ROUNDS * BURST);
    let seconds = start.elapsed().as_secs_f64();
    json!({
        "sent": sent,
        "lost": sent.saturating_sub(arrived as u64),
        "per_second": sent as f64 / seconds,
    })
}
