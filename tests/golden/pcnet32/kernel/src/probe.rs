// Emitted by pcnet-partition from drivers/pcnet32/src/probe.rs. Do not edit.

//! Finding out which chip this is, and what its address is.

use crate::chip::Chip;
use microdriver::{MacAddress, Wire};

/// What probing finds out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub struct Identity {
    /// The chip.
    pub chip: Chip,
    /// The permanent address; all zeroes where the chip has none that is valid.
    pub address: MacAddress,
}
