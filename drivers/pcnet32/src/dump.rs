//! The register dump: the layout that `ethtool -d` has had for this family since the first driver.
//!
//! Words of 16 bits: the PROM (8), CSR0 to CSR89, CSR112, CSR114, BCR0 to BCR29, a zero for BCR30
//! (reading it hangs the Am79C976), BCR31 to BCR35; then the 32 registers of each PHY.

use crate::Pcnet32;
use crate::chip;
use crate::filter::SUSPEND_US;
use crate::mii;
use crate::prom;
use microdriver::{Bytes, Error, RegisterDump, Result};

/// Words of a dump without PHYs.
const WORDS: usize = 136;
/// Words that are read of CSRs and BCRs: all but those of the PROM and the one for BCR30.
const READ: usize = WORDS - prom::BYTES / 2 - 1;
/// Words before that one.
const BEFORE_GAP: usize = 90 + 2 + 30;
/// Words of a PHY.
const PHY_WORDS: usize = mii::REGISTERS as usize;
/// How many PHYs there is room for in the first piece of a dump, after all else, and in each other one.
const FIRST_PHYS: usize = (RegisterDump::ROOM / 2 - WORDS) / PHY_WORDS;
const MORE_PHYS: usize = RegisterDump::ROOM / 2 / PHY_WORDS;

/// Bytes of a dump with these PHYs.
pub(crate) fn length(phys: u32) -> u32 {
    (2 * (WORDS + PHY_WORDS * phys.count_ones() as usize)) as u32
}

/// How many PHYs come before byte `from`, where a piece begins that is not the first.
fn phys_before(from: u32) -> Option<usize> {
    let bytes = (from as usize).checked_sub(2 * WORDS)?;
    bytes
        .is_multiple_of(2 * PHY_WORDS)
        .then_some(bytes / (2 * PHY_WORDS))
}

impl Pcnet32 {
    /// The piece of the dump from byte `from` on.
    pub(crate) fn dump_registers(&self, from: u32) -> Result<RegisterDump> {
        let mut bytes = Bytes::new();
        let (before, most) = if from == 0 {
            self.dump_chip(&mut bytes)?;
            (0, FIRST_PHYS)
        } else {
            (phys_before(from).ok_or(Error::EINVAL)?, MORE_PHYS)
        };
        for phy in mii::addresses(self.phys).skip(before).take(most) {
            append(&mut bytes, &self.read_phy_registers(phy)?);
        }
        Ok(RegisterDump { version: 0, bytes })
    }

    /// All words but those of PHYs, of a chip that is suspended meanwhile so that they fit together.
    fn dump_chip(&self, bytes: &mut Bytes<{ RegisterDump::ROOM }>) -> Result<()> {
        let suspended = self.device.is_running() && self.chip.can_suspend();
        let words = match self.read_registers(suspended) {
            // It did not come to rest; better the words as they change than none.
            Err(Error::ETIMEDOUT) => self.read_registers(false),
            other => other,
        }?;
        let (words, prom) = words.split_at(READ);
        bytes.extend(&prom::bytes_of(prom, self.wide));
        let (before, after) = words.split_at(BEFORE_GAP);
        append(bytes, before);
        append(bytes, &[0]);
        append(bytes, after);
        Ok(())
    }

    /// Every word of the chip, and behind them those of the PROM, in one transaction.
    fn read_registers(&self, suspended: bool) -> Result<[u32; READ + prom::UNITS]> {
        let mut words = [0; READ + prom::UNITS];
        let mut transaction = self.registers.transaction_into(&mut words);
        if suspended {
            transaction.modify(chip::CSR5, 0, chip::SPND);
            transaction.wait(chip::CSR5, chip::SPND, chip::SPND, SUSPEND_US);
        }
        transaction.read_range(chip::CSR0, 90);
        transaction.read_range(chip::CSR112, 1);
        transaction.read_range(chip::CSR114, 1);
        transaction.read_range(chip::bcr(0), 30);
        transaction.read_range(chip::bcr(31), 5);
        prom::ask(&mut transaction, self.wide);
        if self.chip.can_suspend() {
            transaction.modify(chip::CSR5, chip::SPND, 0);
        }
        transaction.run_ahead()?;
        Ok(words)
    }

    fn read_phy_registers(&self, phy: u8) -> Result<[u32; PHY_WORDS]> {
        let mut words = [0; PHY_WORDS];
        let mut transaction = self.registers.transaction_into(&mut words);
        for register in 0..mii::REGISTERS {
            mii::read_next(&mut transaction, phy, register);
        }
        transaction.run_ahead()?;
        Ok(words)
    }
}

/// Appends words, low byte first.
fn append(bytes: &mut Bytes<{ RegisterDump::ROOM }>, words: &[u32]) {
    for word in words {
        bytes.extend(&(*word as u16).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_long_as_there_are_phys() {
        assert_eq!(length(0), 272);
        assert_eq!(length(0b110), 272 + 2 * 64);
        assert_eq!(length(u32::MAX), 272 + 32 * 64);
        assert!(length(u32::MAX) as usize <= RegisterDump::MOST);
    }

    #[test]
    fn pieces_begin_with_a_phy() {
        assert_eq!(phys_before(272), Some(0));
        assert_eq!(phys_before(272 + 11 * 64), Some(11));
        assert_eq!(phys_before(272 + 11 * 64 + 2), None);
        assert_eq!(phys_before(2), None);
        let least =
            |piece: usize| assert!((RegisterDump::LEAST..=RegisterDump::ROOM).contains(&piece));
        least(2 * (WORDS + FIRST_PHYS * PHY_WORDS));
        least(2 * MORE_PHYS * PHY_WORDS);
    }

    #[test]
    fn words_are_low_byte_first() {
        let mut bytes = Bytes::new();
        append(&mut bytes, &[0x1234, 0xabcd]);
        assert_eq!(bytes.as_slice(), [0x34, 0x12, 0xcd, 0xab]);
    }
}
