//! The self test: frames sent through the chip and back, inside it.

use crate::Pcnet32;
use crate::chip;
use crate::rings::Setup;
use microdriver::{
    Bytes, Error, List, MacAddress, Mapped, Result, SkBuff, kernel_path, sleep_ms, user_path,
};

/// The names of the tests. Two blanks: as programs that look for it know it.
pub(crate) const TEST_NAMES: [&str; 1] = ["Loopback test  (offline)"];

/// How many frames, and so the size of the rings.
const FRAMES: usize = 4;
const ENTRIES: u32 = FRAMES as u32;
/// Bytes of the first frame; each further one is longer.
const FIRST_LENGTH: usize = 64;
const LENGTH_STEP: usize = 9;

/// How long the frames may take: so many rounds of so many milliseconds.
const ROUNDS: u32 = 50;
const ROUND_MS: u32 = 2;

/// A frame of the test.
pub(crate) type Frame = Bytes<128>;
/// All of them.
pub(crate) type Frames = List<Frame, FRAMES>;

impl Pcnet32 {
    /// Whether what the chip sends to itself comes back unchanged.
    #[kernel_path]
    pub(crate) fn loopback_works(&self) -> Result<bool> {
        let sent = self.test_frames(self.device.address())?;
        Ok(self
            .loop_frames(sent)
            .is_ok_and(|received| received == sent))
    }

    /// Sends frames in internal loopback on rings of their own, and returns what comes back. An
    /// interface that is up pauses meanwhile.
    #[kernel_path]
    pub(crate) fn loop_frames(&self, frames: Frames) -> Result<Frames> {
        // The chip is not asked to send what it was not given.
        if frames.iter().any(|frame| frame.len() < FIRST_LENGTH) {
            return Err(Error::EINVAL);
        }
        let mut control = self.control.lock();
        let rings = self.make_rings(ENTRIES, ENTRIES)?;
        let settings = self.settings.lock();
        let paused = if control.up { self.halt_chip() } else { None };
        self.loop_before_phy(chip::PHY_LOOPBACK);
        let looped = Setup {
            mode: chip::INTERNAL_LOOPBACK,
            hash: [0; 4],
        };
        let received = self
            .arm(&mut control, rings, &looped, chip::MASK_ALL)
            .and_then(|()| self.exchange_frames(&frames));
        // Before the test's rings go, whatever came of it.
        drop(self.stop_chip());
        self.loop_before_phy(0);
        if control.up {
            self.launch(&mut control, paused, &settings.setup)?;
        } else {
            self.leave_style();
        }
        received
    }

    /// On chips with an MII the mode's loopback ends there, unless this bit turns it back.
    #[kernel_path]
    fn loop_before_phy(&self, bits: u32) {
        if self.chip.has_mii() {
            let mut transaction = self.registers.transaction();
            transaction.modify(chip::BCR32, chip::PHY_LOOPBACK, bits);
            let _ = transaction.run();
        }
    }

    #[kernel_path]
    fn exchange_frames(&self, frames: &Frames) -> Result<Frames> {
        for frame in frames.iter() {
            let mut packet = SkBuff::allocate(&self.device, frame.len() as u32)?;
            packet.append(frame);
            let packet = Mapped::new(&self.device, packet)?;
            let refused = self.traffic.lock().enqueue(&self.device, packet);
            drop(refused);
        }
        // Interrupts are masked, and no poll answers them; nobody else transmits.
        let mut transaction = self.registers.transaction();
        transaction.write(chip::CSR0, chip::TDMD);
        transaction.run()?;
        let mut received = Frames::new();
        for _ in 0..ROUNDS {
            while let Some(frame) = self.take_looped() {
                received.push(frame);
            }
            if received.len() >= frames.len() {
                break;
            }
            sleep_ms(ROUND_MS);
        }
        Ok(received)
    }

    /// The kernel half need not ask again as long as the address is the same.
    #[user_path]
    fn test_frames(&self, address: MacAddress) -> Result<Frames> {
        Ok(frames_to(&address))
    }

    #[kernel_path]
    fn take_looped(&self) -> Option<Frame> {
        self.traffic.lock().rings.as_mut()?.rx.take_frame()
    }
}

/// Frames from somebody to himself, each of another length and content.
fn frames_to(address: &MacAddress) -> Frames {
    let mut frames = Frames::new();
    for number in 0..FRAMES {
        frames.push(test_frame(address, number));
    }
    frames
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frames_differ_and_are_for_us() {
        let address = MacAddress([2, 0, 0, 0, 0, 7]);
        let frames = frames_to(&address);
        assert_eq!(frames.len(), FRAMES);
        for (number, frame) in frames.iter().enumerate() {
            assert_eq!(frame.len(), FIRST_LENGTH + LENGTH_STEP * number);
            assert_eq!(frame[..6], address.0);
            assert!(
                frames[..number]
                    .iter()
                    .all(|other| other[14..64] != frame[14..64] || other.len() != frame.len())
            );
        }
    }
}
