// Emitted by pcnet-partition from drivers/pcnet32/src/fixed.rs. Do not edit.

//! Cards on the VL bus, which tells of none: where to look for them, and what tells a card's interrupt line.

use crate::Pcnet32;
use crate::chip;
use crate::control::INIT_US;
use microdriver::{FixedPorts, Result, Signature, Width, kernel_path};

/// The ports that such cards can be set to. The last two bytes of the address PROM are the same on every card
/// (section "Address PROM"), and reading them does nothing.
pub(crate) const PORTS: FixedPorts = FixedPorts::new(
    "pcnet32vlb",
    &[0x300, 0x320, 0x340, 0x360],
    0x20,
    &[
        Signature::new(14, Width::W8, 0x57),
        Signature::new(15, Width::W8, 0x57),
    ],
);

impl Pcnet32 {
    // from drivers/pcnet32/src/fixed.rs:24
    /// Has a stopped chip read its initialization block, and interrupt when it has done so: all that it does
    /// until it is stopped again.
    #[kernel_path]
    pub(crate) fn initialize_only(&self) -> Result<()> {
        let control = self.control.lock();
        let block = control.block.address();
        let mut transaction = self.registers.transaction();
        transaction.write(chip::CSR1, block & 0xffff);
        transaction.write(chip::CSR2, block >> 16);
        transaction.write(chip::CSR3, chip::MASK_NONE);
        transaction.write(chip::CSR0, chip::IENA | chip::INIT);
        transaction.wait(chip::CSR0, chip::IDON, chip::IDON, INIT_US);
        transaction.run().map(drop)
    }

    // from drivers/pcnet32/src/fixed.rs:38
    /// Stops it, which takes the interrupt back.
    #[kernel_path]
    pub(crate) fn stop_initialized(&self) -> Result<()> {
        let mut transaction = self.registers.transaction();
        transaction.write(chip::CSR0, chip::STOP);
        transaction.run().map(drop)
    }
}
