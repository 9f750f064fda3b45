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

    /// The port bits of CSR15.
    pub(crate) fn port_bits(&self) -> u16 {
        match self.port {
            Port::Aui => chip::PORT_AUI,
            Port::TwistedPair => chip::PORT_TWISTED_PAIR,
            Port::Serial => chip::PORT_SERIAL,
            Port::Mii => chip::PORT_MII,
        }
    }

    /// The automatic selection bit of BCR2. With several PHYs the driver selects, not the chip.
    pub(crate) fn select_bits(&self, several_phys: bool) -> u32 {
        if self.auto_select && !several_phys {
            chip::ASEL
        } else {
            0
        }
    }

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

    /// Whether the driver sets the PHYs up by their registers; else the chip does.
    pub(crate) fn by_hand(&self, several_phys: bool) -> bool {
        several_phys || self.chosen || !self.auto_select
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_stand_for_media() {
        let media = |option| Media::from_option(option).unwrap();
        assert_eq!(media(0), Media::AUTOMATIC);
        assert_eq!(media(1).port_bits(), 0);
        assert_eq!(media(2), media(1));
        assert_eq!(media(4).port_bits(), 0x0080);
        assert!(media(4).full_duplex && !media(12).full_duplex);
        for (option, bits) in [(9, 0x00), (10, 0x10), (13, 0x08), (14, 0x18)] {
            assert_eq!(media(option).port_bits(), 0x0180);
            assert_eq!(media(option).manage_bits(false), bits);
        }
        assert!(media(11).auto_select && media(11).port == Port::Mii);
        for option in [-1, 3, 5, 6, 7, 8, 15, 16, i32::MAX] {
            assert_eq!(Media::from_option(option), None);
        }
    }

    #[test]
    fn several_phys_are_set_up_by_hand() {
        let automatic = Media::AUTOMATIC;
        assert_eq!(automatic.select_bits(false), chip::ASEL);
        assert_eq!(automatic.select_bits(true), 0);
        assert!(automatic.by_hand(true) && !automatic.by_hand(false));
        assert_eq!(automatic.manage_bits(false), chip::PHY_NEGOTIATE);
        assert_eq!(automatic.manage_bits(true), chip::PHY_BY_HAND);
    }

    #[test]
    fn duplex_until_a_phy_speaks() {
        let automatic = Media::AUTOMATIC;
        assert_eq!(automatic.duplex_bits(Chip::Am79C973), 0);
        assert_eq!(automatic.duplex_bits(Chip::Am79C975), 3);
        let full = |port| Media::fixed(port, false, true);
        assert_eq!(full(Port::TwistedPair).duplex_bits(Chip::Am79C970A), 1);
        assert_eq!(full(Port::Aui).duplex_bits(Chip::Am79C970A), 3);
        let chosen = Media {
            chosen: true,
            ..full(Port::TwistedPair)
        };
        assert_eq!(chosen.duplex_bits(Chip::Am79C970A), 3);
    }

    #[test]
    fn a_chip_has_its_ports() {
        let mii = Media::fixed(Port::Mii, true, true);
        let twisted_pair = Media::fixed(Port::TwistedPair, false, false);
        assert!(mii.suits(Chip::Am79C973) && !mii.suits(Chip::Am79C970));
        assert!(twisted_pair.suits(Chip::Am79C971) && !twisted_pair.suits(Chip::Am79C972));
        assert!(Media::AUTOMATIC.suits(Chip::Am79C972));
    }
}
