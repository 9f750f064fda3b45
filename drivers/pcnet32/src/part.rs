//! The chips of the family, and what each can do.

use crate::chip::{BCR2, BCR9, BCR18, BCR25, BCR26, BCR32, BCR49, CSR80, CSR124};
use microdriver::{Register, Wire};

/// A chip of the family, as CSR88 and CSR89 name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub enum Chip {
    /// PCnet-32, on the VL bus
    Am79C965,
    /// PCnet-PCI
    Am79C970,
    /// PCnet-PCI II
    Am79C970A,
    /// PCnet-FAST
    Am79C971,
    /// PCnet-FAST+
    Am79C972,
    /// PCnet-FAST III
    Am79C973,
    /// PCnet-Home
    Am79C978,
    /// PCnet-FAST III with alert functions
    Am79C975,
    /// PCnet-PRO
    Am79C976,
}

/// Most registers that [`Chip::configuration`] lists.
pub(crate) const MOST_CONFIGURATION: usize = 8;

const FIRST: &[Register] = &[BCR2, CSR80];
const TWO_PORTS: &[Register] = &[BCR2, CSR80, BCR9, CSR124];
const MII: &[Register] = &[BCR2, CSR80, BCR9, CSR124, BCR18, BCR32];
const MEMORY: &[Register; MOST_CONFIGURATION] =
    &[BCR2, CSR80, BCR9, CSR124, BCR18, BCR32, BCR25, BCR26];
const HOME: &[Register] = &[BCR2, CSR80, BCR9, CSR124, BCR49];

impl Chip {
    /// The chip with this part number (CSR88 and CSR89, bits 27 to 12).
    pub(crate) fn from_part(part: u16, on_pci: bool) -> Option<Self> {
        Some(match part {
            // Two chips have this number; one is for the VL bus alone.
            0x2430 if !on_pci => Chip::Am79C965,
            0x2420 | 0x2430 => Chip::Am79C970,
            0x2621 => Chip::Am79C970A,
            0x2623 => Chip::Am79C971,
            0x2624 => Chip::Am79C972,
            0x2625 => Chip::Am79C973,
            0x2626 => Chip::Am79C978,
            0x2627 => Chip::Am79C975,
            0x2628 => Chip::Am79C976,
            _ => return None,
        })
    }

    /// Its name in print.
    pub(crate) fn part_name(self) -> &'static str {
        match self {
            Chip::Am79C965 => "PCnet/32 79C965",
            Chip::Am79C970 => "PCnet/PCI 79C970",
            Chip::Am79C970A => "PCnet/PCI II 79C970A",
            Chip::Am79C971 => "PCnet/FAST 79C971",
            Chip::Am79C972 => "PCnet/FAST+ 79C972",
            Chip::Am79C973 => "PCnet/FAST III 79C973",
            Chip::Am79C978 => "PCnet/Home 79C978",
            Chip::Am79C975 => "PCnet/FAST III 79C975",
            Chip::Am79C976 => "PCnet/PRO 79C976",
        }
    }

    /// Whether it has the link LED and full duplex: all since the Am79C970A.
    pub(crate) fn senses_link(self) -> bool {
        !self.is_first()
    }

    /// Whether it is one of the two that can do the least.
    fn is_first(self) -> bool {
        matches!(self, Chip::Am79C965 | Chip::Am79C970)
    }

    /// Whether it can be suspended (SPND of CSR5), to change what may not change while it runs.
    pub(crate) fn can_suspend(self) -> bool {
        !self.is_first()
    }

    /// Whether it has AUI and 10BASE-T to choose from, and no MII.
    pub(crate) fn has_two_ports(self) -> bool {
        self == Chip::Am79C970A
    }

    /// Whether there are PHYs behind a management interface. The Am79C978 has its own, which BCR49
    /// chooses from.
    pub(crate) fn has_mii(self) -> bool {
        !self.is_first() && !matches!(self, Chip::Am79C970A | Chip::Am79C978)
    }

    /// Whether the PHY that answers at address 31 is none: it mirrors the chip's own 10BASE-T port.
    pub(crate) fn has_phantom_phy(self) -> bool {
        self.has_large_fifo()
    }

    /// Whether its FIFOs hold a whole frame.
    pub(crate) fn has_large_fifo(self) -> bool {
        matches!(self, Chip::Am79C971 | Chip::Am79C972)
    }

    /// Whether it has 12 KiB of memory for frames, which has to be shared out.
    pub(crate) fn has_memory(self) -> bool {
        matches!(self, Chip::Am79C973 | Chip::Am79C975)
    }

    /// What the initialization block does not set, and a loss of power does away with.
    pub(crate) fn configuration(self) -> &'static [Register] {
        match self {
            Chip::Am79C965 | Chip::Am79C970 => FIRST,
            Chip::Am79C970A => TWO_PORTS,
            Chip::Am79C971 | Chip::Am79C972 | Chip::Am79C976 => MII,
            Chip::Am79C973 | Chip::Am79C975 => MEMORY,
            Chip::Am79C978 => HOME,
        }
    }
}
