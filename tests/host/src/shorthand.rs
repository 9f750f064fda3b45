//! What many tests say.

use runtime_host::{Interface, SlotId};

use crate::halves::Variant;
use crate::machine::{Machine, frame};

impl Machine {
    /// A machine with one Am79C970A whose interface is up, and has a carrier.
    pub fn up(variant: Variant) -> (Self, SlotId, Interface) {
        let (machine, card) = Self::ready(variant);
        let interface = machine.interface(card);
        interface.up().expect("goes up");
        machine.settle();
        assert!(interface.carrier(), "the twisted pair is connected");
        (machine, card, interface)
    }

    /// Asserts that one frame goes out and another one comes in, unchanged, on an unconnected card.
    #[track_caller]
    pub fn assert_traffic(&self, card: SlotId) {
        let interface = self.interface(card);
        self.settle();
        interface.take_received();
        self.take_transmitted(card);
        let (out, into) = (frame(b"out, for sure"), frame(b"and in"));
        interface.send(&out).expect("is up");
        self.inject(card, &into);
        self.settle();
        let (sent, received) = (self.take_transmitted(card), interface.take_received());
        assert!(
            sent == [out] && received == [into],
            "one frame each way: {} went out, {} came in",
            sent.len(),
            received.len()
        );
    }
}

/// A broadcast frame of so many bytes (14 at least, 60 on a wire), without its checksum.
pub fn frame_of(length: usize) -> Vec<u8> {
    let mut frame = frame(&[]);
    frame.truncate(14);
    let payload = (frame.len()..length).map(|at| at.wrapping_mul(31) as u8);
    frame.extend(payload);
    frame
}

/// A frame to this station.
pub fn frame_to(station: [u8; 6], payload: &[u8]) -> Vec<u8> {
    let mut frame = frame(payload);
    if let Some(destination) = frame.first_chunk_mut() {
        *destination = station;
    }
    frame
}

/// One of the numbers of `ethtool -S`.
#[track_caller]
pub fn statistic(interface: &Interface, name: &str) -> u64 {
    let all = interface.ethtool_stats().expect("there are some");
    let found = all.into_iter().find(|(known, _)| known == name);
    match found {
        Some((_, value)) => value,
        None => panic!("no statistic {name}"),
    }
}
