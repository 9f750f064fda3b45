//! The address PROM: 16 bytes, which each I/O mode reads in its own width.

use crate::chip;
use microdriver::{Registers, Result};

/// Bytes of the PROM.
pub(crate) const BYTES: usize = 16;

/// The PROM of a chip in double-word I/O mode, if `wide`, or in word I/O mode.
pub(crate) fn read(registers: &Registers, wide: bool) -> Result<[u8; BYTES]> {
    let mut units = [0; BYTES / 2];
    let (first, count) = if wide {
        (chip::PROM_DOUBLE_WORDS, BYTES as u16 / 4)
    } else {
        (chip::PROM_WORDS, BYTES as u16 / 2)
    };
    let mut transaction = registers.transaction_into(&mut units);
    transaction.read_range(first, count);
    transaction.run()?;
    Ok(bytes_of(&units, if wide { 4 } else { 2 }))
}

/// The bytes of units that hold so many each, lowest first.
fn bytes_of(units: &[u32], each: usize) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
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
        let bytes = bytes_of(&words, 2);
        assert!(bytes.iter().copied().eq(1..=16));
        assert_eq!(bytes_of(&double_words, 4), bytes);
    }
}
