// Emitted by pcnet-partition from drivers/pcnet32/src/snapshot.rs. Do not edit.

//! What the rings look like, for the log of a transmit timeout. No addresses: nothing outside the
//! kernel may know where memory is.

use crate::Pcnet32;
use crate::rings::Rings;
use microdriver::{List, Wire, kernel_path};

/// Descriptors of each ring that are shown.
pub(crate) const SHOWN: usize = 16;

/// A descriptor: its status, the length field (negative), and the word after them, in which the chip
/// says why a transmission failed, or how long a received frame is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub(crate) struct Slot {
    pub(crate) status: u16,
    pub(crate) length: u16,
    pub(crate) result: u32,
}

/// Descriptors of a ring, in their order.
pub(crate) type Shown = List<Slot, SHOWN>;

/// Both rings, from the descriptor that is next to be finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Wire)]
pub(crate) struct Snapshot {
    /// Packets given to the chip and not finished.
    pub(crate) waiting: u32,
    /// The first descriptor shown.
    pub(crate) tx_first: u32,
    pub(crate) rx_first: u32,
    pub(crate) tx: Shown,
    pub(crate) rx: Shown,
}

impl Pcnet32 {
    // from drivers/pcnet32/src/snapshot.rs:41
    /// The rings as they are.
    #[kernel_path]
    pub(crate) fn take_snapshot(&self) -> Snapshot {
        let traffic = self.traffic.lock();
        let Some(Rings { tx, rx }) = traffic.rings.as_ref() else {
            return Snapshot::default();
        };
        let (waiting, tx_first, tx) = tx.show();
        let (rx_first, rx) = rx.show();
        Snapshot {
            waiting,
            tx_first,
            rx_first,
            tx,
            rx,
        }
    }
}
