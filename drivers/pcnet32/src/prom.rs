//! The address PROM: 16 bytes, which each I/O mode reads in its own width.

use crate::chip;
use microdriver::{Registers, Result, Transaction};

/// Bytes of the PROM.
pub(crate) const BYTES: usize = 16;
/// The most values that it is read as.
pub(crate) const UNITS: usize = BYTES / 2;

/// The PROM of a chip in double-word I/O mode, if `wide`, or in word I/O mode.
pub(crate) fn read(registers: &Registers, wide: bool) -> Result<[u8; BYTES]> {
    let mut units = [0; UNITS];
    let mut transaction = registers.transaction_into(&mut units);
    ask(&mut transaction, wide);
    transaction.run()?;
    Ok(bytes_of(&units, wide))
}

/// Reads it, at most [`UNITS`] values.
pub(crate) fn ask(transaction: &mut Transaction<'_>, wide: bool) {
    if wide {
        transaction.read_range(chip::PROM_DOUBLE_WORDS, BYTES as u16 / 4);
    } else {
        transaction.read_range(chip::PROM_WORDS, BYTES as u16 / 2);
    }
}

/// The bytes of the values that were read, lowest first.
pub(crate) fn bytes_of(units: &[u32], wide: bool) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    let each = if wide { 4 } else { 2 };
    let all = units
        .iter()
        .flat_map(|unit| unit.to_le_bytes().into_iter().take(each));
    for (place, byte) in bytes.iter_mut().zip(all) {
        *place = byte;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_widths_give_the_same_bytes() {
        let words = [
            0x0201, 0x0403, 0x0605, 0x0807, 0x0a09, 0x0c0b, 0x0e0d, 0x100f,
        ];
        let double_words = [0x0403_0201, 0x0807_0605, 0x0c0b_0a09, 0x100f_0e0d];
        let bytes = bytes_of(&words, false);
        assert!(bytes.iter().copied().eq(1..=16));
        assert_eq!(bytes_of(&double_words, true), bytes);
    }
}
