// Emitted by pcnet-partition from drivers/pcnet32/src/probe.rs. Do not edit.

//! Finding out which chip this is and what its address is, and how to start with it.

use crate::part::Chip;
use crate::state::{Settings, Tuning};
use microdriver::{MacAddress, Wire};

/// What probing finds out, and decides.
#[derive(Clone, Debug, PartialEq, Wire)]
pub struct Identity {
    /// The chip.
    pub chip: Chip,
    /// The permanent address; all zeroes where the chip has none that is valid.
    pub address: MacAddress,
    /// It is in double-word I/O mode.
    pub(crate) wide: bool,
    /// Addresses at which a PHY answered, a bit each.
    pub(crate) phys: u32,
    pub(crate) tuning: Tuning,
    /// What holds until the user chooses otherwise.
    pub(crate) settings: Settings,
}
