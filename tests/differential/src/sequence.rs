//! Frames with a given frame check sequence (IEEE 802.3, 3.2.9).
//!
//! The emulator's card stores no FCS, or one with its bits inverted and its bytes turned round. Where a frame's FCS is
//! of a kind that this leaves as it is, there is no difference, and nothing has to be left out of the comparison.

/// The polynomial, lowest bit first.
const POLYNOMIAL: u32 = 0xedb8_8320;

/// The FCS of a frame from the wire, in the order of its bytes in memory: the card stores zeros.
pub(crate) const RECEIVED: [u8; 4] = [0, 0, 0, 0];

/// The FCS of a frame that comes back in loopback: inverted and turned round it is the same.
pub(crate) const LOOPED: [u8; 4] = [0, 0, 0xff, 0xff];

/// Overwrites the last four bytes of a frame so that it has this FCS.
pub(crate) fn force(frame: &mut [u8], fcs: [u8; 4]) {
    let Some((start, end)) = frame.split_last_chunk_mut::<4>() else {
        return;
    };
    let before = start.iter().fold(u32::MAX, |state, &byte| {
        (0..8).fold(state ^ u32::from(byte), |state, _| forth(state))
    });
    // 32 bits later the register has to hold this.
    let after = !u32::from_le_bytes(fcs);
    let needed = (0..32).fold(after, |state, _| back(state));
    *end = (before ^ needed).to_le_bytes();
}

/// One bit through the register.
fn forth(state: u32) -> u32 {
    let shifted = state >> 1;
    if state & 1 == 1 {
        shifted ^ POLYNOMIAL
    } else {
        shifted
    }
}

/// The register one bit before.
fn back(state: u32) -> u32 {
    if state >> 31 == 1 {
        (state ^ POLYNOMIAL) << 1 | 1
    } else {
        state << 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(frame: &[u8]) -> [u8; 4] {
        let state = frame.iter().fold(u32::MAX, |state, &byte| {
            (0..8).fold(state ^ u32::from(byte), |state, _| forth(state))
        });
        (!state).to_le_bytes()
    }

    #[test]
    fn the_check_value_is_that_of_the_standard() {
        assert_eq!(sequence(b"123456789"), 0xcbf4_3926_u32.to_le_bytes());
    }

    #[test]
    fn any_sequence_can_be_had() {
        for fcs in [RECEIVED, LOOPED, [1, 2, 3, 4]] {
            let mut frame = *b"a frame of some length";
            force(&mut frame, fcs);
            assert_eq!(sequence(&frame), fcs);
            assert!(frame.starts_with(b"a frame of some"));
        }
    }

    #[test]
    fn a_sequence_that_comes_back_is_the_same() {
        let mut turned = LOOPED.map(|byte| !byte);
        turned.reverse();
        assert_eq!(turned, LOOPED);
    }
}
