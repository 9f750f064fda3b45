//! The link: whether there is one, and what it is made of.

use crate::Pcnet32;
use crate::chip;
use crate::state::{MSG_LINK, Media};
use microdriver::{Result, dev_info};

impl Pcnet32 {
    /// The link watchdog: tells the stack when the link comes or goes. `first` after each start.
    pub(crate) fn watch_link(&self, first: bool) -> Result<()> {
        let settings = self.settings.lock().clone();
        let link = self.link_of(&settings.media)?;
        if !first && link == settings.link {
            return Ok(());
        }
        self.settings.lock().link = link;
        self.device.set_carrier(link);
        if settings.message_level & MSG_LINK != 0 {
            dev_info!(self.device, "link {}", if link { "up" } else { "down" });
        }
        Ok(())
    }

    /// Whether there is a link, as far as the chip can tell.
    pub(crate) fn link_of(&self, media: &Media) -> Result<bool> {
        if !self.link_is_known(media) {
            return Ok(true);
        }
        Ok(self.read_link_led()? != chip::NO_LINK)
    }

    /// The chips before the Am79C970A do not say, and that one does so for 10BASE-T alone.
    fn link_is_known(&self, media: &Media) -> bool {
        let chip = self.identity.chip;
        chip.senses_link() && (!chip.has_two_ports() || media.twisted_pair && !media.auto_select)
    }

    /// BCR4, the link status LED.
    pub(crate) fn read_link_led(&self) -> Result<u16> {
        let mut transaction = self.registers.transaction();
        let led = transaction.read(chip::BCR4);
        Ok(transaction.run()?.get16(led))
    }
}
