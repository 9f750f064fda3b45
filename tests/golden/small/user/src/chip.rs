// Emitted by pcnet-partition from src/chip.rs. Do not edit.

//! The registers of the chip.

use microdriver::{Register, Registers, Result, Width, Wire};

/// What probing found out.
#[derive(Clone, Copy, Debug, Wire)]
pub struct Identity {
    /// The chip's version.
    pub version: u16,
    /// How it is driven.
    pub port: Port,
}

/// Which connector is used.
#[derive(Clone, Copy, Debug, PartialEq, Wire)]
pub enum Port {
    /// Whatever has a carrier.
    Auto,
    /// This one.
    Fixed(u8),
}

const VERSION: u16 = 88;
const LED: u16 = 4;

// from src/chip.rs:43
pub(crate) const fn control(index: u16) -> Register {
    Register::indexed(0x12, 0x10, Width::W16, index).or_wide(0x14, 0x10)
}

// from src/chip.rs:48
/// Reads one control register.
pub(crate) fn read(registers: &Registers, index: u16) -> Result<u16> {
    let mut transaction = registers.transaction();
    let token = transaction.read(control(index));
    Ok(transaction.run()?.get16(token))
}

// from src/chip.rs:55
/// The chip's version.
pub(crate) fn version(registers: &Registers) -> Result<u16> {
    read(registers, VERSION)
}

// from src/chip.rs:67
/// Lights the LED, or not.
pub(crate) fn light(registers: &Registers, on: bool) -> Result<()> {
    let mut transaction = registers.transaction();
    transaction.modify(control(LED), 1, u32::from(on));
    transaction.run().map(drop)
}
