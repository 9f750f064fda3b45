//! The register dump: the layout that `ethtool -d` has had for this family since the first driver.
//!
//! Words of 16 bits: the PROM (8), CSR0 to CSR89, CSR112, CSR114, BCR0 to BCR29, a zero for BCR30
//! (reading it hangs the Am79C976), BCR31 to BCR35.

use crate::Pcnet32;
use crate::chip;
use crate::filter::SUSPEND_US;
use microdriver::{Bytes, Error, RegisterDump, Result};

/// Words of a dump.
pub(crate) const WORDS: usize = 136;
/// Words that are read: all but the one for BCR30.
const READ: usize = WORDS - 1;
/// Words before that one.
const BEFORE_GAP: usize = 8 + 90 + 2 + 30;

impl Pcnet32 {
    /// The dump, of a chip that is suspended meanwhile so that the words fit together.
    pub(crate) fn dump_registers(&self) -> Result<RegisterDump> {
        let stopped = u32::from(self.chip_status()?) & chip::STOP != 0;
        let words = match self.read_registers(!stopped) {
            // It did not come to rest; better the words as they change than none.
            Err(Error::ETIMEDOUT) => self.read_registers(false),
            other => other,
        }?;
        Ok(RegisterDump {
            version: 0,
            bytes: words_to_bytes(&words),
        })
    }

    /// Every word, in one transaction.
    fn read_registers(&self, suspended: bool) -> Result<[u32; READ]> {
        let mut words = [0; READ];
        let mut transaction = self.registers.transaction_into(&mut words);
        if suspended {
            transaction.modify(chip::CSR5, 0, chip::SPND);
            transaction.wait(chip::CSR5, chip::SPND, chip::SPND, SUSPEND_US);
        }
        transaction.read_range(chip::PROM_WORDS, 8);
        transaction.read_range(chip::CSR0, 90);
        transaction.read_range(chip::CSR112, 1);
        transaction.read_range(chip::CSR114, 1);
        transaction.read_range(chip::bcr(0), 30);
        transaction.read_range(chip::bcr(31), 5);
        transaction.modify(chip::CSR5, chip::SPND, 0);
        transaction.run()?;
        Ok(words)
    }
}

/// The words in their places, low byte first.
fn words_to_bytes(words: &[u32; READ]) -> Bytes<1024> {
    let (before, after) = words.split_at(BEFORE_GAP);
    let mut bytes = Bytes::new();
    for word in before.iter().chain(&[0]).chain(after) {
        for byte in (*word as u16).to_le_bytes() {
            bytes.push(byte);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_register_that_is_not_read_is_zero() {
        let mut words = [0; READ];
        for (number, word) in (1..).zip(&mut words) {
            *word = number;
        }
        let bytes = words_to_bytes(&words);
        assert_eq!(bytes.len(), WORDS * 2);
        let word = |at: usize| u16::from_le_bytes([bytes[2 * at], bytes[2 * at + 1]]);
        let bcr30 = WORDS - 6;
        assert_eq!(
            [word(0), word(bcr30 - 1), word(bcr30), word(bcr30 + 1)],
            [1, 130, 0, 131]
        );
    }
}
