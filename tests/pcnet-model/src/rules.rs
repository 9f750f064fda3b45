//! What the data sheets forbid to write.
//!
//! A forbidden write is recorded and then done as QEMU's device does it: most take effect.

use crate::chip::Chip;
use crate::descriptor::OWN;
use crate::inspect::Register;
use crate::port::Port;

const QUIET_ONLY: &str = "accessible only while STOP or SPND is set";
const NO_SUCH: &str = "this part has no such register";
const READ_ONLY: &str = "read only";
const MISSING_ONES: &str = "bits 15 to 12 above the length must be ones";
/// These bits.
const ONES: u16 = 0xf000;
const ALIGNMENT: &str = "must be aligned";
const CONTENTION: &str = "all transceivers but one must be isolated before a frame is sent";

impl Chip {
    pub(crate) fn check_csr_write(&mut self, index: usize, value: u16) {
        let register = Register::Csr(index as u8);
        match index {
            // Am79C970A, CSR1 and CSR2, CSR8 to CSR15, CSR16 to CSR47, CSR58, CSR60 to CSR86, CSR100, CSR112, CSR114,
            // CSR122: each section ends with the rule.
            1
            | 2
            | 8..=47
            | 58
            | 60..=67
            | 72
            | 74
            | 76
            | 78
            | 80
            | 82
            | 84..=86
            | 100
            | 112
            | 114
            | 122
                if !self.quiet() =>
            {
                self.record_violation(register, value, QUIET_ONLY);
            }
            6 | 88 | 89 | 94 => self.record_violation(register, value, READ_ONLY),
            5 if !self.part().has_suspend() => self.record_violation(register, value, NO_SUCH),
            7 if !self.part().has_mii() => self.record_violation(register, value, NO_SUCH),
            _ => {}
        }
        // Am79C970A, CSR1: the initialization block lies at a multiple of 4 with SSIZE32 set, of 2 without.
        let unaligned = if self.wide_block() { 3 } else { 1 };
        if matches!(index, 1 | 16) && value & unaligned != 0 {
            self.record_violation(register, value, ALIGNMENT);
        }
    }

    pub(crate) fn check_bcr_write(&mut self, index: usize, value: u16) {
        let register = Register::Bcr(index as u8);
        match index {
            20 if !self.quiet() => self.record_violation(register, value, QUIET_ONLY),
            9 if !self.part().has_full_duplex() => self.record_violation(register, value, NO_SUCH),
            25..=34 if !self.part().has_mii() => self.record_violation(register, value, NO_SUCH),
            49 if !self.part().has_home_pna() => self.record_violation(register, value, NO_SUCH),
            _ => {}
        }
    }

    /// A descriptor with this word of flags and this one of the length was looked at (Am79C970A, RMD1 and TMD1: ONES).
    pub(crate) fn check_descriptor(&mut self, at: u32, flags: u16, count: u16) {
        if flags & OWN != 0 && count & ONES != ONES {
            self.record_violation(Register::Descriptor(at), count, MISSING_ONES);
        }
    }

    /// A frame goes out by the MII, which one transceiver at most may drive (IEEE 802.3, 22.2.4.1.6: isolate).
    pub(crate) fn check_contention(&mut self) {
        if self.port() == Port::Mii && self.attached_phys().count() > 1 {
            self.record_violation(Register::Bcr(34), 0, CONTENTION);
        }
    }

    /// The rings that the initialization block named (Am79C970A, RDRA and TDRA).
    pub(crate) fn check_ring_alignment(&mut self) {
        let unaligned = self.style().size() - 1;
        for register in [crate::csr::number::BADR, crate::csr::number::BADX] {
            let address = self.address(register);
            if address & unaligned != 0 {
                self.record_violation(Register::Csr(register as u8), address as u16, ALIGNMENT);
            }
        }
    }
}
