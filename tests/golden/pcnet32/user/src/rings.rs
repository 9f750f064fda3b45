// Emitted by pcnet-partition from drivers/pcnet32/src/rings.rs. Do not edit.

//! What the chip and the driver share in memory: descriptors and initialization block in the 32-bit
//! software style (section "Software interface"), and the rings made of them.

use microdriver::Wire;

/// What the initialization block says besides addresses; while the chip runs, also what these
/// registers hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub(crate) struct Setup {
    /// CSR15.
    pub(crate) mode: u16,
    /// CSR8 to CSR11.
    pub(crate) hash: [u16; 4],
}
