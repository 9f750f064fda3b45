// Emitted by pcnet-partition from drivers/pcnet32/src/receive.rs. Do not edit.

//! Packets in.

use crate::Pcnet32;
use crate::counters::count;
use crate::rings::{BUFFER_SIZE, ENP, ERR, RxRing, STP};
use microdriver::{Received, SkBuff, kernel_path};

/// Descriptor status: what was wrong with the frame.
const FRAM: u16 = 0x2000;
const OFLO: u16 = 0x1000;
const CRC: u16 = 0x0800;
const BUFF: u16 = 0x0400;

/// Shortest frame, without its checksum.
const SHORTEST: u32 = 60;

impl Pcnet32 {
    // from drivers/pcnet32/src/receive.rs:20
    /// Hands what arrived to the stack: at most `budget` descriptors, whose number it returns.
    #[kernel_path]
    pub(crate) fn receive_packets(&self, budget: u32) -> u32 {
        let taken = self.receiver.lock().ring.take();
        let Some(mut ring) = taken else { return 0 };
        let (mut done, mut packets, mut bytes) = (0, 0, 0);
        while done < budget {
            let Some(status) = ring.arrived() else { break };
            let packet = self.take_packet(&mut ring, status);
            ring.give_back();
            if let Some(packet) = packet {
                packets += 1;
                bytes += u64::from(packet.len());
                packet.receive(&self.device);
            }
            done += 1;
        }
        let mut receiver = self.receiver.lock();
        count(&mut receiver.counters.packets, packets);
        count(&mut receiver.counters.bytes, bytes);
        receiver.ring = Some(ring);
        done
    }

    // from drivers/pcnet32/src/receive.rs:44
    /// The frame in the next descriptor, if it is a good one and there is memory for it.
    #[kernel_path]
    fn take_packet(&self, ring: &mut RxRing, status: u16) -> Option<SkBuff> {
        let length = ring.frame_length();
        let whole = status & (ERR | FRAM | OFLO | CRC | BUFF | STP | ENP) == STP | ENP;
        if !whole || !(SHORTEST..=BUFFER_SIZE).contains(&length) {
            self.count_bad_frame(status, whole, length);
            return None;
        }
        let packet = if length > self.tuning.copy_break {
            // A fresh buffer first: without one, the ring keeps this one and the frame is lost.
            let fresh = Received::new(&self.device, BUFFER_SIZE).ok();
            fresh.and_then(|fresh| ring.exchange_buffer(length, fresh))
        } else {
            let room = SkBuff::allocate(&self.device, length).ok();
            room.map(|room| ring.copy_frame(length, room))
        };
        if packet.is_none() {
            count(&mut self.receiver.lock().counters.dropped, 1);
        }
        packet
    }

    // from drivers/pcnet32/src/receive.rs:68
    /// Counts a descriptor with an error, a part of a frame that needs several, or a frame that is too
    /// short or too long.
    #[kernel_path]
    fn count_bad_frame(&self, status: u16, whole: bool, length: u32) {
        let counters = &mut self.receiver.lock().counters;
        // A frame in several descriptors counts as one error.
        count(&mut counters.errors, u64::from(status & ENP != 0));
        count(&mut counters.runts, u64::from(whole && length < SHORTEST));
        count(
            &mut counters.oversize,
            u64::from(whole && length > BUFFER_SIZE),
        );
        count(&mut counters.frame, u64::from(status & FRAM != 0));
        count(&mut counters.overrun, u64::from(status & OFLO != 0));
        count(&mut counters.checksum, u64::from(status & CRC != 0));
        count(&mut counters.fifo, u64::from(status & BUFF != 0));
    }
}
