// Emitted by pcnet-partition from drivers/pcnet32/src/transmit.rs. Do not edit.

//! Packets out.

use crate::counters::{TxCounters, count};
use crate::rings::{ERR, Rings, Sent};
use crate::state::{BATCH, Traffic};
use microdriver::{Batch, Device, Mapped, SkBuff, kernel_path};

/// Descriptor status: sent after several collisions, or after one; had to wait for the medium.
const MORE: u16 = 0x1000;
const ONE: u16 = 0x0800;
pub(crate) const DEF: u16 = 0x0400;
/// Why a transmission failed: the next descriptor of the frame was not there, FIFO underflow, waited
/// too long for the medium, late collision, no carrier, 16 collisions.
const BUFF: u32 = 0x8000_0000;
const EXDEF: u32 = 0x2000_0000;
const UFLO: u32 = 0x4000_0000;
const LCOL: u32 = 0x1000_0000;
const LCAR: u32 = 0x0800_0000;
const RTRY: u32 = 0x0400_0000;

impl Traffic {
    // from drivers/pcnet32/src/transmit.rs:26
    /// Puts a packet on the ring; gives it back when there is no place for it, to be freed after the lock.
    /// Inlined: the packet is moved, and through a call that goes by way of memory, twice.
    #[kernel_path]
    #[inline(always)]
    pub(crate) fn enqueue(&mut self, device: &Device, packet: Mapped) -> Option<Mapped> {
        let ring = self.rings.as_mut().map(|rings| &mut rings.tx);
        let Some(ring) = ring.filter(|ring| ring.room() != 0) else {
            count(&mut self.tx.dropped, 1);
            return Some(packet);
        };
        ring.submit(packet);
        if ring.room() == 0 {
            ring.held = true;
            device.stop_queue();
        }
        None
    }

    // from drivers/pcnet32/src/transmit.rs:43
    /// Moves sent packets into `finished`, which is empty, and lets the stack go on once there is room.
    /// `underflow`: an error stopped the transmitter.
    #[kernel_path]
    pub(crate) fn collect(
        &mut self,
        device: &Device,
        finished: &mut Batch<SkBuff, BATCH>,
        underflow: &mut bool,
    ) {
        let Some(Rings { tx: ring, .. }) = self.rings.as_mut() else {
            return;
        };
        while finished.len() < BATCH {
            let Some(sent) = ring.reclaim() else { break };
            let Sent {
                packet,
                status,
                errors,
            } = sent;
            let counters = &mut self.tx;
            count(&mut counters.bytes, u64::from(packet.length()));
            if status & (ERR | MORE | ONE | DEF) == 0 {
                count(&mut counters.packets, 1);
            } else {
                count_trouble(counters, status, errors);
                // The chip has turned its transmitter off (DXSUFLO of CSR3 is clear).
                *underflow |= errors & UFLO != 0;
            }
            drop(finished.push(Mapped::unmap(packet)));
        }
        if ring.held && ring.room() > 2 {
            // Under the same lock as `enqueue` stops it, so neither can be lost.
            ring.held = false;
            device.wake_queue();
        }
    }
}

// from drivers/pcnet32/src/transmit.rs:81
/// Counts a packet that was not sent, or not at once.
#[kernel_path]
#[cold]
fn count_trouble(counters: &mut TxCounters, status: u16, errors: u32) {
    // A long wait is no error by itself.
    count(&mut counters.too_long, u64::from(errors & EXDEF != 0));
    if status & ERR == 0 {
        count(&mut counters.packets, 1);
        let collided = status & (MORE | ONE) != 0;
        count(&mut counters.collisions, u64::from(collided));
        count(&mut counters.several, u64::from(status & MORE != 0));
        count(&mut counters.deferred, u64::from(status & DEF != 0));
        return;
    }
    count(&mut counters.errors, 1);
    count(&mut counters.aborted, u64::from(errors & RTRY != 0));
    count(&mut counters.carrier, u64::from(errors & LCAR != 0));
    count(&mut counters.window, u64::from(errors & LCOL != 0));
    count(&mut counters.fifo, u64::from(errors & UFLO != 0));
    count(&mut counters.buffer, u64::from(errors & BUFF != 0));
}
