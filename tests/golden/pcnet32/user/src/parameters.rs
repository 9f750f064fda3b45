// Emitted by pcnet-partition from drivers/pcnet32/src/parameters.rs. Do not edit.

//! The module parameters. A value that means nothing is reported, and the default holds.

use crate::state::{MSG_DEFAULT, Tuning};
use core::ops::RangeInclusive;
use microdriver::{Device, Result, dev_warn};

/// What the parameters say of one card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parameters {
    /// `NETIF_MSG_*` bits.
    pub(crate) message_level: u32,
    pub(crate) tuning: Tuning,
}

// from drivers/pcnet32/src/parameters.rs:56
/// Reads them.
pub(crate) fn read(device: &Device) -> Result<Parameters> {
    let debug = checked(device, "debug", -1..=31, -1)?;
    let rounds = checked(device, "max_interrupt_work", 1..=i32::MAX, 2)?;
    let copy_break = checked(device, "rx_copybreak", 0..=i32::MAX, 200)?;
    Ok(Parameters {
        message_level: message_level(debug),
        tuning: Tuning {
            copy_break: copy_break.unsigned_abs(),
            interrupt_rounds: rounds.unsigned_abs(),
            start_point: checked(device, "tx_start_pt", -1..=3, -1)?,
            home: false,
        },
    })
}

// from drivers/pcnet32/src/parameters.rs:72
/// A parameter's value; where that is impossible, `default`, and a line in the log.
fn checked(
    device: &Device,
    name: &str,
    possible: RangeInclusive<i32>,
    default: i32,
) -> Result<i32> {
    let value = device.parameter(name)?;
    if possible.contains(&value) {
        return Ok(value);
    }
    dev_warn!(*device, "{name}={value} is not possible, using {default}");
    Ok(default)
}

// from drivers/pcnet32/src/parameters.rs:87
/// A number of kinds of messages, as for other drivers: so many of the lowest bits.
fn message_level(debug: i32) -> u32 {
    match u32::try_from(debug) {
        Ok(kinds @ 0..=31) => (1 << kinds) - 1,
        _ => MSG_DEFAULT,
    }
}
