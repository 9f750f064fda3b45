// Emitted by pcnet-partition from drivers/pcnet32/src/link.rs. Do not edit.

//! The link: whether there is one, and what it is made of.

use crate::Pcnet32;
use microdriver::Result;

impl Pcnet32 {
    // stub: Pcnet32::watch_link runs in the user half (drivers/pcnet32/src/link.rs:43; annotated `#[user_path]`)
    /// Tells the stack when the link comes or goes. `first` after each start.
    pub(crate) fn watch_link(&self, first: bool) -> Result<()> {
        self.device.upcall(crate::split::UP_WATCH_LINK, &(first,))
    }
}
