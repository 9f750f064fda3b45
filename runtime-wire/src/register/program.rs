//! Register programs: their steps, and how much one may do.

use super::Register;
use crate::wire::Wire;

/// One step of a register program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub enum Step {
    /// Read; the value goes to the program's results.
    Read(Register),
    /// Read `count` registers with ascending index (or offset, by their width) to the results.
    ReadRange(Register, u16),
    /// Write a value.
    Write(Register, u32),
    /// Read, clear the bits of the first mask, set those of the second, write.
    Modify(Register, u32, u32),
    /// Read until the bits under the mask equal the value; fail after so many microseconds.
    Wait(Register, u32, u32, u32),
    /// Wait so many microseconds.
    Delay(u32),
    /// Read for what the reading does; the value is dropped.
    Touch(Register),
}

/// Most steps of one program.
pub const MAX_STEPS: usize = 160;
/// Most values that one program reads.
pub const MAX_RESULTS: usize = 512;
/// Longest busy wait of one program, all its delays and waits together, in microseconds.
pub const MAX_BUSY_MICROSECONDS: u32 = 5_000;
