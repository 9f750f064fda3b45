// Emitted by pcnet-partition from src/board/limits.rs. Do not edit.

//! Constants behind a glob.

/// The largest.
pub(crate) const LIMIT: u32 = 64;
/// The limits.
pub(crate) type Limits = [u32; 2];
/// Entries of the queue.
pub(super) const DEPTH: usize = LIMIT as usize / 8;
