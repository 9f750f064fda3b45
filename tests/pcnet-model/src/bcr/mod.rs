//! The bus configuration registers.

use crate::chip::Chip;

/// How many numbers there are; most parts use fewer.
pub(crate) const COUNT: usize = 64;

/// The numbers of the registers that other files speak of.
pub(crate) mod number {
    pub(crate) const MISCELLANEOUS: usize = 2;
    pub(crate) const LINK_LED: usize = 4;
    pub(crate) const BURST_AND_BUS: usize = 18;
    pub(crate) const SOFTWARE_STYLE: usize = 20;
}

/// BCR2: the address PROM can be written.
pub(crate) const APROMWE: u16 = 1 << 8;
/// BCR18: double-word I/O; read only.
pub(crate) const DWIO: u16 = 1 << 7;
/// BCR4 to BCR7: what the LED shows, before inversion; read only on a real chip.
pub(crate) const LEDOUT: u16 = 1 << 15;
/// BCR20: the initialization block and addresses have 32 bits.
pub(crate) const SSIZE32: u16 = 1 << 8;
/// BCR20: the chip acts as a PCnet, not as an ILACC.
const CSRPCNET: u16 = 1 << 9;

impl Chip {
    /// What a read of a register yields.
    pub(crate) fn bcr_value(&self, index: usize) -> u16 {
        match index {
            number::BURST_AND_BUS if self.dwio => self.bcr[index] | DWIO,
            number::LINK_LED..=7 => {
                let led = self.bcr[index];
                // Bit 6, LNKSTE: the LED shows the link.
                if led & (1 << 6) != 0 && self.link {
                    led | LEDOUT
                } else {
                    led & !LEDOUT
                }
            }
            _ => self.bcr.get(index).copied().unwrap_or(0),
        }
    }

    pub(crate) fn write_bcr(&mut self, index: usize, value: u16) {
        match index {
            2 | 4..=7 | 9 | 19 | 22 => self.bcr[index] = value,
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
