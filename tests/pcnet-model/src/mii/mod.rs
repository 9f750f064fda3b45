//! The MII and its management (Am79C971, BCR32 to BCR34): the transceivers on it, and how the host talks to them.

mod phy;

pub use phy::{Agreement, Medium, Phy, PhyConfig, ability, control, status};

use crate::chip::Chip;
use crate::csr::bits::csr7::MREINT;
use crate::csr::number;
use crate::part::Part;

/// BCR32: a PHY answers; read only.
const MIIPD: u16 = 1 << 14;
/// BCR32: resets the PHY that BCR33 selects, as long as it is set.
const XPHYRST: u16 = 1 << 6;
/// BCR32: the chip leaves the PHY to the host.
const DANAS: u16 = 1 << 7;
/// BCR32: how the chip sets its PHY up: negotiation, full duplex, 100 Mbit/s.
const XPHYANE: u16 = 1 << 5;
const XPHYFD: u16 = 1 << 4;
const XPHYSP: u16 = 1 << 3;
/// BCR32: what is sent to the MII comes back.
pub(crate) const MIIILP: u16 = 1 << 1;
/// BCR33 has 10 bits: PHY address above register address.
const ADDRESS_BITS: u16 = 0x03ff;
/// What a read yields that nobody answers: the data line is pulled up.
const NOBODY: u16 = 0xffff;
/// BCR49 of the Am79C978: which internal PHY the MAC talks to; 1 is HomePNA.
const PHY_SELECT: u16 = 3;
const HOME_PNA_SELECTED: u16 = 1;

/// The PHYs of the usual board.
pub(crate) fn usual_phys(part: Part) -> Vec<PhyConfig> {
    match part {
        Part::Am79C978 => {
            let ethernet = PhyConfig {
                abilities: ability::FULL_10 | ability::HALF_10,
                partner: ability::FULL_10 | ability::HALF_10,
                ..PhyConfig::new(1)
            };
            let home = PhyConfig {
                abilities: 0,
                partner: 0,
                partner_negotiates: false,
                medium: Medium::HomePna,
                id: 0x0000_6b91,
                ..PhyConfig::new(2)
            };
            vec![ethernet, home]
        }
        _ if part.has_mii() => vec![PhyConfig::new(1)],
        _ => Vec::new(),
    }
}

/// The PHYs of a board, and the one that the Am79C971 and the Am79C972 answer for themselves at 31.
pub(crate) fn all_phys(part: Part, configured: &[PhyConfig]) -> Vec<Phy> {
    let mut phys: Vec<Phy> = configured.iter().cloned().map(Phy::new).collect();
    if part.has_phantom_phy() && !phys.iter().any(|phy| phy.address() == PHANTOM) {
        let mut phantom = PhyConfig::new(PHANTOM).unplugged();
        phantom.abilities = ability::FULL_10 | ability::HALF_10;
        phantom.id = 0x0000_6b60;
        phys.push(Phy::new(phantom));
    }
    phys
}

/// The address of the PHY that is not on the MII.
pub(crate) const PHANTOM: u8 = 31;

impl Chip {
    /// The transceiver at an address.
    #[must_use]
    pub fn phy(&self, address: u8) -> Option<&Phy> {
        self.phys.iter().find(|phy| phy.address() == address)
    }

    /// The transceiver at an address, to pull its cable or change the other end.
    pub fn phy_mut(&mut self, address: u8) -> Option<&mut Phy> {
        self.phys.iter_mut().find(|phy| phy.address() == address)
    }

    fn selected_phy(&mut self) -> Option<&mut Phy> {
        let address = (self.bcr[33] >> 5 & 0x1f) as u8;
        self.phy_mut(address)
    }

    pub(crate) fn read_mii_data(&mut self) -> u16 {
        let register = (self.bcr[33] & 0x1f) as u8;
        match self.selected_phy() {
            Some(phy) => phy.read(register),
            None => {
                self.csr[number::EXTENDED_2] |= MREINT;
                NOBODY
            }
        }
    }

    /// The same without side effects.
    pub(crate) fn peek_mii_data(&self) -> u16 {
        let address = (self.bcr[33] >> 5 & 0x1f) as u8;
        self.phy(address)
            .map_or(NOBODY, |phy| phy.peek((self.bcr[33] & 0x1f) as u8))
    }

    pub(crate) fn mii_control_value(&self) -> u16 {
        let detected = self.phys.iter().any(|phy| phy.address() != PHANTOM);
        self.bcr[32] & !MIIPD | if detected { MIIPD } else { 0 }
    }

    pub(crate) fn write_mii_control(&mut self, value: u16) {
        let before = self.bcr[32];
        let rises = value & !before;
        self.bcr[32] = value & !MIIPD;
        if rises & XPHYRST != 0
            && let Some(phy) = self.selected_phy()
        {
            phy.reset();
        }
        let managed = DANAS | XPHYANE | XPHYFD | XPHYSP;
        if (before ^ value) & managed != 0 && value & DANAS == 0 {
            self.manage_phy(value);
        }
    }

    /// The network port manager sets up the PHY that is in use (Am79C971, BCR32: XPHYANE, XPHYFD, XPHYSP).
    fn manage_phy(&mut self, bits: u16) {
        let Some(phy) = self
            .phys
            .iter_mut()
            .find(|phy| phy.address() != PHANTOM && phy.is_attached())
        else {
            return;
        };
        let mut control = phy.peek(0) & control::LOOPBACK;
        if bits & XPHYANE != 0 {
            control |= control::NEGOTIATE | control::RESTART;
        }
        if bits & XPHYSP != 0 {
            control |= control::SPEED_100;
        }
        if bits & XPHYFD != 0 {
            control |= control::FULL_DUPLEX;
        }
        phy.write(0, control);
    }

    pub(crate) fn write_mii_address(&mut self, value: u16) {
        self.bcr[33] = value & ADDRESS_BITS;
    }

    pub(crate) fn write_mii_data(&mut self, value: u16) {
        let register = (self.bcr[33] & 0x1f) as u8;
        if let Some(phy) = self.selected_phy() {
            phy.write(register, value);
        }
    }

    /// The transceivers that the MAC is connected to: those not isolated and, on the Am79C978, selected.
    pub(crate) fn attached_phys(&self) -> impl Iterator<Item = &Phy> {
        let home = self.bcr[49] & PHY_SELECT == HOME_PNA_SELECTED;
        let selects = self.part().has_home_pna();
        self.phys
            .iter()
            .filter(|phy| phy.address() != PHANTOM && phy.is_attached())
            .filter(move |phy| !selects || (phy.medium() == Medium::HomePna) == home)
    }
}
