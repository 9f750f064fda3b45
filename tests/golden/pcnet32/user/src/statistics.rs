// Emitted by pcnet-partition from drivers/pcnet32/src/statistics.rs. Do not edit.

//! What `ethtool -S` shows: each cause of a lost packet by itself, and what became of the link.

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
