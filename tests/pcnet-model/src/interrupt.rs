//! Causes, masks and the line (Am79C970A, CSR0: INTR and IENA; CSR3; CSR4; CSR5).

use crate::bus::Bus;
use crate::chip::Chip;
use crate::csr::bits::{csr0, csr4, csr5, csr7};
use crate::csr::number;

impl Chip {
    /// INTR: a cause is pending that is not masked.
    pub(crate) fn cause_pending(&self) -> bool {
        // CSR3 masks by a one in the cause's own place of CSR0; CERR causes no interrupt.
        let status = self.csr[number::STATUS] & csr0::CAUSES & !csr0::CERR;
        if status & !self.csr[number::MASKS] != 0 {
            return true;
        }
        // CSR4 masks by a one just below the cause; UINT has no mask.
        let features = self.csr[number::FEATURES];
        let maskable = features & csr4::CAUSES & !csr4::UINT;
        if maskable & !(features << 1) != 0 || features & csr4::UINT != 0 {
            return true;
        }
        // CSR5 enables by a one just below the cause.
        let extended = self.csr[number::EXTENDED];
        // CSR7 does too, on parts that have it.
        let extended_2 = self.csr[number::EXTENDED_2];
        extended & csr5::CAUSES & (extended << 1) != 0
            || extended_2 & csr7::CAUSES & (extended_2 << 1) != 0
    }

    /// A lost edge leaves the bus with the level before.
    fn tell(&mut self, bus: &mut dyn Bus) {
        if self.line {
            self.records.counters.interrupts += 1;
            if self.faults.loses_edge() {
                return;
            }
        }
        if self.told != self.line {
            self.told = self.line;
            bus.set_interrupt(self.line);
        }
    }

    /// Tells the bus of a change of INTA#.
    pub(crate) fn update_interrupt(&mut self, bus: &mut dyn Bus) {
        let asserted = self.cause_pending() && self.csr[number::STATUS] & csr0::IENA != 0;
        if asserted != self.line {
            self.line = asserted;
            self.tell(bus);
        }
    }
}
