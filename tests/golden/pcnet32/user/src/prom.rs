// Emitted by pcnet-partition from drivers/pcnet32/src/prom.rs. Do not edit.

//! The address PROM: 16 bytes, which each I/O mode reads in its own width.

use crate::chip;
use microdriver::{Registers, Result};

/// Bytes of the PROM.
pub(crate) const BYTES: usize = 16;

// from drivers/pcnet32/src/prom.rs:10
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

// from drivers/pcnet32/src/prom.rs:24
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
