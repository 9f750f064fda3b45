// Emitted by pcnet-partition from drivers/pcnet32/src/part.rs. Do not edit.

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
    // from drivers/pcnet32/src/part.rs:73
    /// Whether it has the link LED and full duplex: all since the Am79C970A.
    pub(crate) fn senses_link(self) -> bool {
        !self.is_first()
    }

    // from drivers/pcnet32/src/part.rs:78
    /// Whether it is one of the two that can do the least.
    fn is_first(self) -> bool {
        matches!(self, Chip::Am79C965 | Chip::Am79C970)
    }

    // from drivers/pcnet32/src/part.rs:94
    /// Whether there are PHYs behind a management interface. The Am79C978 has its own, which BCR49
    /// chooses from.
    pub(crate) fn has_mii(self) -> bool {
        !self.is_first() && !matches!(self, Chip::Am79C970A | Chip::Am79C978)
    }

    // from drivers/pcnet32/src/part.rs:114
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
