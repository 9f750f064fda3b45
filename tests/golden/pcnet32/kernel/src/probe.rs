// Emitted by pcnet-partition from drivers/pcnet32/src/probe.rs. Do not edit.

//! Finding out which chip this is and what its address is, and how to start with it.

use core::fmt::Write;

use crate::part::Chip;
use crate::state::{Settings, Tuning};
use microdriver::{Attachment, Device, MacAddress, Text, Wire};

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

// from drivers/pcnet32/src/probe.rs:82
/// Where the card is, as users know it: its name on the bus, or, on the VL bus, its first port.
pub(crate) fn bus_name(device: &Device) -> Text<32> {
    let Attachment::Ports(base) = device.attachment() else {
        return device.bus_name();
    };
    let mut name = Text::default();
    // There is room.
    let _ = write!(name, "VLB {base:#x}");
    name
}
