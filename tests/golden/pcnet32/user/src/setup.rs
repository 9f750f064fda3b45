// Emitted by pcnet-partition from drivers/pcnet32/src/setup.rs. Do not edit.

//! Setting the chip up before it is started: what the initialization block does not say.

use crate::Pcnet32;
use crate::chip;
use crate::look::Seen;
use crate::media::Port;
use crate::mii;
use crate::part::Chip;
use crate::rings::Setup;
use crate::state::{MSG_IFUP, Settings};
use microdriver::{Result, Transaction, dev_info};

/// The transmit start point that starts with the whole frame, where the FIFO holds one.
const START_WITH_ALL: i32 = 3;

// from drivers/pcnet32/src/setup.rs:17
/// The transmit start point as CSR80 wants it, where there is one.
fn start_point_bits(chosen: i32, chip: Chip) -> Option<u32> {
    let point = match u32::try_from(chosen) {
        Ok(point) => point,
        Err(_) if chip.has_large_fifo() => START_WITH_ALL.unsigned_abs(),
        Err(_) => return None,
    };
    Some((point << chip::START_POINT_SHIFT) & chip::START_POINT)
}

impl Pcnet32 {
    // from drivers/pcnet32/src/setup.rs:30
    /// Resets the chip, which stops it, and sets up what the initialization block does not; the PHYs, too, as
    /// the media may have changed. `seen`: what there was to see of the link. The stack is told of it now, unless it
    /// may be another one in a moment: then the first look does so.
    pub(crate) fn prepare_chip(&self, seen: Seen) -> Result<()> {
        let mut settings = self.settings.lock();
        settings.seen = None;
        settings.link_told = false;
        // The stack sets the receive filter once the interface is up.
        settings.setup = Setup {
            mode: settings.media.port_bits(),
            hash: [0; 4],
        };
        if settings.message_level & MSG_IFUP != 0 {
            dev_info!(
                self.device,
                "going up, {} transmit, {} receive descriptors",
                settings.tx_entries,
                settings.rx_entries
            );
        }
        let mut transaction = self.registers.transaction();
        transaction.touch(chip::RESET);
        self.prepare_port(&mut transaction, &settings);
        self.prepare_memory(&mut transaction);
        transaction.run()?;
        self.prepare_phys(&mut settings)?;
        let changes = self.uses_phys() && settings.media.by_hand(self.has_several_phys());
        if !changes && !seen.gone {
            self.take_link(&mut settings, seen)?;
        }
        Ok(())
    }

    // from drivers/pcnet32/src/setup.rs:61
    /// What leads to the network.
    fn prepare_port(&self, transaction: &mut Transaction<'_>, settings: &Settings) {
        let media = &settings.media;
        let several = self.has_several_phys();
        transaction.modify(chip::BCR2, chip::ASEL, media.select_bits(several));
        if self.chip.senses_link() {
            let all = chip::FULL_DUPLEX | chip::FULL_DUPLEX_AUI;
            transaction.modify(chip::BCR9, all, media.duplex_bits(self.chip));
            let serial = media.port == Port::Serial;
            let pins = if serial { chip::SERIAL_PINS } else { 0 };
            transaction.modify(chip::CSR4, 0, chip::OPEN_CSR124);
            transaction.modify(chip::CSR124, chip::SERIAL_PINS, pins);
            transaction.modify(chip::CSR4, chip::OPEN_CSR124, 0);
        }
        if self.chip == Chip::Am79C978 {
            let phy = if self.tuning.home { chip::PHY_HOME } else { 0 };
            transaction.modify(chip::BCR49, chip::PHY_SELECT, phy);
        }
        if self.chip.has_mii() {
            // Nothing happens by itself while the bits change; the last write is what counts.
            transaction.modify(chip::BCR32, 0, chip::PHY_BY_HAND);
            transaction.modify(
                chip::BCR32,
                chip::PHY_MANAGEMENT,
                media.manage_bits(several),
            );
        }
    }

    // from drivers/pcnet32/src/setup.rs:90
    /// What is between the network and memory.
    fn prepare_memory(&self, transaction: &mut Transaction<'_>) {
        if let Some(bits) = start_point_bits(self.tuning.start_point, self.chip) {
            transaction.modify(chip::CSR80, chip::START_POINT, bits);
        }
        if self.chip.has_large_fifo() {
            transaction.modify(chip::BCR18, 0, chip::BURSTS | chip::WHOLE_FRAMES);
        }
        if self.chip.has_memory() {
            transaction.write(chip::BCR25, chip::MEMORY_PAGES);
            transaction.write(chip::BCR26, chip::MEMORY_BOUNDARY);
            transaction.modify(chip::BCR18, 0, chip::WHOLE_FRAMES);
        }
    }

    // from drivers/pcnet32/src/setup.rs:106
    /// Sets the PHYs up, unless the chip does, and has `settings` say which one is used: the first.
    /// The others are cut off from the chip, but negotiate, so that their links come up.
    pub(crate) fn prepare_phys(&self, settings: &mut Settings) -> Result<()> {
        let several = self.has_several_phys();
        settings.phys_ready = true;
        let Some(first) = mii::addresses(self.phys).next() else {
            return Ok(());
        };
        settings.phy = first;
        if !settings.media.by_hand(several) {
            return Ok(());
        }
        for phy in mii::addresses(self.phys) {
            let mut transaction = self.registers.transaction();
            if several {
                let (clear, set) = if phy == first {
                    (mii::ISOLATE, 0)
                } else {
                    (0, mii::ISOLATE)
                };
                mii::modify(&mut transaction, phy, mii::CONTROL, clear, set);
            }
            mii::set_up(&mut transaction, phy, &settings.media);
            transaction.run()?;
        }
        Ok(())
    }
}
