//! The network port: which medium is in use, whether it has a link, duplex, and the ways back to the receiver.

use crate::bcr::number::{FULL_DUPLEX, MISCELLANEOUS};
use crate::chip::Chip;
use crate::csr::bits::csr15;
use crate::csr::number;
use crate::mii::{Agreement, MIIILP};

/// BCR2: the port is chosen by link.
const ASEL: u16 = 1 << 1;
/// BCR9: full duplex.
const FDEN: u16 = 1 << 0;
/// BCR9: full duplex on the AUI too.
const AUIFD: u16 = 1 << 1;
/// BCR9: runts are not accepted in full duplex either.
const FDRPAD: u16 = 1 << 2;

/// What frames go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// The attachment unit interface, with a transceiver outside.
    Aui,
    /// The 10BASE-T transceiver of the chip.
    TwistedPair,
    /// The general purpose serial interface.
    Gpsi,
    /// The media independent interface.
    Mii,
}

impl Chip {
    /// The port in use (Am79C970A, CSR15: PORTSEL; BCR2: ASEL).
    #[must_use]
    pub fn port(&self) -> Port {
        let automatic = self.bcr[MISCELLANEOUS] & ASEL != 0;
        if self.part().has_mii() && (automatic || !self.part().has_all_ports()) {
            // The port manager prefers the MII, and boards with such a part have a PHY there.
            return Port::Mii;
        }
        if automatic {
            return if self.twisted_pair_link() {
                Port::TwistedPair
            } else {
                Port::Aui
            };
        }
        match (self.csr[number::MODE] & csr15::PORTSEL) >> 7 {
            0 => Port::Aui,
            1 => Port::TwistedPair,
            3 if self.part().has_mii() => Port::Mii,
            _ => Port::Gpsi,
        }
    }

    /// Whether frames get through.
    #[must_use]
    pub fn has_link(&self) -> bool {
        match self.port() {
            Port::Aui | Port::Gpsi => self.config.aui,
            Port::TwistedPair => self.twisted_pair_link(),
            Port::Mii => self.attached_phys().any(|phy| phy.has_link()),
        }
    }

    /// What the link of the MII runs at.
    #[must_use]
    pub fn agreement(&self) -> Option<Agreement> {
        self.attached_phys().find_map(|phy| phy.agreement())
    }

    /// Whether the chip takes the twisted pair for connected (Am79C970A, CSR15: DLNKTST).
    fn twisted_pair_link(&self) -> bool {
        self.twisted_pair || self.csr[number::MODE] & csr15::DLNKTST != 0
    }

    /// What the link LED shows.
    pub(crate) fn shown_link(&self) -> bool {
        if self.port() == Port::Mii {
            self.has_link()
        } else {
            self.twisted_pair_link()
        }
    }

    /// Whether the MAC sends and receives at once (Am79C970A, BCR9).
    #[must_use]
    pub fn full_duplex(&self) -> bool {
        let duplex = self.bcr[FULL_DUPLEX];
        match self.port() {
            Port::Aui => duplex & (FDEN | AUIFD) == FDEN | AUIFD,
            _ => duplex & FDEN != 0,
        }
    }

    /// Whether full duplex lets runts pass (Am79C971, BCR9: FDRPAD).
    pub(crate) fn duplex_passes_runts(&self) -> bool {
        self.full_duplex() && self.bcr[FULL_DUPLEX] & FDRPAD == 0
    }

    /// Whether the chip is cut off from the network: what is sent comes back, and nothing else comes in.
    pub(crate) fn loops_inside(&self) -> bool {
        let mode = self.csr[number::MODE];
        let internal = csr15::LOOP | csr15::INTL;
        mode & internal == internal || self.port() == Port::Mii && self.loops_at_mii(mode)
    }

    /// Whether what is sent reaches the wire and comes back too.
    pub(crate) fn loops_outside(&self) -> bool {
        let mode = self.csr[number::MODE];
        mode & (csr15::LOOP | csr15::INTL) == csr15::LOOP && self.port() != Port::Mii
    }

    /// The MII returns what is sent (Am79C971, BCR32: MIIILP), or the PHY behind it does, to a receiver that is told to
    /// listen while the transmitter is on.
    fn loops_at_mii(&self, mode: u16) -> bool {
        self.bcr[32] & MIIILP != 0
            || mode & csr15::LOOP != 0 && self.attached_phys().any(|phy| phy.loops())
    }

    /// Whether the transmitter makes collisions with itself (Am79C970A, CSR15: FCOLL).
    pub(crate) fn forces_collisions(&self) -> bool {
        let needed = csr15::LOOP | csr15::INTL | csr15::FCOLL;
        self.csr[number::MODE] & needed == needed
    }
}
