// Emitted by pcnet-partition from drivers/pcnet32/src/ethtool.rs. Do not edit.

//! The ethtool operations.

use crate::Pcnet32;
use crate::chip;
use crate::control::{LEAST_ENTRIES, MOST_ENTRIES};
use crate::state::{MSG_DRV, MSG_HW, Media};
use crate::{dump, loopback, statistics};
use microdriver::{
    DrvInfo, Error, EthtoolOperations, LinkSettings, List, Numbers, PhysIdState, RegisterDump,
    Result, RingParam, SelfTest, StringSet, Strings, Text, dev_info, user_path,
};

/// Of `linux/ethtool.h`: what the numbers in [`LinkSettings`] mean.
const SPEED_10: u32 = 10;
const DUPLEX_HALF: u8 = 0;
const DUPLEX_FULL: u8 = 1;
const PORT_TP: u8 = 0;
const PORT_AUI: u8 = 1;
const AUTONEG_DISABLE: u8 = 0;
const AUTONEG_ENABLE: u8 = 1;
/// The link mode bits of the two ports.
const MODE_TP: u64 = 1 << 7;
const MODE_AUI: u64 = 1 << 8;

/// How often a second the LEDs change while they identify the card.
const BLINKS: u32 = 2;

impl EthtoolOperations for Pcnet32 {
    // from drivers/pcnet32/src/ethtool.rs:30
    #[user_path]
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        Ok(DrvInfo {
            driver: Text::new("pcnet32"),
            bus_info: self.bus_name,
            ..DrvInfo::default()
        })
    }

    // from drivers/pcnet32/src/ethtool.rs:39
    #[user_path]
    fn get_msglevel(&self) -> Result<u32> {
        Ok(self.settings.lock().message_level)
    }

    // from drivers/pcnet32/src/ethtool.rs:44
    #[user_path]
    fn set_msglevel(&self, level: u32) -> Result<()> {
        self.settings.lock().message_level = level;
        Ok(())
    }

    // from drivers/pcnet32/src/ethtool.rs:50
    #[user_path]
    fn get_link(&self) -> Result<bool> {
        let media = self.settings.lock().media;
        self.link_of(&media)
    }

    // from drivers/pcnet32/src/ethtool.rs:56
    #[user_path]
    fn get_ringparam(&self) -> Result<RingParam> {
        let settings = self.settings.lock();
        Ok(RingParam {
            rx_max: MOST_ENTRIES,
            tx_max: MOST_ENTRIES,
            rx: settings.rx_entries,
            tx: settings.tx_entries,
            ..RingParam::default()
        })
    }

    // from drivers/pcnet32/src/ethtool.rs:68
    #[user_path]
    fn set_ringparam(&self, ring: RingParam) -> Result<()> {
        if ring.rx_mini != 0 || ring.rx_jumbo != 0 {
            return Err(Error::EINVAL);
        }
        let (tx_entries, rx_entries) = (ring_size(ring.tx), ring_size(ring.rx));
        self.resize(tx_entries, rx_entries)?;
        let mut settings = self.settings.lock();
        settings.tx_entries = tx_entries;
        settings.rx_entries = rx_entries;
        if settings.message_level & MSG_DRV != 0 {
            dev_info!(
                self.device,
                "rings of {rx_entries} receive and {tx_entries} transmit descriptors"
            );
        }
        Ok(())
    }

    // from drivers/pcnet32/src/ethtool.rs:87
    #[user_path]
    fn get_strings(&self, set: StringSet) -> Result<Strings> {
        match set {
            StringSet::Test => Ok(name_list(&loopback::TEST_NAMES)),
            StringSet::Stats => Ok(name_list(&statistics::NAMES)),
            StringSet::Other => Err(Error::EOPNOTSUPP),
        }
    }

    // from drivers/pcnet32/src/ethtool.rs:96
    #[user_path]
    fn get_sset_count(&self, set: StringSet) -> Result<u32> {
        match set {
            StringSet::Test => Ok(loopback::TEST_NAMES.len() as u32),
            StringSet::Stats => Ok(statistics::NAMES.len() as u32),
            StringSet::Other => Err(Error::EOPNOTSUPP),
        }
    }

    // from drivers/pcnet32/src/ethtool.rs:105
    #[user_path]
    fn get_ethtool_stats(&self) -> Result<Numbers> {
        let numbers = statistics::numbers(&self.gather_counters());
        List::from_slice(&numbers).ok_or(Error::EOVERFLOW)
    }

    // from drivers/pcnet32/src/ethtool.rs:111
    #[user_path]
    fn self_test(&self, offline: bool) -> Result<SelfTest> {
        let failed = offline && !self.loopback_works();
        if offline && self.settings.lock().message_level & MSG_HW != 0 {
            dev_info!(
                self.device,
                "loopback test {}",
                if failed { "failed" } else { "passed" }
            );
        }
        let mut results = List::new();
        results.push(u64::from(failed));
        Ok(SelfTest { failed, results })
    }

    // from drivers/pcnet32/src/ethtool.rs:126
    #[user_path]
    fn set_phys_id(&self, state: PhysIdState) -> Result<u32> {
        match state {
            PhysIdState::Active => {
                let leds = self.read_leds()?;
                self.settings.lock().leds = leds;
                return Ok(BLINKS);
            }
            PhysIdState::On => self.write_leds(true)?,
            PhysIdState::Off | PhysIdState::Inactive => self.write_leds(false)?,
        }
        Ok(0)
    }

    // from drivers/pcnet32/src/ethtool.rs:140
    #[user_path]
    fn get_regs_len(&self) -> Result<u32> {
        Ok(dump::WORDS as u32 * 2)
    }

    // from drivers/pcnet32/src/ethtool.rs:145
    #[user_path]
    fn get_regs(&self) -> Result<RegisterDump> {
        self.dump_registers()
    }

    // from drivers/pcnet32/src/ethtool.rs:150
    #[user_path]
    fn get_link_ksettings(&self) -> Result<LinkSettings> {
        if !self.chip.has_two_ports() {
            return Err(Error::EOPNOTSUPP);
        }
        let media = self.settings.lock().media;
        let twisted_pair = if media.auto_select {
            self.link_led()?
        } else {
            media.twisted_pair
        };
        Ok(LinkSettings {
            speed: SPEED_10,
            duplex: if media.full_duplex {
                DUPLEX_FULL
            } else {
                DUPLEX_HALF
            },
            port: if twisted_pair { PORT_TP } else { PORT_AUI },
            autoneg: if media.auto_select {
                AUTONEG_ENABLE
            } else {
                AUTONEG_DISABLE
            },
            supported: MODE_TP | MODE_AUI,
            ..LinkSettings::default()
        })
    }

    // from drivers/pcnet32/src/ethtool.rs:179
    #[user_path]
    fn set_link_ksettings(&self, wanted: LinkSettings) -> Result<()> {
        if !self.chip.has_two_ports() {
            return Err(Error::EOPNOTSUPP);
        }
        let written = {
            let mut settings = self.settings.lock();
            settings.media = media_for(&wanted, &settings.media);
            settings.setup.mode = settings.setup.mode & !chip::PORT | settings.media.port_bits();
            self.write_media(&settings.media)
        };
        self.restart_unless(written)
    }
}

// from drivers/pcnet32/src/ethtool.rs:195
/// What was asked for, as the chip can do it. While it selects the port by itself, what else was
/// chosen stays as it was.
fn media_for(wanted: &LinkSettings, before: &Media) -> Media {
    if wanted.autoneg == AUTONEG_ENABLE {
        return Media {
            auto_select: true,
            ..*before
        };
    }
    Media {
        auto_select: false,
        twisted_pair: wanted.port == PORT_TP,
        full_duplex: wanted.duplex == DUPLEX_FULL,
    }
}

// from drivers/pcnet32/src/ethtool.rs:210
/// The least size that the chip can do and that holds so many descriptors, if any does.
fn ring_size(entries: u32) -> u32 {
    entries
        .clamp(LEAST_ENTRIES, MOST_ENTRIES)
        .next_power_of_two()
}

// from drivers/pcnet32/src/ethtool.rs:217
/// A list of these names.
fn name_list(names: &[&str]) -> Strings {
    let mut list = Strings::new();
    for name in names {
        list.push(Text::new(name));
    }
    list
}
