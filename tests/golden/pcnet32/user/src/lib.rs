// Emitted by pcnet-partition from drivers/pcnet32/src/lib.rs. Do not edit.

//! AMD PCnet32 Ethernet: the Am79C97x family of controllers, for PCI, and the Am79C965, for the VL bus.
//!
//! One source for both halves: no function here knows where it runs. Written from the data sheets of
//! the Am79C970A (PCnet-PCI II) and its successors.
//!
//! | file | what |
//! |---|---|
//! | `chip`, `part` | registers, their bits, what the user half may touch; the chips of the family |
//! | `probe`, `prom`, `parameters`, `board` | which chip this is and what its address is; how to start with it |
//! | `fixed` | cards on the VL bus, which tells of none |
//! | `state` | what the two halves share, and what only the kernel has |
//! | `net` | the interface's operations |
//! | `setup`, `control` | setting the chip up; bringing it up and down, and changing it meanwhile |
//! | `rings` | descriptors, rings, the initialization block |
//! | `transmit`, `receive` | the packet path |
//! | `snapshot` | the rings in the log |
//! | `filter` | the receive filter |
//! | `media`, `link` | what the chip is attached to; whether there is a link |
//! | `ports` | link settings where the chip has two ports |
//! | `mii`, `phy`, `phys` | PHYs: their registers, what they say, what users do with them |
//! | `power` | suspend and resume |
//! | `counters`, `statistics` | what is counted, and its names |
//! | `ethtool` | the ethtool operations |
//! | `dump`, `loopback`, `leds` | the register dump, the self test, the identifying LEDs |
#![no_std]
#![forbid(unsafe_code)]

mod board;
mod chip;
mod control;
mod dump;
mod ethtool;
mod filter;
mod leds;
mod link;
mod look;
mod loopback;
mod media;
mod mii;
mod net;
mod parameters;
mod part;
mod phy;
mod phys;
mod ports;
mod probe;
mod prom;
mod rings;
mod setup;
mod snapshot;
mod state;
mod statistics;

use microdriver::{Device, Driver, Result};

pub use probe::Identity;
pub use state::Pcnet32;

impl Driver for Pcnet32 {
    type Identity = Identity;

    // from drivers/pcnet32/src/lib.rs:83
    fn probe(device: &Device) -> Result<Identity> {
        probe::identify(device)
    }
}

mod split;
