// Emitted by pcnet-partition from src/lib.rs. Do not edit.

//! A driver with one of everything that is awkward to split: it does nothing sensible.

#![no_std]
#![forbid(unsafe_code)]

mod board;
mod labels;
mod net;
mod tools;

use microdriver::{Device, Driver, Result};

use board::Found;

pub use board::Board;

impl Driver for Board {
    type Identity = Found;

    // from src/lib.rs:28
    fn probe(device: &Device) -> Result<Self::Identity> {
        Ok(Found {
            revision: board::revision(device)?,
            limits: [1, board::LIMIT],
        })
    }

    // from src/lib.rs:43
    fn work(&self, work: u32) -> Result<()> {
        tools::repeat(work, || self.tick(work, true))
    }
}

mod split;
