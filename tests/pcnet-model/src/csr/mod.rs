//! The control and status registers: what reading and writing each does.
//!
//! Registers of 16 bits, numbered from 0 to 127. Here is the access; what the bits do is with whatever they govern. Each
//! row is the section of that name in the data sheet of the Am79C970A; of the later parts where it says so.
//!
//! | register | what | where |
//! |---|---|---|
//! | CSR0 | status and control | here, `interrupt`, `reset` |
//! | CSR1, CSR2 | address of the initialization block; bits 31 to 24 of all addresses in style 0 | `init_block`, `ring` |
//! | CSR3 | interrupt masks, DXSUFLO, LAPPEN | `interrupt`, `transmit`, `receive` |
//! | CSR4 | features and more interrupts | `interrupt`, `transmit`, `receive` |
//! | CSR5 | suspend, magic packets, interrupts; not in the Am79C970 and Am79C965 | `time`, `magic`, `transmit` |
//! | CSR6 | ring lengths as the block coded them | `init_block` |
//! | CSR7 | interrupts of the MII (Am79C971) | here, `mii` |
//! | CSR8 to CSR11 | logical address filter | `filter` |
//! | CSR12 to CSR14 | physical address | `filter` |
//! | CSR15 | mode | `port`, `filter`, `transmit`, `reset` |
//! | CSR16, CSR17 | CSR1 and CSR2 again | here |
//! | CSR24 and CSR25, CSR30 and CSR31 | bases of the rings | `ring` |
//! | CSR28 and CSR29, CSR34 and CSR35 | current descriptors | `ring` |
//! | CSR47 | poll interval | `ring` |
//! | CSR58 | software style, BCR20 again | `bcr` |
//! | CSR72, CSR74, CSR76, CSR78 | positions in the rings and their lengths | `ring` |
//! | CSR80, CSR82, CSR100, CSR122 | FIFO thresholds, timers, alignment: kept, without effect | here |
//! | CSR88, CSR89 | identity | `part` |
//! | CSR112, CSR114 | missed frames, receive collisions | `receive`, `faults` |
//! | CSR124 | RPA and GPSIEN | `receive` |
//!
//! The others from CSR18 to CSR46 can be written and read, and have no effect; what is left reads as zero.

pub mod bits;

use crate::bus::Bus;
use crate::chip::Chip;
use crate::inspect::Register;
use bits::{csr0, csr4, csr5, csr7};

/// How many there are.
pub(crate) const COUNT: usize = 128;

/// The numbers of the registers that other files speak of.
pub(crate) mod number {
    pub(crate) const STATUS: usize = 0;
    /// Address of the initialization block; CSR16 and CSR17 are the same two.
    pub(crate) const IADR: usize = 1;
    pub(crate) const MASKS: usize = 3;
    pub(crate) const FEATURES: usize = 4;
    pub(crate) const EXTENDED: usize = 5;
    pub(crate) const RING_CODES: usize = 6;
    pub(crate) const EXTENDED_2: usize = 7;
    pub(crate) const LADRF: usize = 8;
    pub(crate) const PADR: usize = 12;
    pub(crate) const MODE: usize = 15;
    /// Base of the receive ring.
    pub(crate) const BADR: usize = 24;
    /// Base of the transmit ring.
    pub(crate) const BADX: usize = 30;
    pub(crate) const POLL_INTERVAL: usize = 47;
    pub(crate) const SOFTWARE_STYLE: usize = 58;
    pub(crate) const RCVRC: usize = 72;
    pub(crate) const XMTRC: usize = 74;
    pub(crate) const RCVRL: usize = 76;
    pub(crate) const XMTRL: usize = 78;
    pub(crate) const MISSED: usize = 112;
    pub(crate) const COLLISIONS: usize = 114;
    pub(crate) const TEST: usize = 124;
}

impl Chip {
    /// Whether the registers that must not change under a running chip may be written (Am79C970A, CSR5: SPND).
    pub(crate) fn quiet(&self) -> bool {
        self.csr[number::STATUS] & csr0::STOP != 0 || self.csr[number::EXTENDED] & csr5::SPND != 0
    }

    /// What a read of a register yields. Reading has no side effect in this space.
    pub(crate) fn csr_value(&self, index: usize) -> u16 {
        match index {
            number::STATUS => self.status(),
            // Am79C970A, CSR16 and CSR17: the same registers as CSR1 and CSR2.
            16 | 17 => self.csr[index - 15],
            // Am79C970A, CSR58: an alias of BCR20.
            number::SOFTWARE_STYLE => self.bcr_value(20),
            // The Am79C970 and the Am79C965 have no CSR5.
            number::EXTENDED if !self.part().has_suspend() => 0,
            88 => self.part().identity() as u16,
            89 => (self.part().identity() >> 16) as u16,
            _ => self.csr.get(index).copied().unwrap_or(0),
        }
    }

    /// CSR0 with the two bits that follow from others: ERR and INTR.
    fn status(&self) -> u16 {
        let mut value = self.csr[number::STATUS];
        if value & (csr0::BABL | csr0::CERR | csr0::MISS | csr0::MERR) != 0 {
            value |= csr0::ERR;
        }
        if self.cause_pending() {
            value |= csr0::INTR;
        }
        value
    }

    /// What the host reads of a register.
    pub(crate) fn read_csr(&self, index: usize) -> u16 {
        self.faults
            .seen(Register::Csr(index as u8), self.csr_value(index))
    }

    pub(crate) fn write_csr(&mut self, bus: &mut dyn Bus, index: usize, value: u16) {
        self.record_write(Register::Csr(index as u8), value);
        self.check_csr_write(index, value);
        match index {
            number::STATUS => self.write_status(bus, value),
            1 | 2 | 8..=15 | 18..=47 | 72 | 74 | 76 | 78 => self.csr[index] = value,
            16 | 17 => self.csr[index - 15] = value,
            number::MASKS => self.csr[index] = value,
            number::FEATURES => self.write_features(value),
            number::EXTENDED if self.part().has_suspend() => self.write_extended(value),
            number::EXTENDED_2 if self.part().has_mii() => self.write_extended_2(value),
            number::SOFTWARE_STYLE => self.write_software_style(value),
            number::MISSED | number::COLLISIONS if self.quiet() => self.csr[index] = value,
            // FIFO thresholds, timers, receive alignment.
            80 | 82 | 100 | 122 if self.quiet() => self.csr[index] = value & quiet_bits(index),
            // Am79C970A, CSR124: only with EN124 set: RPA and GPSIEN.
            number::TEST if self.csr[number::FEATURES] & csr4::EN124 != 0 => {
                self.csr[index] = value & 0x0018
            }
            _ => {}
        }
        self.update_interrupt(bus);
    }

    /// Am79C970A, CSR0: causes are cleared by ones, IENA is as written, the four commands are set by ones.
    fn write_status(&mut self, bus: &mut dyn Bus, value: u16) {
        let status = &mut self.csr[number::STATUS];
        *status &= !(value & csr0::CAUSES);
        *status = (*status & !csr0::IENA) | (value & csr0::IENA);
        // STOP has the upper hand over the commands written with it.
        if value & csr0::STOP != 0 {
            // A chip that is stopped already is left as it is.
            if self.csr[number::STATUS] & csr0::STOP == 0 {
                self.stop();
            }
            return;
        }
        // Initializing again takes a STOP in between.
        if value & csr0::INIT != 0 && self.csr[number::STATUS] & csr0::INIT == 0 {
            self.initialize(bus);
        }
        if value & csr0::STRT != 0 {
            self.start();
        }
        if value & csr0::TDMD != 0 && self.csr[number::STATUS] & csr0::TXON != 0 {
            // The bit stays until the poll timer, as on QEMU's device; the data sheet does not say when it goes.
            self.csr[number::STATUS] |= csr0::TDMD;
            self.transmit_ring(bus);
        }
    }

    fn write_features(&mut self, value: u16) {
        let kept = self.csr[number::FEATURES] & csr4::CAUSES & !value;
        let mut features = (value & !csr4::CAUSES & !csr4::UINTCMD) | kept;
        if value & csr4::UINTCMD != 0 {
            features |= csr4::UINT;
        }
        self.csr[number::FEATURES] = features;
    }

    fn write_extended(&mut self, value: u16) {
        let kept = self.csr[number::EXTENDED] & csr5::CAUSES & !value;
        let suspended = self.csr[number::EXTENDED] & csr5::SPND;
        self.csr[number::EXTENDED] = (value & !csr5::CAUSES & !csr5::SPND) | kept | suspended;
        match (value & csr5::SPND != 0, suspended != 0) {
            (true, false) => self.suspend(),
            (false, _) => self.resume(),
            (true, true) => {}
        }
    }

    /// Am79C971, CSR7: causes in every second bit from 11 down are cleared by ones, their enables lie just below.
    fn write_extended_2(&mut self, value: u16) {
        let kept = self.csr[number::EXTENDED_2] & csr7::CAUSES & !value;
        self.csr[number::EXTENDED_2] = value & !csr7::CAUSES | kept;
    }
}

/// What can be written of some registers (Am79C970A, CSR80, CSR82, CSR100; CSR122: RCVALGN).
const fn quiet_bits(index: usize) -> u16 {
    match index {
        80 => 0x3fff,
        122 => 1,
        _ => 0xffff,
    }
}
