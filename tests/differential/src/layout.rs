//! Blocks and descriptors as they lie in memory, for each software style (Am79C970A, Initialization block; Receive
//! descriptors; Transmit descriptors; BCR20).

use crate::memory::{ARENA, RECEIVE_RING, TRANSMIT_RING};
use crate::step::Setup;

/// OWN of every descriptor.
pub(crate) const OWN: u16 = 1 << 15;
/// Start of a frame.
pub(crate) const STP: u16 = 1 << 9;
/// End of a frame.
pub(crate) const ENP: u16 = 1 << 8;

/// The size of a descriptor of a style.
pub(crate) fn size(style: u8) -> u16 {
    if style == 0 { 8 } else { 16 }
}

/// A descriptor: the upper half of its second word, the address of its buffer, the length of it.
pub(crate) fn descriptor(style: u8, flags: u16, buffer: u32, length: u16) -> Vec<u8> {
    let count = length.wrapping_neg() & 0x0fff | 0xf000;
    let high = u32::from(flags) << 16 | u32::from(count);
    let words = match style {
        0 => {
            let high = u32::from(flags & 0xff00) << 16 | buffer & 0x00ff_ffff;
            return [high, u32::from(count)].map(u32::to_le_bytes).concat();
        }
        3 => [0, high, buffer, 0],
        _ => [buffer, high, 0, 0],
    };
    words.map(u32::to_le_bytes).concat()
}

/// The initialization block.
pub(crate) fn block(setup: &Setup) -> Vec<u8> {
    let (rlen, tlen) = (setup.lengths.0, setup.lengths.1);
    let rings = [RECEIVE_RING, TRANSMIT_RING].map(|offset| ARENA + u32::from(offset));
    let mut block = setup.mode.to_le_bytes().to_vec();
    if setup.style != 0 {
        block.extend([rlen << 4, tlen << 4]);
    }
    block.extend(setup.address);
    if setup.style != 0 {
        block.extend([0, 0]);
    }
    block.extend(setup.filter.to_le_bytes());
    if setup.style == 0 {
        for (ring, length) in rings.iter().zip([rlen, tlen]) {
            let word = u32::from(length) << 29 | ring & 0x00ff_ffff;
            block.extend(word.to_le_bytes());
        }
    } else {
        block.extend(rings.iter().flat_map(|ring| ring.to_le_bytes()));
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_the_chip() {
        let mut setup = Setup {
            style: 0,
            mode: 0,
            lengths: (2, 2),
            address: [0; 6],
            filter: 0,
            receive: (0, 0),
        };
        assert_eq!(block(&setup).len(), 24);
        setup.style = 2;
        assert_eq!(block(&setup).len(), 28);
        for style in 0..4 {
            let length = descriptor(style, OWN, ARENA, 60).len();
            assert_eq!(length, usize::from(size(style)));
        }
    }

    #[test]
    fn the_owner_is_in_the_highest_bit() {
        assert_eq!(descriptor(0, OWN, 0x20_0000, 60)[3], 0x80);
        assert_eq!(descriptor(2, OWN, 0x20_0000, 60)[7], 0x80);
        assert_eq!(descriptor(3, OWN, 0x20_0000, 60)[11 - 4], 0x80);
    }
}
