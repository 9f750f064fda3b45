// Emitted by pcnet-partition from src/chip.rs. Do not edit.

//! The registers of the chip.

use microdriver::{Grant, Register, Registers, Width, Wire};

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

impl Port {
    // The number that ethtool knows it by.
    // from src/chip.rs:25
    pub(crate) fn number(self) -> u8 {
        match self {
            Port::Auto => 0xff,
            Port::Fixed(number) => number,
        }
    }
}

const STATUS: u16 = 0;
const VERSION: u16 = 88;
const LED: u16 = 4;

/// What the user half may touch.
pub(crate) const GRANTS: &[Grant] = &[
    Grant::read(control(STATUS), VERSION),
    Grant::write_bits(control(LED), 0x0001),
];

// from src/chip.rs:43
pub(crate) const fn control(index: u16) -> Register {
    Register::indexed(0x12, 0x10, Width::W16, index).or_wide(0x14, 0x10)
}

// from src/chip.rs:60
/// Acknowledges what the chip reports; returns it.
pub(crate) fn acknowledge(registers: &Registers) -> u16 {
    let mut transaction = registers.transaction();
    let status = transaction.read(control(STATUS));
    transaction.run().map_or(0, |values| values.get16(status))
}
