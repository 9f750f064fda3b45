// Emitted by pcnet-partition from drivers/pcnet32/src/phys.rs. Do not edit.

//! What users and programs do with the PHYs: link settings, negotiation, the MII ioctl.

use crate::Pcnet32;
use crate::chip;
use crate::control::LINK_WATCH;
use crate::look::look;
use crate::media::Media;
use crate::mii;
use crate::phy::{media_after_write, wanted_media};
use microdriver::{
    Error, LinkSettings, MiiOperation, MiiReply, MiiRequest, Result, Transaction, dev_dbg,
};

impl Pcnet32 {
    // from drivers/pcnet32/src/phys.rs:16
    /// `ethtool -s`.
    pub(crate) fn set_phy_link_settings(&self, wanted: &LinkSettings) -> Result<()> {
        {
            let mut settings = self.settings.lock();
            let media = wanted_media(wanted, settings.phy, &settings.media)?;
            let mut transaction = self.registers.transaction();
            self.take_over(&mut transaction, &media);
            mii::set_up(&mut transaction, settings.phy, &media);
            transaction.run()?;
            settings.media = media;
        }
        // The link may have become another, so have a look soon.
        self.device.schedule_work(LINK_WATCH, 0);
        Ok(())
    }

    // from drivers/pcnet32/src/phys.rs:32
    /// `ethtool -r`; `EINVAL` where the PHY does not negotiate.
    pub(crate) fn renegotiate(&self) -> Result<()> {
        let address = self.settings.lock().phy;
        let control = look(&self.registers, Some(address))?.phy.control;
        if control & mii::NEGOTIATE == 0 {
            return Err(Error::EINVAL);
        }
        let mut transaction = self.registers.transaction();
        let control = control | mii::NEGOTIATE_NOW;
        mii::write(&mut transaction, address, mii::CONTROL, control);
        transaction.run()?;
        dev_dbg!(self.device, "PHY {address} negotiates anew");
        Ok(())
    }

    // from drivers/pcnet32/src/phys.rs:47
    /// A program's access to a PHY. Numbers out of range wrap, as for every driver.
    pub(crate) fn access_phy(&self, request: &MiiRequest) -> Result<MiiReply> {
        let mut settings = self.settings.lock();
        let phy = match request.operation {
            MiiOperation::Address => settings.phy,
            MiiOperation::Read | MiiOperation::Write => (request.phy % u16::from(mii::PHYS)) as u8,
        };
        let register = request.register % mii::REGISTERS;
        let mut transaction = self.registers.transaction();
        let mut reply = MiiReply {
            phy: u16::from(phy),
            value: 0,
        };
        if request.operation != MiiOperation::Write {
            let value = mii::read(&mut transaction, phy, register);
            reply.value = transaction.run_ahead()?.get16(value);
            return Ok(reply);
        }
        let before = settings.media;
        let media = media_after_write(register, request.value, &before);
        let ours = phy == settings.phy && media != before;
        if ours {
            self.take_over(&mut transaction, &media);
        }
        mii::write(&mut transaction, phy, register, request.value);
        transaction.run()?;
        if ours {
            settings.media = media;
        }
        Ok(reply)
    }

    // from drivers/pcnet32/src/phys.rs:79
    /// Has the chip leave its PHY to us, where a choice was made that it would not keep.
    fn take_over(&self, transaction: &mut Transaction<'_>, media: &Media) {
        let manage = media.manage_bits(self.has_several_phys());
        transaction.modify(chip::BCR32, chip::PHY_MANAGEMENT, manage);
    }
}
