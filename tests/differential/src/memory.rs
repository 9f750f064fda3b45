//! The machine's memory: where things lie in it.
//!
//! All that a sequence puts there lies in the arena, 64 KiB at [`ARENA`], so that every address of it has the same
//! upper half. It is compared after every step. A chip that writes elsewhere is noticed too: after every sequence all
//! memory is compared.

use std::ops::Range;

/// The size of the memory in bytes.
pub(crate) const SIZE: u32 = 4 << 20;

/// The address of the arena.
pub(crate) const ARENA: u32 = 0x20_0000;

/// The arena and the space behind it, into which long transfers run.
pub(crate) const COMPARED: Range<u32> = ARENA..ARENA + 0x1_2000;

/// Where the machine has no memory, though it has some behind: the graphics card's place, and the firmware's.
pub(crate) const HOLE: Range<u32> = 0xa_0000..0x10_0000;

/// All there is.
pub(crate) fn whole() -> [Range<u32>; 2] {
    [0..HOLE.start, HOLE.end..SIZE]
}

/// The initialization block, as an offset into the arena.
pub(crate) const BLOCK: u16 = 0;
/// The receive ring: up to 256 descriptors.
pub(crate) const RECEIVE_RING: u16 = 0x0400;
/// The transmit ring, as long.
pub(crate) const TRANSMIT_RING: u16 = 0x1400;
/// So many descriptors of a ring are filled; a longer ring goes on with what lies behind.
pub(crate) const FILLED: u16 = 16;

/// Buffers have this distance from each other.
const BUFFER: u16 = 0x600;

/// The address of the buffer of a descriptor of the receive ring.
pub(crate) fn receive_buffer(slot: u16) -> u32 {
    ARENA + 0x4000 + u32::from(slot % FILLED * BUFFER)
}

/// The address of the buffer of a descriptor of the transmit ring.
pub(crate) fn transmit_buffer(slot: u16) -> u32 {
    ARENA + 0xa000 + u32::from(slot % FILLED * BUFFER)
}

/// The first place where two stretches of memory differ, with some bytes of both from there on.
pub(crate) fn first_difference(model: &[u8], device: &[u8]) -> Option<(usize, Vec<u8>, Vec<u8>)> {
    if model == device {
        return None;
    }
    let at = model.iter().zip(device).position(|(a, b)| a != b)?;
    let some = |bytes: &[u8]| bytes[at..].iter().take(8).copied().collect();
    Some((at, some(model), some(device)))
}
