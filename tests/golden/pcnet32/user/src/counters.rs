// Emitted by pcnet-partition from drivers/pcnet32/src/counters.rs. Do not edit.

//! Counters, kept where they are counted, and gathered here.

use crate::Pcnet32;
use microdriver::Wire;

/// Counted by the transmitting side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub(crate) struct TxCounters {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    pub(crate) errors: u64,
    pub(crate) dropped: u64,
    /// Packets sent after a collision, or after several, or after waiting for the medium.
    pub(crate) collisions: u64,
    pub(crate) several: u64,
    pub(crate) deferred: u64,
    /// Too many collisions.
    pub(crate) aborted: u64,
    pub(crate) carrier: u64,
    /// Late collisions.
    pub(crate) window: u64,
    /// Underflows of the FIFO.
    pub(crate) fifo: u64,
    /// Waited too long for the medium.
    pub(crate) too_long: u64,
    /// The chip expected more of the packet.
    pub(crate) buffer: u64,
    /// Times that nothing was sent for too long.
    pub(crate) timeouts: u64,
    /// Restarts of the chip while the interface was up.
    pub(crate) restarts: u64,
}

/// Counted by the receiving side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub(crate) struct RxCounters {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    pub(crate) errors: u64,
    pub(crate) dropped: u64,
    pub(crate) frame: u64,
    pub(crate) overrun: u64,
    pub(crate) checksum: u64,
    pub(crate) fifo: u64,
    pub(crate) runts: u64,
    pub(crate) oversize: u64,
    /// Frames that came in several buffers.
    pub(crate) fragmented: u64,
}

/// Counted by the interrupt, and by the chip.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub(crate) struct Faults {
    pub(crate) babbles: u64,
    pub(crate) miss_events: u64,
    pub(crate) memory_errors: u64,
    /// Frames that the chip had no descriptor for.
    pub(crate) missed: u64,
    /// What its 16-bit counter stood at.
    pub(crate) missed_seen: u16,
}

/// Every counter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub(crate) struct Counters {
    pub(crate) tx: TxCounters,
    pub(crate) rx: RxCounters,
    pub(crate) faults: Faults,
}

impl Pcnet32 {
    /// All the counters.
    ///
    /// A stub: `Pcnet32::gather_counters` runs in the kernel half (drivers/pcnet32/src/counters.rs:95; touches `Traffic`, which holds `Coherent` of the kernel).
    pub(crate) fn gather_counters(&self) -> Counters {
        self.device
            .downcall(crate::split::DOWN_GATHER_COUNTERS, &())
    }
}
