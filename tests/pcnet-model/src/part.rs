//! The chips of the family, and what each can do.

/// One chip of the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// PCnet-PCI: 10 Mbit/s, half duplex.
    Am79C970,
    /// PCnet-32, on the VL bus: 10 Mbit/s, half duplex.
    Am79C965,
    /// PCnet-PCI II: full duplex; the one that QEMU emulates.
    Am79C970A,
    /// PCnet-FAST: 10/100 Mbit/s, MII, and an internal 10BASE-T PHY at address 31.
    Am79C971,
    /// PCnet-FAST+.
    Am79C972,
    /// PCnet-FAST III, with a PHY inside.
    Am79C973,
    /// PCnet-FAST III with a serial management bus.
    Am79C975,
    /// PCnet-PRO.
    Am79C976,
    /// PCnet-Home: HomePNA and 10BASE-T PHYs inside.
    Am79C978,
}

impl Part {
    /// Every part.
    pub const ALL: [Part; 9] = [
        Part::Am79C970,
        Part::Am79C965,
        Part::Am79C970A,
        Part::Am79C971,
        Part::Am79C972,
        Part::Am79C973,
        Part::Am79C975,
        Part::Am79C976,
        Part::Am79C978,
    ];

    /// The 16-bit part number within the chip identity (Am79C970A, CSR88: PARTID).
    #[must_use]
    pub const fn id(self) -> u16 {
        match self {
            Part::Am79C970 => 0x2420,
            Part::Am79C965 => 0x2430,
            Part::Am79C970A => 0x2621,
            Part::Am79C971 => 0x2623,
            Part::Am79C972 => 0x2624,
            Part::Am79C973 => 0x2625,
            Part::Am79C978 => 0x2626,
            Part::Am79C975 => 0x2627,
            Part::Am79C976 => 0x2628,
        }
    }

    /// The whole chip identity, CSR89 above CSR88: version, part, manufacturer (AMD's is 1) and a one.
    #[must_use]
    pub const fn identity(self) -> u32 {
        ((self.id() as u32) << 12) | 0x003
    }

    /// Whether the chip has a media independent interface, and with it BCR32 to BCR34.
    #[must_use]
    pub const fn has_mii(self) -> bool {
        !matches!(self, Part::Am79C970 | Part::Am79C965 | Part::Am79C970A)
    }

    /// Whether the chip can do full duplex (BCR9).
    #[must_use]
    pub const fn has_full_duplex(self) -> bool {
        !matches!(self, Part::Am79C970 | Part::Am79C965)
    }
}
