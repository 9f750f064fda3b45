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

    /// Whether the Am79C971's own 10BASE-T transceiver answers on the management bus, at address 31. It is not on the MII
    /// and must not be taken for one that is; the Am79C972 answers there too.
    #[must_use]
    pub const fn has_phantom_phy(self) -> bool {
        matches!(self, Part::Am79C971 | Part::Am79C972)
    }

    /// Whether BCR49 chooses between two PHYs inside, one for the phone line.
    #[must_use]
    pub const fn has_home_pna(self) -> bool {
        matches!(self, Part::Am79C978)
    }

    /// Whether the chip can be suspended (CSR5: SPND), and has the rest of CSR5.
    #[must_use]
    pub const fn has_suspend(self) -> bool {
        !matches!(self, Part::Am79C970 | Part::Am79C965)
    }

    /// Whether CSR0 has BABL: from the Am79C972 on the bit is reserved.
    #[must_use]
    pub const fn has_babble(self) -> bool {
        matches!(
            self,
            Part::Am79C970 | Part::Am79C965 | Part::Am79C970A | Part::Am79C971
        )
    }

    /// Whether reading BCR30 hangs the chip.
    #[must_use]
    pub const fn hangs_on_expansion_bus(self) -> bool {
        matches!(self, Part::Am79C976)
    }

    /// Whether the chip clears the length of a receive buffer when it hands the buffer back. Seen on some Am79C965; the
    /// data sheet says that it is left alone.
    #[must_use]
    pub const fn clears_receive_length(self) -> bool {
        matches!(self, Part::Am79C965)
    }

    /// Whether PORTSEL chooses among AUI, 10BASE-T, GPSI and, with an MII, that. The parts after the Am79C971 have left
    /// AUI and 10BASE-T out.
    #[must_use]
    pub const fn has_all_ports(self) -> bool {
        self.has_babble()
    }

    /// Whether BCR4 to BCR7 can be written only while LEDPE (BCR2, bit 12) is set.
    #[must_use]
    pub const fn guards_leds(self) -> bool {
        self.has_mii()
    }

    /// Whether the chip can do full duplex (BCR9).
    #[must_use]
    pub const fn has_full_duplex(self) -> bool {
        !matches!(self, Part::Am79C970 | Part::Am79C965)
    }
}
