// Emitted by pcnet-partition from drivers/pcnet32/src/media.rs. Do not edit.

//! What the chip is attached to: what parameters, boards and users say of it, and the bits for it.

use microdriver::Wire;

/// Where the chip's frames go in and out (PORTSEL of CSR15).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub(crate) enum Port {
    Aui,
    /// 10BASE-T
    TwistedPair,
    /// The general purpose serial interface: boards for T1 and E1 lines.
    Serial,
    Mii,
}

/// How the chip is attached to the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub(crate) struct Media {
    /// The chip selects the port, or the PHY negotiates.
    pub(crate) auto_select: bool,
    /// The port where the chip does not select it.
    pub(crate) port: Port,
    /// 100 Mbit/s where the PHY does not negotiate.
    pub(crate) fast: bool,
    /// Both directions at once, where nothing is negotiated.
    pub(crate) full_duplex: bool,
    /// The user chose it while the driver ran.
    pub(crate) chosen: bool,
    /// What the user has the PHY advertise: bits of its register 4, none to leave it alone.
    pub(crate) advertised: u16,
}
