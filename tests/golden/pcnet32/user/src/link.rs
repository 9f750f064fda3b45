// Emitted by pcnet-partition from drivers/pcnet32/src/link.rs. Do not edit.

//! The link: whether there is one, and what it is made of.

use crate::Pcnet32;
use crate::chip;
use crate::filter::SUSPEND_US;
use crate::state::{MSG_LINK, Media};
use microdriver::{Result, dev_info, user_path};

impl Media {
    // from drivers/pcnet32/src/link.rs:11
    /// The port bits of CSR15.
    pub(crate) fn port_bits(&self) -> u16 {
        if self.twisted_pair {
            chip::PORT_TWISTED_PAIR
        } else {
            0
        }
    }

    // from drivers/pcnet32/src/link.rs:20
    /// The automatic selection bit of BCR2.
    fn select_bits(&self) -> u32 {
        if self.auto_select { chip::ASEL } else { 0 }
    }

    // from drivers/pcnet32/src/link.rs:25
    /// The full duplex bits of BCR9.
    fn duplex_bits(&self) -> u32 {
        if self.full_duplex {
            chip::FULL_DUPLEX
        } else {
            0
        }
    }
}

// from drivers/pcnet32/src/link.rs:35
/// The transmit start point as CSR80 wants it, where there is one.
fn start_point_bits(point: i32) -> Option<u32> {
    let point = u32::try_from(point).ok().filter(|point| *point <= 3)?;
    Some(point << chip::START_POINT_SHIFT)
}

impl Pcnet32 {
    // from drivers/pcnet32/src/link.rs:43
    /// Tells the stack when the link comes or goes. `first` after each start.
    #[user_path]
    pub(crate) fn watch_link(&self, first: bool) -> Result<()> {
        let (link, changed, level) = {
            let mut settings = self.settings.lock();
            let link = self.link_of(&settings.media)?;
            let changed = first || link != settings.link;
            settings.link = link;
            (link, changed, settings.message_level)
        };
        if changed {
            self.device.set_carrier(link);
            if level & MSG_LINK != 0 {
                dev_info!(self.device, "link {}", if link { "up" } else { "down" });
            }
        }
        Ok(())
    }

    // from drivers/pcnet32/src/link.rs:61
    /// Whether there is a link, as far as the chip can tell.
    pub(crate) fn link_of(&self, media: &Media) -> Result<bool> {
        if !self.link_is_known(media) {
            return Ok(true);
        }
        self.link_led()
    }

    // from drivers/pcnet32/src/link.rs:69
    /// The chips before the Am79C970A do not say, and that one does so for 10BASE-T alone.
    fn link_is_known(&self, media: &Media) -> bool {
        let chip = self.chip;
        chip.senses_link() && (!chip.has_two_ports() || media.twisted_pair && !media.auto_select)
    }

    // from drivers/pcnet32/src/link.rs:75
    /// Whether BCR4, the link status LED, says that there is a link on 10BASE-T.
    pub(crate) fn link_led(&self) -> Result<bool> {
        let mut transaction = self.registers.transaction();
        let led = transaction.read(chip::BCR4);
        Ok(transaction.run()?.get16(led) != chip::NO_LINK)
    }

    // from drivers/pcnet32/src/link.rs:82
    /// Before the chip is started: what the initialization block does not set.
    pub(crate) fn prepare_chip(&self, media: &Media) -> Result<()> {
        let mut transaction = self.registers.transaction();
        transaction.read(chip::RESET);
        transaction.modify(chip::BCR2, chip::ASEL, media.select_bits());
        if self.chip.has_two_ports() {
            transaction.modify(chip::BCR9, chip::FULL_DUPLEX, media.duplex_bits());
        }
        if let Some(bits) = start_point_bits(self.tuning.start_point) {
            transaction.modify(chip::CSR80, chip::START_POINT, bits);
        }
        transaction.run().map(drop)
    }

    // from drivers/pcnet32/src/link.rs:97
    /// Attaches the chip to the network as the settings say: port selection and duplex, which can be
    /// changed at any time, and the port, which cannot.
    pub(crate) fn write_media(&self, media: &Media) -> Result<()> {
        let mut transaction = self.registers.transaction();
        transaction.modify(chip::BCR2, chip::ASEL, media.select_bits());
        if !media.auto_select {
            transaction.modify(chip::BCR9, chip::FULL_DUPLEX, media.duplex_bits());
            transaction.modify(chip::CSR5, 0, chip::SPND);
            transaction.wait(chip::CSR5, chip::SPND, chip::SPND, SUSPEND_US);
            transaction.modify(
                chip::CSR15,
                u32::from(chip::PORT),
                u32::from(media.port_bits()),
            );
            transaction.modify(chip::CSR5, chip::SPND, 0);
        }
        transaction.run().map(drop)
    }

    // from drivers/pcnet32/src/link.rs:115
    /// BCR4 to BCR7.
    pub(crate) fn read_leds(&self) -> Result<[u16; 4]> {
        let mut leds = [0; 4];
        let mut transaction = self.registers.transaction_into(&mut leds);
        transaction.read_range(chip::BCR4, 4);
        transaction.run()?;
        Ok(leds.map(|led| led as u16))
    }

    // from drivers/pcnet32/src/link.rs:124
    /// Sets the LEDs to the opposite of what they show, or to what they were before.
    pub(crate) fn write_leds(&self, inverted: bool) -> Result<()> {
        let leds = self.settings.lock().leds;
        let flip = if inverted { chip::LED_INVERT } else { 0 };
        let mut transaction = self.registers.transaction();
        for (index, led) in (4..).zip(leds) {
            transaction.write(chip::bcr(index), u32::from(led ^ flip));
        }
        transaction.run().map(drop)
    }
}
