//! The bus configuration registers: what reading and writing each does.
//!
//! Each row is the section of that name in the data sheet of the Am79C970A; of the later parts where it says so.
//!
//! | register | what | where |
//! |---|---|---|
//! | BCR0, BCR1 | reserved; constants | `reset` |
//! | BCR2 | APROMWE, LEDPE, ASEL | `registers`, here, `port` |
//! | BCR4 to BCR7 | LEDs; written only with LEDPE set (Am79C971) | `led` |
//! | BCR9 | full duplex; not in the Am79C970 and Am79C965 | `port` |
//! | BCR18 | bursts and the bus: kept, without effect but DWIO | `registers` |
//! | BCR19 | EEPROM: kept, without effect | here |
//! | BCR20 | software style | here, `descriptor` |
//! | BCR22 | latency for the PCI configuration space: kept | here |
//! | BCR25 to BCR27 | SRAM (Am79C971): kept, without effect | `expansion` |
//! | BCR28 to BCR30 | expansion bus (Am79C971) | `expansion` |
//! | BCR31, BCR35 | software timer, vendor (Am79C971): constants | `reset` |
//! | BCR32 to BCR34 | MII management (Am79C971) | `mii` |
//! | BCR49 | PHY select (Am79C978) | `mii` |
//!
//! What is left reads as zero.

use crate::chip::Chip;
use crate::expansion;
use crate::inspect::Register;

/// How many numbers there are; most parts use fewer.
pub(crate) const COUNT: usize = 64;

/// The numbers of the registers that other files speak of.
pub(crate) mod number {
    pub(crate) const MISCELLANEOUS: usize = 2;
    pub(crate) const LINK_LED: usize = 4;
    pub(crate) const FULL_DUPLEX: usize = 9;
    pub(crate) const BURST_AND_BUS: usize = 18;
    pub(crate) const SOFTWARE_STYLE: usize = 20;
}

/// BCR2: the address PROM can be written.
pub(crate) const APROMWE: u16 = 1 << 8;
/// BCR18: double-word I/O; read only.
pub(crate) const DWIO: u16 = 1 << 7;
/// BCR2: the LED registers can be written.
const LEDPE: u16 = 1 << 12;
/// BCR20: the initialization block and addresses have 32 bits.
const SSIZE32: u16 = 1 << 8;
/// BCR20: the chip acts as a PCnet, not as an ILACC.
const CSRPCNET: u16 = 1 << 9;

impl Chip {
    /// SSIZE32: the initialization block has 32-bit words.
    pub(crate) fn wide_block(&self) -> bool {
        self.bcr[number::SOFTWARE_STYLE] & SSIZE32 != 0
    }

    /// What a read of a register yields.
    pub(crate) fn bcr_value(&self, index: usize) -> u16 {
        match index {
            number::BURST_AND_BUS if self.dwio => self.bcr[index] | DWIO,
            number::LINK_LED..=7 => self.led_value(index),
            32 if self.part().has_mii() => self.mii_control_value(),
            34 if self.part().has_mii() => self.peek_mii_data(),
            _ => self.bcr.get(index).copied().unwrap_or(0),
        }
    }

    /// What the host reads of a register, with what reading does.
    pub(crate) fn read_bcr(&mut self, index: usize) -> u16 {
        let value = match index {
            30 if self.part().has_mii() => self.read_expansion_bus(),
            34 if self.part().has_mii() => self.read_mii_data(),
            _ => self.bcr_value(index),
        };
        self.faults.seen(Register::Bcr(index as u8), value)
    }

    pub(crate) fn write_bcr(&mut self, index: usize, value: u16) {
        self.record_write(Register::Bcr(index as u8), value);
        self.check_bcr_write(index, value);
        match index {
            4..=7 if self.part().guards_leds() && self.bcr[number::MISCELLANEOUS] & LEDPE == 0 => {}
            9 if !self.part().has_full_duplex() => {}
            2 | 4..=7 | 9 | 19 | 22 => self.bcr[index] = value,
            25..=29 if self.part().has_mii() => {
                self.bcr[index] = value & expansion::writable(index)
            }
            32 if self.part().has_mii() => self.write_mii_control(value),
            33 if self.part().has_mii() => self.write_mii_address(value),
            34 if self.part().has_mii() => self.write_mii_data(value),
            49 if self.part().has_home_pna() => self.bcr[index] = value,
            number::BURST_AND_BUS => self.bcr[index] = value & !DWIO,
            number::SOFTWARE_STYLE => self.write_software_style(value),
            _ => {}
        }
    }

    /// Am79C970A, BCR20: SWSTYLE decides SSIZE32 and CSRPCNET, which are read only. A style that does not exist acts as 0.
    pub(crate) fn write_software_style(&mut self, value: u16) {
        if !self.quiet() {
            return;
        }
        self.bcr[number::SOFTWARE_STYLE] = match value & 0xff {
            1 => SSIZE32 | 1,
            2 => SSIZE32 | CSRPCNET | 2,
            3 => SSIZE32 | CSRPCNET | 3,
            _ => CSRPCNET,
        };
    }
}
