// Emitted by pcnet-partition from drivers/pcnet32/src/mii.rs. Do not edit.

//! The management interface (MII): the registers of PHYs, through BCR33 and BCR34, as IEEE 802.3
//! clause 22 has them. An access takes 64 bits at 2.5 MHz: 26 microseconds, which the bus waits.

use crate::chip;
use microdriver::{Token, Transaction};

/// Registers of a PHY: control, status, its maker (two words), what it advertises, what its partner
/// advertises.
pub(crate) const CONTROL: u16 = 0;
pub(crate) const STATUS: u16 = 1;
pub(crate) const ADVERTISED: u16 = 4;
pub(crate) const PARTNER: u16 = 5;

pub(crate) const LINK: u16 = 0x0004;

/// What a register that nobody drives reads as.
const NOBODY: u16 = 0xffff;

// from drivers/pcnet32/src/mii.rs:55
/// What BCR33 has to hold for BCR34 to be this register.
const fn selection(phy: u8, register: u16) -> u32 {
    (phy as u32 & 0x1f) << 5 | register as u32 & 0x1f
}

// from drivers/pcnet32/src/mii.rs:60
/// Has the transaction read a register of a PHY.
pub(crate) fn read(transaction: &mut Transaction<'_>, phy: u8, register: u16) -> Token {
    transaction.write(chip::BCR33, selection(phy, register));
    transaction.read(chip::BCR34)
}

// from drivers/pcnet32/src/mii.rs:143
/// Whether a status register says that there is a link.
pub(crate) fn has_link(status: u16) -> bool {
    status != NOBODY && status & LINK != 0
}
