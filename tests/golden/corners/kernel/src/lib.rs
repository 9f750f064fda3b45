// Emitted by pcnet-partition from src/lib.rs. Do not edit.

//! A driver with one of everything that is awkward to split: it does nothing sensible.

#![no_std]
#![forbid(unsafe_code)]

mod board;
mod labels;
mod net;
mod tools;

use microdriver::{Device, Driver, MacAddress, PciId, Result};

use board::Found;

pub use board::Board;

/// The devices, in a constant of their own.
const DEVICES: &[PciId] = &[PciId::new(0x1af4, 0x1000)];

impl Driver for Board {
    const NAME: &'static str = "corners";
    const IDS: &'static [PciId] = DEVICES;

    type Identity = Found;

    /// A stub: `Board::probe` runs in the user half (src/lib.rs:28; process context, and nothing keeps it in the kernel).
    fn probe(device: &Device) -> Result<Self::Identity> {
        device.upcall(crate::split::UP_PROBE, &())
    }

    // from src/lib.rs:35
    fn attach(device: Device, identity: Self::Identity) -> Result<Self> {
        Board::new(device, identity)
    }

    // from src/lib.rs:39
    fn address(&self) -> MacAddress {
        self.station
    }

    /// A stub: `Board::work` runs in the user half (src/lib.rs:43; process context, and nothing keeps it in the kernel).
    fn work(&self, work: u32) -> Result<()> {
        self.channel.upcall(crate::split::UP_WORK, &(work,))
    }
}

mod split;
