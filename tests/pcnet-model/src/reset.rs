//! The three resets (Am79C970A, Reset): H_RESET by pin, S_RESET by a read of the reset register, STOP by CSR0.

use crate::bcr;
use crate::chip::Chip;
use crate::csr::bits::{csr0, csr4, csr5, csr15};
use crate::csr::number;
use crate::time::Timers;

/// CSR4 after a reset: the masks of MFCO, RCVCCO, TXSTRT and JAB.
const FEATURES: u16 = csr4::MFCOM | csr4::RCVCCOM | csr4::TXSTRTM | csr4::JABM;

impl Chip {
    /// H_RESET: everything, and the EEPROM is read again.
    pub(crate) fn power_up(&mut self) {
        self.records.counters.hard_resets += 1;
        self.dwio = false;
        self.hung = false;
        self.timers = Timers::default();
        // The CSRs that S_RESET does not affect are not affected by this either.
        self.bcr = [0; bcr::COUNT];
        self.bcr[0] = 0x0005;
        self.bcr[1] = 0x0005;
        self.bcr[2] = 0x0002;
        self.bcr[4] = 0x00c0;
        self.bcr[5] = 0x0084;
        self.bcr[6] = 0x0088;
        self.bcr[7] = 0x0090;
        self.bcr[18] = 0x9001;
        self.bcr[19] = 0x0002;
        self.bcr[bcr::number::SOFTWARE_STYLE] = 0x0200;
        self.bcr[22] = 0xff06;
        if self.part().has_mii() {
            // The software timer, and the vendor as the EEPROM has it.
            self.bcr[31] = 0xffff;
            self.bcr[35] = 0x1022;
        }
        self.soft_reset();
    }

    /// S_RESET: the CSRs that start and stop things; no BCR.
    pub(crate) fn soft_reset(&mut self) {
        self.rap = 0;
        self.csr[number::STATUS] = csr0::STOP;
        self.csr[number::MASKS] = 0;
        self.csr[number::FEATURES] = FEATURES;
        self.csr[number::EXTENDED] = 0;
        self.csr[number::EXTENDED_2] = 0;
        self.csr[number::LADRF..number::LADRF + 4].fill(0);
        for (word, bytes) in self.aprom[..6].chunks_exact(2).enumerate() {
            self.csr[number::PADR + word] = u16::from_le_bytes([bytes[0], bytes[1]]);
        }
        // What stays is what QEMU's device leaves: DRCVPA, PORTSEL, INTL and LOOP.
        self.csr[number::MODE] &= 0x21c4;
        self.csr[number::TEST] = 0;
        self.csr[number::MISSED] = 0;
        self.csr[80] = 0x1410;
        self.csr[100] = 0x0200;
        self.csr[103] = 0x0105;
        self.runts = 0;
        self.cancel();
    }

    /// A read of the reset register.
    pub(crate) fn reset_by_host(&mut self) {
        self.records.counters.soft_resets += 1;
        self.soft_reset();
        self.timers.reset = match self.faults.reset.end(self.now) {
            Some(at) if at <= self.now => None,
            at => Some(at),
        };
    }

    /// What was under way comes to nothing.
    fn cancel(&mut self) {
        self.timers.poll = None;
        self.timers.initialized = None;
        self.timers.suspended = None;
    }

    /// STOP: all activity ends and the causes of CSR0 go; what was set up stays.
    pub(crate) fn stop(&mut self) {
        // Am79C970A, CSR0: IENA is cleared by STOP too.
        self.csr[number::STATUS] = csr0::STOP;
        self.csr[number::FEATURES] &= !csr4::CAUSES;
        self.csr[number::EXTENDED] &= !csr5::SPND;
        self.cancel();
    }

    /// STRT: transmitter and receiver run, unless the mode forbids (Am79C970A, CSR0: STRT).
    pub(crate) fn start(&mut self) {
        if self.timers.initialized.is_some() {
            // INIT goes first; the start follows it.
            self.csr[number::STATUS] |= csr0::STRT;
            return;
        }
        let mode = self.csr[number::MODE];
        let status = &mut self.csr[number::STATUS];
        *status = (*status & !csr0::STOP) | csr0::STRT;
        if mode & csr15::DTX == 0 {
            *status |= csr0::TXON;
        }
        if mode & csr15::DRX == 0 {
            *status |= csr0::RXON;
        }
        self.timers.poll = Some(self.now);
    }
}
