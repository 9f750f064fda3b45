// Emitted by pcnet-partition from src/lib.rs. Do not edit.

//! The smallest driver with something in each half.

#![no_std]
#![forbid(unsafe_code)]

mod chip;
mod ethtool;
mod interface;
mod state;

pub use state::Small;

mod split;
