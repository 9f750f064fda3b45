//! The link watchdog: whether there is a link, and what it is made of. The chips before the
//! Am79C970A do not say; that one and the Am79C978 do so by an LED's register, the others by a PHY.

use crate::Pcnet32;
use crate::chip;
use crate::control::{LINK_WATCH, RESTART};
use crate::filter::SUSPEND_US;
use crate::look::{Seen, in_use, look, several};
use crate::media::Media;
use crate::mii;
use crate::state::{Link, MSG_LINK, Settings};
use microdriver::{Result, dev_dbg, dev_err, dev_info, kernel_path, user_path};

impl Pcnet32 {
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
    #[user_path]
    fn set_up_phys(&self) -> Result<()> {
        self.prepare_phys(&mut self.settings.lock())
    }

    /// Does what a look at the link calls for.
    #[user_path]
    fn follow_link(&self, seen: Seen) -> Result<()> {
        let mut settings = self.settings.lock();
        self.take_link(&mut settings, seen)?;
        let link = settings.link;
        if !link.up && link.answers && self.has_several_phys() {
            self.fail_over(&mut settings)?;
        }
        Ok(())
    }

    /// Tells the stack when the link has come or gone, or has not been told of since the start.
    pub(crate) fn take_link(&self, settings: &mut Settings, seen: Seen) -> Result<()> {
        let (before, link) = (settings.link, self.link(&seen, &settings.media));
        settings.seen = Some(seen);
        settings.link = link;
        if settings.link_told && link == before {
            return Ok(());
        }
        settings.link_told = true;
        if !link.up && before.up {
            settings.link_losses = settings.link_losses.wrapping_add(1);
        }
        self.device.set_carrier(link.up);
        self.report_link(&link, settings.message_level);
        if link.up {
            self.follow_duplex(&link)?;
        }
        Ok(())
    }

    fn report_link(&self, link: &Link, level: u32) {
        if !link.answers {
            dev_err!(self.device, "the card does not answer");
        } else if level & MSG_LINK == 0 {
            dev_dbg!(self.device, "link {}", if link.up { "up" } else { "down" });
        } else if !link.up {
            dev_info!(self.device, "link down");
        } else if self.uses_phys() {
            let speed = if link.fast { 100 } else { 10 };
            let duplex = if link.full_duplex { "full" } else { "half" };
            dev_info!(self.device, "link up, {speed}Mbps, {duplex}-duplex");
        } else {
            dev_info!(self.device, "link up");
        }
    }

    /// Has the chip use the duplex that its PHY agreed on.
    fn follow_duplex(&self, link: &Link) -> Result<()> {
        if !self.uses_phys() {
            return Ok(());
        }
        let wanted = if link.full_duplex {
            chip::FULL_DUPLEX
        } else {
            0
        };
        let mut transaction = self.registers.transaction();
        transaction.modify(chip::BCR9, chip::FULL_DUPLEX, wanted);
        transaction.run().map(drop)
    }

    /// Changes to another PHY that has a link. The next look, at once, finds it up.
    fn fail_over(&self, settings: &mut Settings) -> Result<()> {
        for phy in mii::addresses(self.phys).filter(|phy| *phy != settings.phy) {
            if !mii::sees_link(&self.registers, phy)? {
                continue;
            }
            let mut transaction = self.registers.transaction();
            mii::modify(
                &mut transaction,
                settings.phy,
                mii::CONTROL,
                0,
                mii::ISOLATE,
            );
            mii::modify(&mut transaction, phy, mii::CONTROL, mii::ISOLATE, 0);
            transaction.run()?;
            if settings.message_level & MSG_LINK != 0 {
                dev_info!(self.device, "using PHY {phy} instead of {}", settings.phy);
            }
            settings.phy = phy;
            settings.phy_changes = settings.phy_changes.wrapping_add(1);
            self.device.schedule_work(LINK_WATCH, 0);
            break;
        }
        Ok(())
    }

    /// Attaches the Am79C970A to the network as the settings say: port selection and duplex, which can
    /// be changed at any time, and the port, which cannot.
    /// A chip that does not come to rest for that is restarted.
    pub(crate) fn write_media(&self, media: &Media) {
        let mut transaction = self.registers.transaction();
        transaction.modify(chip::BCR2, chip::ASEL, media.select_bits(false));
        if !media.auto_select {
            let all = chip::FULL_DUPLEX | chip::FULL_DUPLEX_AUI;
            transaction.modify(chip::BCR9, all, media.duplex_bits(self.chip));
            transaction.modify(chip::CSR5, 0, chip::SPND);
            transaction.wait(chip::CSR5, chip::SPND, chip::SPND, SUSPEND_US);
            let port = u32::from(media.port_bits());
            transaction.modify(chip::CSR15, u32::from(chip::PORT), port);
            transaction.modify(chip::CSR5, chip::SPND, 0);
        }
        transaction.run_or_schedule(RESTART);
    }
}
