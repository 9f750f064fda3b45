// Emitted by pcnet-partition from drivers/pcnet32/src/media.rs. Do not edit.

//! What the chip is attached to: what parameters, boards and users say of it, and the bits for it.

use crate::chip;
use crate::part::Chip;
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

impl Media {
    /// Whatever is plugged in.
    pub(crate) const AUTOMATIC: Self = Self {
        auto_select: true,
        port: Port::Aui,
        fast: false,
        full_duplex: false,
        chosen: false,
        advertised: 0,
    };

    // from drivers/pcnet32/src/media.rs:47
    /// Exactly this.
    pub(crate) const fn fixed(port: Port, fast: bool, full_duplex: bool) -> Self {
        Self {
            auto_select: false,
            port,
            fast,
            full_duplex,
            ..Self::AUTOMATIC
        }
    }

    // from drivers/pcnet32/src/media.rs:59
    /// The medium that the module parameter `options` stands for; the numbers are those that this
    /// family's drivers have had since the first. `None` for a number without a medium.
    pub(crate) fn from_option(option: i32) -> Option<Self> {
        Some(match option {
            0 => Self::AUTOMATIC,
            1 | 2 => Self::fixed(Port::Aui, false, false),
            4 => Self::fixed(Port::TwistedPair, false, true),
            9 => Self::fixed(Port::Mii, false, false),
            10 => Self::fixed(Port::Mii, false, true),
            11 => Self {
                port: Port::Mii,
                ..Self::AUTOMATIC
            },
            12 => Self::fixed(Port::TwistedPair, false, false),
            13 => Self::fixed(Port::Mii, true, false),
            14 => Self::fixed(Port::Mii, true, true),
            _ => return None,
        })
    }

    // from drivers/pcnet32/src/media.rs:79
    /// Whether the chip has the port. The chips with an MII but the first of them have no other port;
    /// the others' bits mean nothing to them, and the choice would lose the link.
    pub(crate) fn suits(&self, chip: Chip) -> bool {
        match self.port {
            Port::Aui | Port::TwistedPair => {
                self.auto_select || !chip.has_mii() || chip == Chip::Am79C971
            }
            Port::Serial => true,
            Port::Mii => chip.has_mii(),
        }
    }

    // from drivers/pcnet32/src/media.rs:90
    /// The port bits of CSR15.
    pub(crate) fn port_bits(&self) -> u16 {
        match self.port {
            Port::Aui => chip::PORT_AUI,
            Port::TwistedPair => chip::PORT_TWISTED_PAIR,
            Port::Serial => chip::PORT_SERIAL,
            Port::Mii => chip::PORT_MII,
        }
    }

    // from drivers/pcnet32/src/media.rs:100
    /// The automatic selection bit of BCR2. With several PHYs the driver selects, not the chip.
    pub(crate) fn select_bits(&self, several_phys: bool) -> u32 {
        if self.auto_select && !several_phys {
            chip::ASEL
        } else {
            0
        }
    }

    // from drivers/pcnet32/src/media.rs:109
    /// The full duplex bits of BCR9, until a PHY says what it agreed on.
    pub(crate) fn duplex_bits(&self, part: Chip) -> u32 {
        let both = chip::FULL_DUPLEX | chip::FULL_DUPLEX_AUI;
        if self.auto_select {
            // As IBM's xSeries 250, which has this chip, wants it.
            return if part == Chip::Am79C975 { both } else { 0 };
        }
        match self.port {
            _ if !self.full_duplex => 0,
            Port::Aui => both,
            Port::TwistedPair if self.chosen => both,
            _ => chip::FULL_DUPLEX,
        }
    }

    // from drivers/pcnet32/src/media.rs:124
    /// Whether the driver sets the PHYs up by their registers; else the chip does.
    pub(crate) fn by_hand(&self, several_phys: bool) -> bool {
        several_phys || self.chosen || !self.auto_select
    }

    // from drivers/pcnet32/src/media.rs:129
    /// The bits of BCR32 for it.
    pub(crate) fn manage_bits(&self, several_phys: bool) -> u32 {
        if several_phys || self.chosen {
            return chip::PHY_BY_HAND;
        }
        if self.auto_select {
            return chip::PHY_NEGOTIATE;
        }
        let speed = if self.fast { chip::PHY_100 } else { 0 };
        let duplex = if self.full_duplex {
            chip::PHY_FULL_DUPLEX
        } else {
            0
        };
        speed | duplex
    }
}
