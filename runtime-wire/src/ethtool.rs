//! Plain data of the ethtool operations.

use crate::bounded::{Bytes, List, Text};
use crate::wire::Wire;

/// Who drives the device (`ethtool -i`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Wire)]
pub struct DrvInfo {
    /// Name of the driver.
    pub driver: Text<32>,
    /// Its version; the kernel's own where empty.
    pub version: Text<32>,
    /// Firmware of the device.
    pub firmware: Text<32>,
    /// Name of the device on its bus.
    pub bus_info: Text<32>,
}

/// Ring sizes in descriptors (`ethtool -g`, `-G`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub struct RingParam {
    /// Largest receive ring.
    pub rx_max: u32,
    /// Largest transmit ring.
    pub tx_max: u32,
    /// Receive ring.
    pub rx: u32,
    /// Mini receive ring.
    pub rx_mini: u32,
    /// Jumbo receive ring.
    pub rx_jumbo: u32,
    /// Transmit ring.
    pub tx: u32,
}

/// Link settings (`ethtool DEV`, `ethtool -s`). Numbers are those of `linux/ethtool.h`; masks are of
/// `ETHTOOL_LINK_MODE_*` bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub struct LinkSettings {
    /// Mbit/s; `u32::MAX` where unknown.
    pub speed: u32,
    /// `DUPLEX_*`.
    pub duplex: u8,
    /// `PORT_*`.
    pub port: u8,
    /// Address of the PHY.
    pub phy_address: u8,
    /// `AUTONEG_*`.
    pub autoneg: u8,
    /// What the device can do.
    pub supported: u64,
    /// What it advertises.
    pub advertising: u64,
    /// What its link partner advertises.
    pub lp_advertising: u64,
    /// `XCVR_*`: 0 where the PHY is on the chip or the card.
    pub transceiver: u8,
    /// `ETH_MDIO_SUPPORTS_*`: how the PHY's registers can be reached.
    pub mdio_support: u8,
}

/// A piece of a register dump (`ethtool -d`): all of it, where it is short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Wire)]
pub struct RegisterDump {
    /// Version of the dump's layout; the first piece's counts.
    pub version: u32,
    /// The piece.
    pub bytes: Bytes<{ RegisterDump::ROOM }>,
}

impl RegisterDump {
    /// Most bytes of a piece: it passes through the kernel's stack, and a message.
    pub const ROOM: usize = 1024;
    /// Fewest bytes of a piece with another one after it: so there are not many.
    pub const LEAST: usize = Self::ROOM / 2;
    /// Most bytes of a dump.
    pub const MOST: usize = 8 * Self::ROOM;
}

/// Which set of strings or numbers is meant (`ETH_SS_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub enum StringSet {
    /// Names of the self tests.
    Test,
    /// Names of the statistics.
    Stats,
    /// A set of another kind.
    Other,
}

/// Strings of a set.
pub type Strings = List<Text<32>, 32>;
/// Statistics, in the order of their strings.
pub type Numbers = List<u64, 32>;

/// Outcome of a self test (`ethtool -t`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Wire)]
pub struct SelfTest {
    /// Whether any test failed.
    pub failed: bool,
    /// A result for each test, 0 where it passed.
    pub results: List<u64, 8>,
}

/// What an identifying LED is told (`ethtool -p`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub enum PhysIdState {
    /// Hand control of the LED back.
    Inactive,
    /// Take control; the operation returns how often a second to toggle, or 0 where the device blinks by itself.
    Active,
    /// Light it.
    On,
    /// Darken it.
    Off,
}
