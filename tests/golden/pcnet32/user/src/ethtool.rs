// Emitted by pcnet-partition from drivers/pcnet32/src/ethtool.rs. Do not edit.

//! The ethtool operations.
//!
//! What changes the card or tests it is asked for in the user half: it is rare, it is most of the code, and a
//! mistake in it shall not be the kernel's. What has to stop the chip first is begun in the kernel half, which does
//! that. Where the questions are answered is the plan's to decide: a monitor may ask them all day. Each operation
//! takes one crossing at most.

use crate::Pcnet32;
use crate::control::MOST_ENTRIES;
use crate::look::{Seen, in_use, look};
use crate::media::Media;
use crate::{dump, loopback, ports, statistics};
use microdriver::{
    DrvInfo, Error, EthtoolOperations, LinkSettings, PhysIdState, RegisterDump, Result, RingParam,
    StringSet, Strings, Text, user_path,
};

/// How often a second the LEDs change while they identify the card.
const BLINKS: u32 = 2;

impl EthtoolOperations for Pcnet32 {
    // from drivers/pcnet32/src/ethtool.rs:23
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        Ok(DrvInfo {
            driver: Text::new("pcnet32"),
            bus_info: self.bus_name,
            ..DrvInfo::default()
        })
    }

    // from drivers/pcnet32/src/ethtool.rs:31
    fn get_msglevel(&self) -> Result<u32> {
        Ok(self.settings.lock().message_level)
    }

    // from drivers/pcnet32/src/ethtool.rs:35
    fn set_msglevel(&self, level: u32) -> Result<()> {
        self.settings.lock().message_level = level;
        Ok(())
    }

    // from drivers/pcnet32/src/ethtool.rs:40
    fn get_link(&self) -> Result<bool> {
        let settings = self.settings.lock().clone();
        let seen = look(&self.registers, in_use(self.phys, settings.phy))?;
        Ok(self.link(&seen, &settings.media).up)
    }

    // from drivers/pcnet32/src/ethtool.rs:46
    fn nway_reset(&self) -> Result<()> {
        if self.uses_phys() {
            self.renegotiate()
        } else {
            Err(Error::EOPNOTSUPP)
        }
    }

    // from drivers/pcnet32/src/ethtool.rs:54
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

    // from drivers/pcnet32/src/ethtool.rs:84
    fn get_strings(&self, set: StringSet) -> Result<Strings> {
        match set {
            StringSet::Test => Ok(name_list(&loopback::TEST_NAMES)),
            StringSet::Stats => Ok(name_list(&statistics::NAMES)),
            StringSet::Other => Err(Error::EOPNOTSUPP),
        }
    }

    // from drivers/pcnet32/src/ethtool.rs:92
    fn get_sset_count(&self, set: StringSet) -> Result<u32> {
        match set {
            StringSet::Test => Ok(loopback::TEST_NAMES.len() as u32),
            StringSet::Stats => Ok(statistics::NAMES.len() as u32),
            StringSet::Other => Err(Error::EOPNOTSUPP),
        }
    }

    // from drivers/pcnet32/src/ethtool.rs:122
    #[user_path]
    fn set_phys_id(&self, state: PhysIdState) -> Result<u32> {
        match state {
            PhysIdState::Active => return Ok(BLINKS),
            PhysIdState::On => self.write_leds(true)?,
            PhysIdState::Off | PhysIdState::Inactive => self.write_leds(false)?,
        }
        Ok(0)
    }

    // from drivers/pcnet32/src/ethtool.rs:131
    fn get_regs_len(&self) -> Result<u32> {
        Ok(dump::length(self.phys))
    }

    // from drivers/pcnet32/src/ethtool.rs:135
    fn get_regs(&self, from: u32) -> Result<RegisterDump> {
        self.dump_registers(from)
    }

    // from drivers/pcnet32/src/ethtool.rs:149
    fn set_link_ksettings(&self, wanted: LinkSettings) -> Result<()> {
        if self.uses_phys() {
            self.set_phy_link_settings(&wanted)
        } else if self.chip.has_two_ports() {
            self.set_port_link_settings(&wanted)
        } else {
            Err(Error::EOPNOTSUPP)
        }
    }
}

impl Pcnet32 {
    // from drivers/pcnet32/src/ethtool.rs:163
    /// What `ethtool DEV` shows. The kernel half need not ask again as long as the same is seen.
    #[user_path]
    pub(crate) fn show_link(&self, seen: Seen, media: Media, phy: u8) -> Result<LinkSettings> {
        if self.uses_phys() {
            Ok(seen.phy.link_settings(phy))
        } else if self.chip.has_two_ports() {
            Ok(ports::link_settings(&media, seen.lit()))
        } else {
            Err(Error::EOPNOTSUPP)
        }
    }
}

// from drivers/pcnet32/src/ethtool.rs:182
/// A list of these names.
fn name_list(names: &[&str]) -> Strings {
    let mut list = Strings::new();
    for name in names {
        list.push(Text::new(name));
    }
    list
}
