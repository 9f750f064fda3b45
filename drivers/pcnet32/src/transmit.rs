//! Packets out.

use crate::Pcnet32;
use crate::chip;
use crate::control;
use crate::counters::count;
use crate::rings::{ERR, Sent};
use crate::state::Transmitter;
use microdriver::{Device, Mapped, dev_err, kernel_path};

/// Packets that are taken off the ring under one hold of the lock, and freed after it.
const BATCH: usize = 8;

/// Descriptor status: sent after one collision, or after several.
const COLLIDED: u16 = 0x1800;
/// Why a transmission failed: FIFO underflow, late collision, no carrier, 16 collisions.
const UFLO: u32 = 0x4000_0000;
const LCOL: u32 = 0x1000_0000;
const LCAR: u32 = 0x0800_0000;
const RTRY: u32 = 0x0400_0000;

impl Pcnet32 {
    /// Gives a packet to the chip.
    #[kernel_path]
    pub(crate) fn send_packet(&self, packet: Mapped) {
        let refused = self.transmitter.lock().enqueue(&self.device, packet);
        if refused.is_some() {
            // Freed here, after the lock.
            return;
        }
        // Have the chip look at the ring now instead of at its next round, 1.6 ms away (TDMD).
        control::write_one(&self.registers, chip::CSR0, chip::IENA | chip::TDMD);
    }

    /// A packet that could not be given to the chip.
    #[kernel_path]
    pub(crate) fn count_dropped(&self) {
        count(&mut self.transmitter.lock().counters.dropped, 1);
    }

    /// Frees what was sent, and starts the transmitter again where an error stopped it. From the poll.
    #[kernel_path]
    pub(crate) fn finish_transmissions(&self, budget: u32) {
        let mut underflow = false;
        loop {
            let mut finished = [const { None }; BATCH];
            let taken =
                self.transmitter
                    .lock()
                    .collect(&self.device, &mut finished, &mut underflow);
            for packet in finished.iter_mut().filter_map(Option::take) {
                if let Some(skb) = Mapped::unmap(packet) {
                    skb.consume(budget);
                }
            }
            if taken < BATCH {
                break;
            }
        }
        if underflow {
            dev_err!(self.device, "transmit FIFO underflow, restarting");
            self.restart_in_poll();
        }
    }
}

impl Transmitter {
    /// Puts a packet on the ring; returns it when there is no place for it.
    #[kernel_path]
    fn enqueue(&mut self, device: &Device, packet: Mapped) -> Option<Mapped> {
        let Some(ring) = self.ring.as_mut().filter(|ring| !ring.is_full()) else {
            count(&mut self.counters.dropped, 1);
            return Some(packet);
        };
        ring.submit(packet);
        if ring.is_full() {
            ring.held = true;
            device.stop_queue();
        }
        None
    }

    /// Moves sent packets into `finished`, returns how many, and lets the stack go on once there is room.
    #[kernel_path]
    fn collect(
        &mut self,
        device: &Device,
        finished: &mut [Option<Mapped>; BATCH],
        underflow: &mut bool,
    ) -> usize {
        let mut taken = 0;
        for place in finished.iter_mut() {
            let Some(sent) = self.ring.as_mut().and_then(|ring| ring.reclaim()) else {
                break;
            };
            self.account(&sent, underflow);
            *place = Some(sent.packet);
            taken += 1;
        }
        if let Some(ring) = self.ring.as_mut()
            && ring.held
            && ring.has_room()
        {
            // Under the same lock as `enqueue` stops it, so neither can be lost.
            ring.held = false;
            device.wake_queue();
        }
        taken
    }

    #[kernel_path]
    fn account(&mut self, sent: &Sent, underflow: &mut bool) {
        let counters = &mut self.counters;
        count(&mut counters.bytes, u64::from(sent.packet.length()));
        if sent.status & ERR == 0 {
            count(&mut counters.packets, 1);
            if sent.status & COLLIDED != 0 {
                count(&mut counters.collisions, 1);
            }
            return;
        }
        count(&mut counters.errors, 1);
        if sent.errors & RTRY != 0 {
            count(&mut counters.aborted, 1);
        }
        if sent.errors & LCAR != 0 {
            count(&mut counters.carrier, 1);
        }
        if sent.errors & LCOL != 0 {
            count(&mut counters.window, 1);
        }
        if sent.errors & UFLO != 0 {
            // The chip has turned its transmitter off (DXSUFLO is clear).
            count(&mut counters.fifo, 1);
            *underflow = true;
        }
    }
}
