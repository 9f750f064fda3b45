// Emitted by pcnet-partition from drivers/pcnet32/src/prom.rs. Do not edit.

//! The address PROM: 16 bytes, which each I/O mode reads in its own width.

use crate::chip;
use microdriver::{Registers, Result, Transaction};

/// Bytes of the PROM.
pub(crate) const BYTES: usize = 16;
/// The most values that it is read as.
pub(crate) const UNITS: usize = BYTES / 2;

// from drivers/pcnet32/src/prom.rs:12
/// The PROM of a chip in double-word I/O mode, if `wide`, or in word I/O mode.
pub(crate) fn read(registers: &Registers, wide: bool) -> Result<[u8; BYTES]> {
    let mut units = [0; UNITS];
    let mut transaction = registers.transaction_into(&mut units);
    ask(&mut transaction, wide);
    transaction.run()?;
    Ok(bytes_of(&units, wide))
}

// from drivers/pcnet32/src/prom.rs:21
/// Reads it, at most [`UNITS`] values.
pub(crate) fn ask(transaction: &mut Transaction<'_>, wide: bool) {
    if wide {
        transaction.read_range(chip::PROM_DOUBLE_WORDS, BYTES as u16 / 4);
    } else {
        transaction.read_range(chip::PROM_WORDS, BYTES as u16 / 2);
    }
}

// from drivers/pcnet32/src/prom.rs:30
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
