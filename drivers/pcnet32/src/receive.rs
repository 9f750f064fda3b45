//! Packets in.

use crate::Pcnet32;
use crate::counters::{RxCounters, count};
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
    /// Hands what arrived to the stack: at most `budget` descriptors, whose number it returns.
    #[kernel_path]
    pub(crate) fn receive_packets(&self, budget: u32) -> u32 {
        let taken = self.receiver.lock().ring.take();
        let Some(mut ring) = taken else { return 0 };
        let mut tally = RxCounters::default();
        let mut done = 0;
        while done < budget {
            let Some(status) = ring.arrived() else { break };
            let packet = self.take_packet(&mut ring, status, &mut tally);
            ring.give_back();
            if let Some(packet) = packet {
                packet.receive(&self.device);
            }
            done += 1;
        }
        let mut receiver = self.receiver.lock();
        receiver.ring = Some(ring);
        receiver.counters.add_up(&tally);
        done
    }

    /// The frame in the next descriptor, if it is a good one and there is memory for it.
    #[kernel_path]
    fn take_packet(
        &self,
        ring: &mut RxRing,
        status: u16,
        tally: &mut RxCounters,
    ) -> Option<SkBuff> {
        if status & (ERR | FRAM | OFLO | CRC | BUFF | STP | ENP) != STP | ENP {
            tally.add_bad_frame(status);
            return None;
        }
        let length = ring.frame_length();
        if length < SHORTEST {
            count(&mut tally.errors, 1);
            count(&mut tally.runts, 1);
            return None;
        }
        if length > BUFFER_SIZE {
            count(&mut tally.errors, 1);
            count(&mut tally.oversize, 1);
            return None;
        }
        let packet = if length > self.tuning.copy_break {
            // A fresh buffer first: without one, the ring keeps this one and the frame is lost.
            Received::new(&self.device, BUFFER_SIZE)
                .ok()
                .and_then(|fresh| ring.exchange_buffer(length, fresh))
        } else {
            SkBuff::allocate(&self.device, length)
                .ok()
                .map(|mut packet| {
                    ring.copy_frame(length, &mut packet);
                    packet
                })
        };
        if packet.is_some() {
            count(&mut tally.packets, 1);
            count(&mut tally.bytes, u64::from(length));
        } else {
            count(&mut tally.dropped, 1);
        }
        packet
    }
}

impl RxCounters {
    /// A descriptor with an error, or with a part of a frame that needs several.
    #[kernel_path]
    fn add_bad_frame(&mut self, status: u16) {
        // A frame in several descriptors counts as one error.
        if status & ENP != 0 {
            count(&mut self.errors, 1);
        }
        if status & FRAM != 0 {
            count(&mut self.frame, 1);
        }
        if status & OFLO != 0 {
            count(&mut self.overrun, 1);
        }
        if status & CRC != 0 {
            count(&mut self.checksum, 1);
        }
        if status & BUFF != 0 {
            count(&mut self.fifo, 1);
        }
    }
}
