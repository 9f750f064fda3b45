// Emitted by pcnet-partition from drivers/pcnet32/src/receive.rs. Do not edit.

//! Packets in.

use crate::counters::{RxCounters, count};
use crate::rings::{BUFFER_SIZE, ENP, ERR, Rings, RxRing, STP};
use crate::state::{BATCH, Traffic};
use microdriver::{Batch, Device, Received, SkBuff, kernel_path};

/// Descriptor status: what was wrong with the frame.
const FRAM: u16 = 0x2000;
const OFLO: u16 = 0x1000;
const CRC: u16 = 0x0800;
const BUFF: u16 = 0x0400;

/// Shortest frame, without its checksum.
const SHORTEST: u32 = 60;

impl Traffic {
    // from drivers/pcnet32/src/receive.rs:20
    /// Moves what arrived into `packets`, from at most `limit` descriptors; returns how many it took.
    #[kernel_path]
    pub(crate) fn take_packets(
        &mut self,
        device: &Device,
        copy_break: u32,
        limit: u32,
        packets: &mut Batch<SkBuff, BATCH>,
    ) -> u32 {
        let Some(Rings { rx: ring, .. }) = self.rings.as_mut() else {
            return 0;
        };
        let mut taken = 0;
        while taken < limit {
            let Some(status) = ring.arrived() else { break };
            let length = ring.frame_length();
            let whole = status & (ERR | FRAM | OFLO | CRC | BUFF | STP | ENP) == STP | ENP;
            if whole && (SHORTEST..=BUFFER_SIZE).contains(&length) {
                if let Some(packet) = take_packet(device, copy_break, ring, length) {
                    drop(packets.push(packet));
                    count(&mut self.rx.packets, 1);
                    count(&mut self.rx.bytes, u64::from(length));
                } else {
                    count(&mut self.rx.dropped, 1);
                }
            } else {
                count_bad_frame(&mut self.rx, status, whole, length);
            }
            ring.give_back();
            taken += 1;
        }
        taken
    }
}

// from drivers/pcnet32/src/receive.rs:55
/// The frame in the next descriptor, if there is memory for it.
#[kernel_path]
fn take_packet(device: &Device, copy_break: u32, ring: &mut RxRing, length: u32) -> Option<SkBuff> {
    if length > copy_break {
        // A fresh buffer first: without one, the ring keeps this one and the frame is lost.
        let fresh = Received::new(device, BUFFER_SIZE).ok()?;
        ring.exchange_buffer(length, fresh)
    } else {
        ring.copy_frame(length)
    }
}

// from drivers/pcnet32/src/receive.rs:68
/// Counts a descriptor with an error, a part of a frame that needs several, or a frame that is too
/// short or too long.
#[kernel_path]
fn count_bad_frame(counters: &mut RxCounters, status: u16, whole: bool, length: u32) {
    // A frame in several descriptors counts as one error.
    count(&mut counters.errors, u64::from(status & ENP != 0));
    count(&mut counters.runts, u64::from(whole && length < SHORTEST));
    count(
        &mut counters.oversize,
        u64::from(whole && length > BUFFER_SIZE),
    );
    // No error, but the first buffer of more.
    let first_of_more = status & (ERR | STP | ENP) == STP;
    count(&mut counters.fragmented, u64::from(first_of_more));
    count(&mut counters.frame, u64::from(status & FRAM != 0));
    count(&mut counters.overrun, u64::from(status & OFLO != 0));
    count(&mut counters.checksum, u64::from(status & CRC != 0));
    count(&mut counters.fifo, u64::from(status & BUFF != 0));
}
