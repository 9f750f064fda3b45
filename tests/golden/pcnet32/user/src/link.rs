// Emitted by pcnet-partition from drivers/pcnet32/src/link.rs. Do not edit.

//! The link watchdog: whether there is a link, and what it is made of. The chips before the
//! Am79C970A do not say; that one and the Am79C978 do so by an LED's register, the others by a PHY.

use crate::Pcnet32;
use crate::chip;
use crate::control::LINK_WATCH;
use crate::filter::SUSPEND_US;
use crate::media::{Media, Port};
use crate::mii;
use crate::phy::Phy;
use crate::state::{Link, MSG_LINK, Settings};
use microdriver::{Result, dev_dbg, dev_err, dev_info, user_path};

impl Pcnet32 {
    // from drivers/pcnet32/src/link.rs:17
    /// Tells the stack when the link comes or goes. `first` after each start.
    #[user_path]
    pub(crate) fn watch_link(&self, first: bool) -> Result<()> {
        let mut settings = self.settings.lock();
        if !settings.phys_ready {
            self.prepare_phys(&mut settings)?;
        }
        let before = settings.link;
        let link = self.look_at_link(&settings)?;
        settings.link = link;
        if first || link != before {
            if !link.up && before.up {
                settings.link_losses = settings.link_losses.wrapping_add(1);
            }
            self.device.set_carrier(link.up);
            self.report_link(&link, settings.message_level);
            if link.up {
                self.follow_duplex(&link)?;
            }
        }
        if !link.up && link.answers && self.has_several_phys() {
            self.fail_over(&mut settings)?;
        }
        Ok(())
    }

    // from drivers/pcnet32/src/link.rs:41
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

    // from drivers/pcnet32/src/link.rs:58
    /// The link, as far as the chip can tell.
    pub(crate) fn look_at_link(&self, settings: &Settings) -> Result<Link> {
        if self.uses_phys() {
            let (status, phy) = self.read_phy(settings.phy)?;
            let (fast, full_duplex) = phy.mode();
            let gone = u32::from(status) == chip::GONE;
            return Ok(Link {
                answers: !gone,
                up: !gone && phy.has_link(),
                fast,
                full_duplex,
            });
        }
        let mut transaction = self.registers.transaction();
        let status = transaction.read(chip::CSR0);
        let led = transaction.read(chip::BCR4);
        let values = transaction.run()?;
        let answers = values.get(status) != chip::GONE;
        let lit = values.get16(led) != chip::NO_LINK;
        Ok(Link {
            answers,
            up: answers && (lit || !self.link_is_known(&settings.media)),
            ..Link::default()
        })
    }

    // from drivers/pcnet32/src/link.rs:84
    /// The chips before the Am79C970A do not say, and that one does so for 10BASE-T alone.
    fn link_is_known(&self, media: &Media) -> bool {
        let chip = self.chip;
        let twisted_pair = media.port == Port::TwistedPair;
        chip.senses_link() && (!chip.has_two_ports() || twisted_pair && !media.auto_select)
    }

    // from drivers/pcnet32/src/link.rs:91
    /// Whether BCR4, the link status LED, says that there is a link on 10BASE-T.
    pub(crate) fn link_led(&self) -> Result<bool> {
        let mut transaction = self.registers.transaction();
        let led = transaction.read(chip::BCR4);
        Ok(transaction.run()?.get16(led) != chip::NO_LINK)
    }

    // from drivers/pcnet32/src/link.rs:98
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

    // from drivers/pcnet32/src/link.rs:113
    /// Changes to another PHY that has a link. The next look, at once, finds it up.
    fn fail_over(&self, settings: &mut Settings) -> Result<()> {
        for phy in mii::addresses(self.phys).filter(|phy| *phy != settings.phy) {
            let (_, state) = self.read_phy(phy)?;
            if !state.has_link() {
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

    // from drivers/pcnet32/src/link.rs:141
    /// Whether the link is a PHY's.
    pub(crate) fn uses_phys(&self) -> bool {
        self.phys != 0
    }

    // from drivers/pcnet32/src/link.rs:146
    /// Whether there are PHYs to choose from.
    pub(crate) fn has_several_phys(&self) -> bool {
        self.phys.count_ones() > 1
    }

    // from drivers/pcnet32/src/link.rs:152
    /// CSR0, and a PHY's registers. The link bit is read twice: it keeps saying that the link was
    /// lost until it has been read once (clause 22, "latching low").
    pub(crate) fn read_phy(&self, phy: u8) -> Result<(u16, Phy)> {
        let mut transaction = self.registers.transaction();
        let chip_status = transaction.read(chip::CSR0);
        let control = mii::read(&mut transaction, phy, mii::CONTROL);
        mii::read(&mut transaction, phy, mii::STATUS);
        let status = mii::read(&mut transaction, phy, mii::STATUS);
        let advertised = mii::read(&mut transaction, phy, mii::ADVERTISED);
        let partner = mii::read(&mut transaction, phy, mii::PARTNER);
        let values = transaction.run()?;
        let state = Phy {
            control: values.get16(control),
            status: values.get16(status),
            advertised: values.get16(advertised),
            partner: values.get16(partner),
        };
        Ok((values.get16(chip_status), state))
    }

    // from drivers/pcnet32/src/link.rs:172
    /// Attaches the Am79C970A to the network as the settings say: port selection and duplex, which can
    /// be changed at any time, and the port, which cannot.
    pub(crate) fn write_media(&self, media: &Media) -> Result<()> {
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
        transaction.run().map(drop)
    }
}
