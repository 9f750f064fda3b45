// Emitted by pcnet-partition from drivers/pcnet32/src/statistics.rs. Do not edit.

//! What `ethtool -S` shows: each cause of a lost packet by itself, and what became of the link.

use crate::Pcnet32;
use crate::counters::Counters;
use microdriver::{Error, List, Numbers, Result};

/// How many there are.
const COUNT: usize = 26;

// from drivers/pcnet32/src/statistics.rs:41
/// Their values.
fn numbers(counters: &Counters, link_losses: u64, phy_changes: u64) -> [u64; COUNT] {
    let Counters { tx, rx, faults } = counters;
    [
        tx.timeouts,
        tx.collisions,
        tx.several,
        tx.aborted,
        tx.window,
        tx.deferred,
        tx.too_long,
        tx.carrier,
        tx.fifo,
        tx.buffer,
        faults.babbles,
        tx.dropped,
        rx.runts,
        rx.oversize,
        rx.fragmented,
        rx.frame,
        rx.overrun,
        rx.checksum,
        rx.fifo,
        rx.dropped,
        faults.missed,
        faults.memory_errors,
        faults.miss_events,
        tx.restarts,
        link_losses,
        phy_changes,
    ]
}

impl Pcnet32 {
    // from drivers/pcnet32/src/statistics.rs:75
    /// All of them, with what became of the link.
    pub(crate) fn list_counters(&self, counters: &Counters) -> Result<Numbers> {
        let settings = self.settings.lock();
        let numbers = numbers(counters, settings.link_losses, settings.phy_changes);
        List::from_slice(&numbers).ok_or(Error::EOVERFLOW)
    }
}
