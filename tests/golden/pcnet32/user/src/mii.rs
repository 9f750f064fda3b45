// Emitted by pcnet-partition from drivers/pcnet32/src/mii.rs. Do not edit.

//! The management interface (MII): the registers of PHYs, through BCR33 and BCR34, as IEEE 802.3
//! clause 22 has them. An access takes 64 bits at 2.5 MHz: 26 microseconds, which the bus waits.

use crate::chip;
use crate::media::Media;
use microdriver::{Registers, Result, Token, Transaction};

/// Registers of a PHY: control, status, its maker (two words), what it advertises, what its partner
/// advertises.
pub(crate) const CONTROL: u16 = 0;
pub(crate) const STATUS: u16 = 1;
pub(crate) const MAKER: u16 = 2;
pub(crate) const ADVERTISED: u16 = 4;
pub(crate) const PARTNER: u16 = 5;
/// How many registers a PHY has, and how many PHYs there can be.
pub(crate) const REGISTERS: u16 = 32;
pub(crate) const PHYS: u8 = 32;

/// Control: reset, 100 Mbit/s, negotiation, cut off from the chip, negotiate now, full duplex, and
/// 1000 Mbit/s.
pub(crate) const RESET: u16 = 0x8000;
pub(crate) const FAST: u16 = 0x2000;
pub(crate) const NEGOTIATE: u16 = 0x1000;
pub(crate) const ISOLATE: u16 = 0x0400;
pub(crate) const NEGOTIATE_NOW: u16 = 0x0200;
pub(crate) const FULL_DUPLEX: u16 = 0x0100;
pub(crate) const GIGABIT: u16 = 0x0040;
/// Status: negotiation has ended; there is a link.
pub(crate) const NEGOTIATED: u16 = 0x0020;
pub(crate) const LINK: u16 = 0x0004;
/// Advertised: the four modes at 10 and 100 Mbit/s, 100BASE-T4, pause frames and the asymmetric kind
/// of them, and that the partner's word was received.
pub(crate) const MODE_10_HALF: u16 = 0x0020;
pub(crate) const MODE_10_FULL: u16 = 0x0040;
pub(crate) const MODE_100_HALF: u16 = 0x0080;
pub(crate) const MODE_100_FULL: u16 = 0x0100;
pub(crate) const MODE_100_T4: u16 = 0x0200;
pub(crate) const PAUSE: u16 = 0x0400;
pub(crate) const PAUSE_ASYMMETRIC: u16 = 0x0800;
pub(crate) const ACKNOWLEDGED: u16 = 0x4000;

/// All of the register that a user chooses.
pub(crate) const ADVERTISABLE: u16 = MODE_10_HALF
    | MODE_10_FULL
    | MODE_100_HALF
    | MODE_100_FULL
    | MODE_100_T4
    | PAUSE
    | PAUSE_ASYMMETRIC;

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

// from drivers/pcnet32/src/mii.rs:66
/// Has it read the next of the values that it was started with room for.
pub(crate) fn read_next(transaction: &mut Transaction<'_>, phy: u8, register: u16) {
    transaction.write(chip::BCR33, selection(phy, register));
    transaction.read_range(chip::BCR34, 1);
}

// from drivers/pcnet32/src/mii.rs:72
/// Has it write one.
pub(crate) fn write(transaction: &mut Transaction<'_>, phy: u8, register: u16, value: u16) {
    transaction.write(chip::BCR33, selection(phy, register));
    transaction.write(chip::BCR34, u32::from(value));
}

// from drivers/pcnet32/src/mii.rs:78
/// Has it change some bits of one.
pub(crate) fn modify(
    transaction: &mut Transaction<'_>,
    phy: u8,
    register: u16,
    clear: u16,
    set: u16,
) {
    transaction.write(chip::BCR33, selection(phy, register));
    transaction.modify(chip::BCR34, u32::from(clear), u32::from(set));
}

// from drivers/pcnet32/src/mii.rs:90
/// Has it set a PHY up for `media`.
pub(crate) fn set_up(transaction: &mut Transaction<'_>, phy: u8, media: &Media) {
    if media.auto_select {
        if media.advertised != 0 {
            modify(transaction, phy, ADVERTISED, ADVERTISABLE, media.advertised);
        }
        modify(transaction, phy, CONTROL, 0, NEGOTIATE | NEGOTIATE_NOW);
    } else {
        let speed = if media.fast { FAST } else { 0 };
        let duplex = if media.full_duplex { FULL_DUPLEX } else { 0 };
        let all = NEGOTIATE | FAST | GIGABIT | FULL_DUPLEX;
        modify(transaction, phy, CONTROL, all, speed | duplex);
    }
}

/// PHYs that are asked at once.
pub(crate) const SOME: usize = 8;

// from drivers/pcnet32/src/mii.rs:108
/// Who made the PHYs at the addresses from `first`: their two words, `None` where nobody answers.
pub(crate) fn makers(registers: &Registers, first: u8) -> Result<[Option<(u16, u16)>; SOME]> {
    let mut words = [0; 2 * SOME];
    let mut transaction = registers.transaction_into(&mut words);
    for phy in (first..).take(SOME) {
        read_next(&mut transaction, phy, MAKER);
        read_next(&mut transaction, phy, MAKER + 1);
    }
    transaction.run()?;
    let mut makers = [None; SOME];
    for (maker, words) in makers.iter_mut().zip(words.chunks_exact(2)) {
        if let &[first, second] = words
            && first as u16 != NOBODY
        {
            *maker = Some((first as u16, second as u16));
        }
    }
    Ok(makers)
}

// from drivers/pcnet32/src/mii.rs:128
/// Leaves a PHY selected: the one that the chip manages.
pub(crate) fn select(registers: &Registers, phy: u8) -> Result<()> {
    let mut transaction = registers.transaction();
    transaction.write(chip::BCR33, selection(phy, CONTROL));
    transaction.run().map(drop)
}

// from drivers/pcnet32/src/mii.rs:135
/// Whether a PHY has a link. Read twice, as the bit keeps saying that the link was lost until it has been read.
pub(crate) fn sees_link(registers: &Registers, phy: u8) -> Result<bool> {
    let mut transaction = registers.transaction();
    read(&mut transaction, phy, STATUS);
    let status = read(&mut transaction, phy, STATUS);
    Ok(has_link(transaction.run()?.get16(status)))
}

// from drivers/pcnet32/src/mii.rs:143
/// Whether a status register says that there is a link.
pub(crate) fn has_link(status: u16) -> bool {
    status != NOBODY && status & LINK != 0
}

// from drivers/pcnet32/src/mii.rs:148
/// The addresses whose bits are set.
pub(crate) fn addresses(phys: u32) -> impl Iterator<Item = u8> {
    (0..PHYS).filter(move |phy| phys >> phy & 1 != 0)
}
