//! What `ethtool -S` shows: each cause of a lost packet by itself, and what became of the link.

use crate::Pcnet32;
use crate::counters::Counters;
use microdriver::{Error, List, Numbers, Result};

/// How many there are.
const COUNT: usize = 26;

/// Their names, in the order of [`numbers`].
pub(crate) const NAMES: [&str; COUNT] = [
    "tx_timeouts",
    "tx_collisions",
    "tx_multiple_collisions",
    "tx_excessive_collisions",
    "tx_late_collisions",
    "tx_deferred",
    "tx_excessive_deferrals",
    "tx_carrier_losses",
    "tx_fifo_underflows",
    "tx_buffer_errors",
    "tx_babbles",
    "tx_dropped",
    "rx_runts",
    "rx_oversize",
    "rx_fragmented",
    "rx_framing_errors",
    "rx_overruns",
    "rx_crc_errors",
    "rx_buffer_errors",
    "rx_no_memory",
    "rx_missed_frames",
    "memory_errors",
    "miss_events",
    "restarts",
    "link_losses",
    "phy_changes",
];

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
    /// All of them, with what became of the link.
    pub(crate) fn list_counters(&self, counters: &Counters) -> Result<Numbers> {
        let settings = self.settings.lock();
        let numbers = numbers(counters, settings.link_losses, settings.phy_changes);
        List::from_slice(&numbers).ok_or(Error::EOVERFLOW)
    }
}
