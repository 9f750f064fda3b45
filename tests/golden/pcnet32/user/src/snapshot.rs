// Emitted by pcnet-partition from drivers/pcnet32/src/snapshot.rs. Do not edit.

//! What the rings look like, for the log of a transmit timeout. No addresses: nothing outside the
//! kernel may know where memory is.

use crate::Pcnet32;
use core::fmt::Write;
use microdriver::{List, Text, Wire, dev_info};

/// Descriptors of each ring that are shown.
pub(crate) const SHOWN: usize = 16;
/// Of them in a line.
const IN_LINE: usize = 8;

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
    /// The rings as they are.
    ///
    /// A stub: `Pcnet32::take_snapshot` runs in the kernel half (drivers/pcnet32/src/snapshot.rs:41; annotated `#[kernel_path]`).
    pub(crate) fn take_snapshot(&self) -> Snapshot {
        self.device.downcall(crate::split::DOWN_TAKE_SNAPSHOT, &())
    }

    // from drivers/pcnet32/src/snapshot.rs:58
    /// Writes the rings to the log.
    pub(crate) fn log_rings(&self) {
        let rings = self.take_snapshot();
        dev_info!(
            self.device,
            "{} packets wait; transmit ring from {}, receive ring from {}: status/length/result",
            rings.waiting,
            rings.tx_first,
            rings.rx_first
        );
        for (name, slots) in [("tx", &rings.tx), ("rx", &rings.rx)] {
            for line in slots.chunks(IN_LINE) {
                dev_info!(self.device, "{name} {}", shown(line));
            }
        }
    }
}

// from drivers/pcnet32/src/snapshot.rs:76
/// Descriptors in print.
fn shown(slots: &[Slot]) -> Text<240> {
    let mut text = Text::default();
    for Slot {
        status,
        length,
        result,
    } in slots
    {
        // There is room for a line's worth.
        let _ = write!(text, " {status:04x}/{length:04x}/{result:08x}");
    }
    text
}
