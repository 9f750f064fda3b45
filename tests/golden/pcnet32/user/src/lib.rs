// Emitted by pcnet-partition from drivers/pcnet32/src/lib.rs. Do not edit.

//! AMD PCnet32 Ethernet: the Am79C97x family of PCI controllers.
//!
//! One source for both halves: no function here knows where it runs. Written from the data sheets of
//! the Am79C970A (PCnet-PCI II) and its successors.
//!
//! | file | what |
//! |---|---|
//! | `chip` | registers, their bits, the chips of the family, what the user half may touch |
//! | `probe` | which chip this is and what its address is |
//! | `state` | what the two halves share, and what only the kernel has |
//! | `net` | the interface's operations |
//! | `control` | bringing the chip up and down, and changing it meanwhile |
//! | `rings` | descriptors, rings, the initialization block |
//! | `transmit`, `receive` | the packet path |
//! | `filter`, `link` | the receive filter; whether there is a link, and what it is made of |
//! | `counters`, `statistics` | what is counted, and its names |
//! | `ethtool`, `dump`, `loopback` | the ethtool operations, the register dump, the self test |
#![no_std]
#![forbid(unsafe_code)]

mod chip;
mod control;
mod counters;
mod dump;
mod ethtool;
mod filter;
mod link;
mod loopback;
mod net;
mod probe;
mod rings;
mod state;
mod statistics;

use microdriver::{Device, Driver, Result};

pub use probe::Identity;
pub use state::Pcnet32;

impl Driver for Pcnet32 {
    type Identity = Identity;

    // from drivers/pcnet32/src/lib.rs:75
    fn probe(device: &Device) -> Result<Identity> {
        probe::identify(device)
    }
}

mod split;
