//! The self test: frames sent through the chip and back, inside it.

use crate::Pcnet32;
use crate::chip;
use crate::control::{self, Kept};
use crate::rings::{RxRing, Setup, TxRing, write_block};
use microdriver::{Bytes, Error, List, MacAddress, Mapped, Result, SkBuff, kernel_path, sleep_ms};

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
    pub(crate) fn loopback_works(&self) -> bool {
        let sent = test_frames(&self.device.address());
        self.loop_frames(sent)
            .is_ok_and(|received| received == sent)
    }

    /// Sends frames in internal loopback on rings of their own, and returns what comes back. An
    /// interface that is up pauses meanwhile.
    #[kernel_path]
    pub(crate) fn loop_frames(&self, frames: Frames) -> Result<Frames> {
        let control = self.control.lock();
        let mut tx = TxRing::new(&self.device, ENTRIES)?;
        let rx = RxRing::new(&self.device, ENTRIES)?;
        for frame in frames.iter() {
            tx.submit(self.packet_of(frame)?);
        }
        if !control.up {
            let received = self.loop_rings(tx, rx, &frames);
            control::write_one(&self.registers, chip::BCR20, chip::STYLE_16_BIT);
            return received;
        }
        let Kept { filter, media } = self.halt_chip();
        let live = self.take_rings();
        let received = self.loop_rings(tx, rx, &frames);
        match live {
            (Some(tx), Some(rx)) => self.launch(tx, rx, &self.setup_for(&filter, &media))?,
            _ => self.device.enable_napi(),
        }
        received
    }

    /// Runs the chip on these rings until every frame is back, and stops it: then they may go.
    #[kernel_path]
    fn loop_rings(&self, tx: TxRing, mut rx: RxRing, frames: &Frames) -> Result<Frames> {
        let setup = Setup {
            mode: chip::INTERNAL_LOOPBACK,
            station: self.device.address(),
            hash: [0; 4],
        };
        rx.offer_buffers();
        let block = {
            let mut block = self.block.lock();
            write_block(&mut block, &setup, &tx, &rx);
            block.address()
        };
        control::write_one(&self.registers, chip::BCR20, chip::STYLE_32_BIT);
        let started = self.start_chip(block, chip::MASK_ALL);
        let mut received = Frames::new();
        for _ in 0..ROUNDS {
            while received.len() < frames.len()
                && let Some(frame) = rx.take_frame()
            {
                received.push(frame);
            }
            if started.is_err() || received.len() >= frames.len() {
                break;
            }
            sleep_ms(ROUND_MS);
        }
        // Before the rings are dropped, whatever came of it.
        control::write_one(&self.registers, chip::CSR0, chip::STOP);
        drop((tx, rx));
        started.map(|()| received)
    }

    #[kernel_path]
    fn packet_of(&self, frame: &Frame) -> Result<Mapped> {
        let bytes = frame.as_slice();
        // The chip is not asked to send nothing, or more than it was given room for.
        if bytes.len() < FIRST_LENGTH {
            return Err(Error::EINVAL);
        }
        let mut packet = SkBuff::allocate(&self.device, bytes.len() as u32)?;
        packet.append(bytes);
        Mapped::new(&self.device, packet)
    }
}

/// Frames to ourselves, each of another length and content.
fn test_frames(address: &MacAddress) -> Frames {
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
