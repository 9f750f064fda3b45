// Emitted by pcnet-partition from drivers/pcnet32/src/link.rs. Do not edit.

//! The link watchdog: whether there is a link, and what it is made of. The chips before the
//! Am79C970A do not say; that one and the Am79C978 do so by an LED's register, the others by a PHY.

use crate::Pcnet32;
use crate::look::{Seen, in_use, look, several};
use microdriver::{Result, kernel_path};

impl Pcnet32 {
    // from drivers/pcnet32/src/link.rs:17
    /// Looks at the link, and has something done about it where that is needed.
    #[kernel_path]
    pub(crate) fn watch_link(&self) -> Result<()> {
        let mut settings = self.settings.lock().clone();
        if !settings.phys_ready {
            self.set_up_phys()?;
            settings = self.settings.lock().clone();
        }
        let seen = look(&self.registers, in_use(self.phys, settings.phy))?;
        let searches = several(self.phys) && !seen.phy.has_link();
        if settings.seen != Some(seen) || searches {
            self.follow_link(seen)?;
        }
        Ok(())
    }

    /// The PHYs may have lost their power.
    ///
    /// A stub: `Pcnet32::set_up_phys` runs in the user half (drivers/pcnet32/src/link.rs:33; annotated `#[user_path]`).
    fn set_up_phys(&self) -> Result<()> {
        self.device.upcall(crate::split::UP_SET_UP_PHYS, &())
    }

    /// Does what a look at the link calls for.
    ///
    /// A stub: `Pcnet32::follow_link` runs in the user half (drivers/pcnet32/src/link.rs:39; annotated `#[user_path]`).
    fn follow_link(&self, seen: Seen) -> Result<()> {
        self.device.upcall(crate::split::UP_FOLLOW_LINK, &(seen,))
    }
}
