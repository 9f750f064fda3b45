//! The EEPROM and what hangs on the expansion bus (Am79C971, BCR19, BCR25 to BCR30).

use crate::chip::Chip;
use crate::inspect::Register;

/// What an empty expansion bus reads as.
const EMPTY: u16 = 0xffff;

impl Chip {
    /// BCR30, the data port of the expansion bus. Reading it hangs an Am79C976: from then on nothing answers.
    pub(crate) fn read_expansion_bus(&mut self) -> u16 {
        if self.part().hangs_on_expansion_bus() {
            self.record_violation(
                Register::Bcr(30),
                0,
                "a read of this register hangs the chip",
            );
            self.hung = true;
        }
        EMPTY
    }

    /// Whether a read has hung the chip; only a hard reset helps.
    #[must_use]
    pub fn is_hung(&self) -> bool {
        self.hung
    }
}

/// The bits that can be written of BCR25 to BCR27 (size and boundary of the SRAM, its interface) and of BCR28 and
/// BCR29 (address on the expansion bus).
pub(crate) const fn writable(index: usize) -> u16 {
    match index {
        25 | 26 => 0x00ff,
        27 => 0xc03f,
        29 => 0xc00f,
        _ => 0xffff,
    }
}
