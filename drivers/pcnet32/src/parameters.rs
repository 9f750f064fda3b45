//! The module parameters. A value that means nothing is reported, and the default holds.

use crate::state::{MSG_DEFAULT, Tuning};
use core::ops::RangeInclusive;
use microdriver::{Device, Parameter, Result, dev_warn};

/// What `modinfo` shows.
pub(crate) const ALL: &[Parameter] = &[
    Parameter::int(
        "debug",
        -1,
        "how many kinds of messages to log, lowest NETIF_MSG bit first: 0 to 31, -1 for driver, probe and link",
    ),
    Parameter::int(
        "max_interrupt_work",
        2,
        "most rounds of an interrupt, at least 1",
    ),
    Parameter::int(
        "rx_copybreak",
        200,
        "received frames up to this length are copied, at least 0",
    ),
    Parameter::int(
        "tx_start_pt",
        -1,
        "bytes in the FIFO that start a transmission: 0 to 3 for 20, 64, 128 and 220 or all, -1 for the chip's own",
    ),
    Parameter::int(
        "pcnet32vlb",
        0,
        "1 to look for cards on the VL bus, at ports 0x300, 0x320, 0x340 and 0x360",
    ),
    Parameter::per_card(
        "options",
        0,
        "medium: 0 automatic, 1 or 2 AUI, 4 10BASE-T full duplex, 9 MII 10, 10 the same in full duplex, 11 MII automatic, 12 10BASE-T, 13 MII 100, 14 the same in full duplex",
    ),
    Parameter::per_card(
        "full_duplex",
        0,
        "1 for full duplex on a medium chosen with options",
    ),
    Parameter::per_card("homepna", 0, "1 for telephone wires with the Am79C978"),
];

/// What the parameters say of one card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parameters {
    /// `NETIF_MSG_*` bits.
    pub(crate) message_level: u32,
    pub(crate) tuning: Tuning,
}

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

/// A number of kinds of messages, as for other drivers: so many of the lowest bits.
fn message_level(debug: i32) -> u32 {
    match u32::try_from(debug) {
        Ok(kinds @ 0..=31) => (1 << kinds) - 1,
        _ => MSG_DEFAULT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_parameter_counts_kinds_of_messages() {
        let levels = [-1, 0, 1, 6, 31].map(message_level);
        assert_eq!(levels, [7, 0, 1, 0x3f, 0x7fff_ffff]);
    }
}
