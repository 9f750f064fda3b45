// Emitted by pcnet-partition from drivers/pcnet32/src/loopback.rs. Do not edit.

//! The self test: frames sent through the chip and back, inside it.

use crate::Pcnet32;
use microdriver::{Bytes, List, MacAddress, Result, user_path};

/// The names of the tests. Two blanks: as programs that look for it know it.
pub(crate) const TEST_NAMES: [&str; 1] = ["Loopback test  (offline)"];

/// How many frames, and so the size of the rings.
const FRAMES: usize = 4;
/// Bytes of the first frame; each further one is longer.
const FIRST_LENGTH: usize = 64;
const LENGTH_STEP: usize = 9;

/// A frame of the test.
pub(crate) type Frame = Bytes<128>;
/// All of them.
pub(crate) type Frames = List<Frame, FRAMES>;

impl Pcnet32 {
    // from drivers/pcnet32/src/loopback.rs:108
    /// The kernel half need not ask again as long as the address is the same.
    #[user_path]
    pub(crate) fn test_frames(&self, address: MacAddress) -> Result<Frames> {
        Ok(frames_to(&address))
    }
}

// from drivers/pcnet32/src/loopback.rs:119
/// Frames from somebody to himself, each of another length and content.
fn frames_to(address: &MacAddress) -> Frames {
    let mut frames = Frames::new();
    for number in 0..FRAMES {
        frames.push(test_frame(address, number));
    }
    frames
}

// from drivers/pcnet32/src/loopback.rs:129
/// Destination and source are ours; the type is one for local experiments; then bytes that differ
/// from frame to frame and take every value of a bit at every place.
fn test_frame(address: &MacAddress, number: usize) -> Frame {
    let mut frame = Frame::new();
    for byte in address.0.iter().chain(&address.0).chain(&[0x88, 0xb5]) {
        frame.push(*byte);
    }
    for at in frame.len()..FIRST_LENGTH + LENGTH_STEP * number {
        let byte = at.wrapping_mul(0x25) as u8;
        frame.push(if number.is_multiple_of(2) {
            byte
        } else {
            !byte
        });
    }
    frame
}
