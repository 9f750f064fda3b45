// Emitted by pcnet-partition from drivers/pcnet32/src/parameters.rs. Do not edit.

//! The module parameters. A value that means nothing is reported, and the default holds.

use microdriver::Parameter;

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
