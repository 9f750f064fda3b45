//! The I/O window of 32 bytes (Am79C970A, I/O resources).
//!
//! | register | word I/O | double-word I/O |
//! |---|---|---|
//! | address PROM | 0x00 to 0x0f | the same |
//! | RDP, data of the selected CSR | 0x10 | 0x10 |
//! | RAP, selects | 0x12 | 0x14 |
//! | RESET, a read resets | 0x14 | 0x18 |
//! | BDP, data of the selected BCR | 0x16 | 0x1c |
//!
//! A width that does not belong to the mode reads as ones and writes nothing.

use crate::bcr::{self, APROMWE};
use crate::bus::{Bus, Width};
use crate::chip::Chip;
use crate::inspect::Register;

/// What an access to the upper half of the window means.
enum Port {
    Rdp,
    Rap,
    Reset,
    Bdp,
}

/// RAP selects among 128 (Am79C970A, RAP).
const RAP_BITS: u16 = 0x7f;

impl Chip {
    fn io_port(&self, offset: u16, width: Width) -> Option<Port> {
        match (self.dwio, width, offset) {
            (false, Width::W16, 0x10) | (true, Width::W32, 0x10) => Some(Port::Rdp),
            (false, Width::W16, 0x12) | (true, Width::W32, 0x14) => Some(Port::Rap),
            (false, Width::W16, 0x14) | (true, Width::W32, 0x18) => Some(Port::Reset),
            (false, Width::W16, 0x16) | (true, Width::W32, 0x1c) => Some(Port::Bdp),
            _ => None,
        }
    }

    /// Whether the address PROM answers an access: bytes and words in word I/O mode, double words in the other.
    fn prom_answers(&self, offset: u16, width: Width) -> bool {
        usize::from(offset) + width.bytes() <= self.aprom.len()
            && self.dwio == (width == Width::W32)
    }

    pub(crate) fn read_register(&mut self, bus: &mut dyn Bus, offset: u16, width: Width) -> u32 {
        if self.prom_answers(offset, width) {
            let bytes = &self.aprom[usize::from(offset)..][..width.bytes()];
            return bytes
                .iter()
                .rev()
                .fold(0, |value, &byte| value << 8 | u32::from(byte));
        }
        if self.resetting() {
            return 0;
        }
        let index = usize::from(self.rap);
        match self.io_port(offset, width) {
            Some(Port::Rdp) => {
                let low = u32::from(self.read_csr(index));
                // Am79C970A, CSR88: a double word has the whole identity; elsewhere the upper half is reserved.
                if index == 88 && self.dwio {
                    low | self.part().identity() & 0xffff_0000
                } else {
                    low
                }
            }
            Some(Port::Rap) => u32::from(self.faults.seen(Register::Rap, self.rap)),
            Some(Port::Reset) => {
                self.reset_by_host();
                self.update_interrupt(bus);
                0
            }
            Some(Port::Bdp) => {
                let value = self.read_bcr(index);
                if self.is_hung() {
                    width.ones()
                } else {
                    u32::from(value)
                }
            }
            None => width.ones(),
        }
    }

    pub(crate) fn write_register(
        &mut self,
        bus: &mut dyn Bus,
        offset: u16,
        width: Width,
        value: u32,
    ) {
        if self.prom_answers(offset, width) {
            self.record_write(Register::Prom(offset as u8), value as u16);
            // Am79C970A, BCR2: APROMWE.
            if self.bcr[bcr::number::MISCELLANEOUS] & APROMWE != 0 {
                let bytes = &value.to_le_bytes()[..width.bytes()];
                self.aprom[usize::from(offset)..][..bytes.len()].copy_from_slice(bytes);
            }
            return;
        }
        if self.resetting() {
            return;
        }
        // Am79C970A, BCR18: DWIO is set by the first double-word write to offset 0x10; it writes no register, as on QEMU's
        // device.
        if !self.dwio && width == Width::W32 && offset == 0x10 {
            self.dwio = true;
            return;
        }
        let index = usize::from(self.rap);
        // The upper half of a double word is reserved.
        let low = value as u16;
        match self.io_port(offset, width) {
            Some(Port::Rdp) => self.write_csr(bus, index, low),
            Some(Port::Rap) => {
                self.record_write(Register::Rap, low);
                self.rap = low & RAP_BITS;
            }
            Some(Port::Bdp) => self.write_bcr(index, low),
            // Am79C970A, Reset register: a write has no effect.
            Some(Port::Reset) => self.record_write(Register::Reset, low),
            None => {}
        }
    }
}
