// Emitted by pcnet-partition from drivers/pcnet32/src/control.rs. Do not edit.

//! Bringing the chip up and down, and changing it meanwhile. Everything that does so holds `control`,
//! and inside that `settings` until the chip runs again: who changes the settings and the running chip
//! under `settings` (the receive filter, the port) does so before or after a restart, not during one.
//!
//! While `Control::up` is true: the rings are in their place, the interrupt is requested and NAPI is
//! enabled. While it is false: nothing of that, and the chip is stopped.

use crate::Pcnet32;
use microdriver::Result;

/// Work items: the link watchdog, every so many milliseconds, and a restart.
pub(crate) const LINK_WATCH: u32 = 0;

/// Ring sizes: powers of two.
pub(crate) const LEAST_ENTRIES: u32 = 4;
pub(crate) const MOST_ENTRIES: u32 = 512;

impl Pcnet32 {
    /// Brings the chip up, for an interface that is going up. What the initialization block does not
    /// set has been set.
    ///
    /// A stub: `Pcnet32::start` runs in the kernel half (drivers/pcnet32/src/control.rs:31; annotated `#[kernel_path]`).
    pub(crate) fn start(&self) -> Result<()> {
        self.device.downcall(crate::split::DOWN_START, &())
    }

    /// Starts the chip anew, as the settings say now. What waits to be sent is lost. `stalled`:
    /// because nothing was sent for too long.
    ///
    /// A stub: `Pcnet32::restart` runs in the kernel half (drivers/pcnet32/src/control.rs:49; annotated `#[kernel_path]`).
    pub(crate) fn restart(&self, stalled: bool) -> Result<()> {
        self.device
            .downcall(crate::split::DOWN_RESTART, &(stalled,))
    }

    /// Replaces the rings by larger or smaller ones; where there is no memory, the old ones stay.
    ///
    /// A stub: `Pcnet32::resize` runs in the kernel half (drivers/pcnet32/src/control.rs:68; annotated `#[kernel_path]`).
    pub(crate) fn resize(&self, tx_entries: u32, rx_entries: u32) -> Result<()> {
        self.device
            .downcall(crate::split::DOWN_RESIZE, &(tx_entries, rx_entries))
    }
}
