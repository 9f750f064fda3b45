// Emitted by pcnet-partition from drivers/pcnet32/src/link.rs. Do not edit.

//! The link watchdog: whether there is a link, and what it is made of. The chips before the
//! Am79C970A do not say; that one and the Am79C978 do so by an LED's register, the others by a PHY.

use crate::Pcnet32;
use microdriver::Result;

impl Pcnet32 {
    /// Tells the stack when the link comes or goes. `first` after each start.
    ///
    /// A stub: `Pcnet32::watch_link` runs in the user half (drivers/pcnet32/src/link.rs:17; annotated `#[user_path]`).
    pub(crate) fn watch_link(&self, first: bool) -> Result<()> {
        self.device.upcall(crate::split::UP_WATCH_LINK, &(first,))
    }
}
