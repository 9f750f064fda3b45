// Emitted by pcnet-partition from drivers/pcnet32/src/dump.rs. Do not edit.

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
    // from drivers/pcnet32/src/dump.rs:20
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

    // from drivers/pcnet32/src/dump.rs:34
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

// from drivers/pcnet32/src/dump.rs:54
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
