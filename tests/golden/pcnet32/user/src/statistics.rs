// Emitted by pcnet-partition from drivers/pcnet32/src/statistics.rs. Do not edit.

//! What `ethtool -S` shows: each cause of a lost packet by itself.

use crate::counters::Counters;

/// How many there are.
const COUNT: usize = 18;

/// Their names, in the order of [`numbers`].
pub(crate) const NAMES: [&str; COUNT] = [
    "tx_timeouts",
    "tx_collisions",
    "tx_excessive_collisions",
    "tx_late_collisions",
    "tx_carrier_losses",
    "tx_fifo_underflows",
    "tx_babbles",
    "tx_dropped",
    "rx_runts",
    "rx_oversize",
    "rx_framing_errors",
    "rx_overruns",
    "rx_crc_errors",
    "rx_buffer_errors",
    "rx_no_memory",
    "rx_missed_frames",
    "memory_errors",
    "miss_events",
];

// from drivers/pcnet32/src/statistics.rs:31
/// Their values.
pub(crate) fn numbers(counters: &Counters) -> [u64; COUNT] {
    let Counters { tx, rx, faults } = counters;
    [
        tx.timeouts,
        tx.collisions,
        tx.aborted,
        tx.window,
        tx.carrier,
        tx.fifo,
        faults.babbles,
        tx.dropped,
        rx.runts,
        rx.oversize,
        rx.frame,
        rx.overrun,
        rx.checksum,
        rx.fifo,
        rx.dropped,
        faults.missed,
        faults.memory_errors,
        faults.miss_events,
    ]
}
