//! Packets in.

use crate::Pcnet32;
use crate::counters::count;
use crate::rings::{BUFFER_SIZE, ENP, ERR, RxRing, STP};
use crate::state::Receiver;
use microdriver::{Device, Received, SkBuff, kernel_path};

/// Descriptor status: what was wrong with the frame.
const FRAM: u16 = 0x2000;
const OFLO: u16 = 0x1000;
const CRC: u16 = 0x0800;
const BUFF: u16 = 0x0400;

/// Shortest frame, without its checksum.
const SHORTEST: u32 = 60;

/// Packets that are taken off the ring under one hold of the lock, and handed to the stack after it.
const BATCH: usize = 4;

impl Pcnet32 {
    /// Hands what arrived to the stack: at most `budget` descriptors, whose number it returns.
    #[kernel_path]
    pub(crate) fn receive_packets(&self, budget: u32) -> u32 {
        let mut done = 0;
        loop {
            let limit = budget.wrapping_sub(done).min(BATCH as u32);
            let mut arrived = [const { None }; BATCH];
            let taken = {
                let mut receiver = self.receiver.lock();
                receiver.take_packets(&self.device, self.tuning.copy_break, limit, &mut arrived)
            };
            for packet in arrived.into_iter().flatten() {
                packet.receive(&self.device);
            }
            done += taken;
            if taken < BATCH as u32 {
                return done;
            }
        }
    }
}

impl Receiver {
    /// Moves what arrived into `packets`; returns how many descriptors it took.
    #[kernel_path]
    fn take_packets(
        &mut self,
        device: &Device,
        copy_break: u32,
        limit: u32,
        packets: &mut [Option<SkBuff>; BATCH],
    ) -> u32 {
        let mut taken = 0;
        for place in packets.iter_mut().take(limit as usize) {
            let Some(status) = self.ring.as_ref().and_then(RxRing::arrived) else {
                break;
            };
            *place = self.take_packet(device, copy_break, status);
            if let Some(ring) = self.ring.as_mut() {
                ring.give_back();
            }
            taken += 1;
        }
        taken
    }

    /// The frame in the next descriptor, if it is a good one and there is memory for it.
    #[kernel_path]
    fn take_packet(&mut self, device: &Device, copy_break: u32, status: u16) -> Option<SkBuff> {
        let ring = self.ring.as_mut()?;
        let length = ring.frame_length();
        let whole = status & (ERR | FRAM | OFLO | CRC | BUFF | STP | ENP) == STP | ENP;
        if !whole || !(SHORTEST..=BUFFER_SIZE).contains(&length) {
            self.count_bad_frame(status, whole, length);
            return None;
        }
        let packet = if length > copy_break {
            // A fresh buffer first: without one, the ring keeps this one and the frame is lost.
            let fresh = Received::new(device, BUFFER_SIZE).ok();
            fresh.and_then(|fresh| ring.exchange_buffer(length, fresh))
        } else {
            let room = SkBuff::allocate(device, length).ok();
            room.map(|room| ring.copy_frame(length, room))
        };
        if packet.is_some() {
            count(&mut self.counters.packets, 1);
            count(&mut self.counters.bytes, u64::from(length));
        } else {
            count(&mut self.counters.dropped, 1);
        }
        packet
    }

    /// Counts a descriptor with an error, a part of a frame that needs several, or a frame that is too
    /// short or too long.
    #[kernel_path]
    fn count_bad_frame(&mut self, status: u16, whole: bool, length: u32) {
        let counters = &mut self.counters;
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
