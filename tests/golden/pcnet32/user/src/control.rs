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
pub(crate) const RESTART: u32 = 1;

pub(crate) const MOST_ENTRIES: u32 = 512;

impl Pcnet32 {
    /// Starts the chip anew, as the settings say now. What waits to be sent is lost. `stalled`:
    /// because nothing was sent for too long.
    ///
    /// A stub: `Pcnet32::restart` runs in the kernel half (drivers/pcnet32/src/control.rs:49; annotated `#[kernel_path]`).
    pub(crate) fn restart(&self, stalled: bool) -> Result<()> {
        self.device
            .downcall(crate::split::DOWN_RESTART, &(stalled,))
    }
}
