// Emitted by pcnet-partition from drivers/pcnet32/src/setup.rs. Do not edit.

//! Setting the chip up before it is started: what the initialization block does not say.

use crate::Pcnet32;
use crate::look::Seen;
use microdriver::Result;

impl Pcnet32 {
    /// Resets the chip, which stops it, and sets up what the initialization block does not; the PHYs, too, as
    /// the media may have changed. `seen`: what there was to see of the link. The stack is told of it now, unless it
    /// may be another one in a moment: then the first look does so.
    ///
    /// A stub: `Pcnet32::prepare_chip` runs in the user half (drivers/pcnet32/src/setup.rs:30; process context, and nothing keeps it in the kernel).
    pub(crate) fn prepare_chip(&self, seen: Seen) -> Result<()> {
        self.device.upcall(crate::split::UP_PREPARE_CHIP, &(seen,))
    }
}
