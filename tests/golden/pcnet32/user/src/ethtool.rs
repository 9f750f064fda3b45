// Emitted by pcnet-partition from drivers/pcnet32/src/ethtool.rs. Do not edit.

//! The ethtool operations.
//!
//! What changes the card or tests it is asked for in the user half: it is rare, it is most of the code, and a
//! mistake in it shall not be the kernel's. Where the questions are answered is the plan's to decide: a
//! monitor may ask them all day.

use crate::Pcnet32;
use crate::control::{LEAST_ENTRIES, MOST_ENTRIES};
use crate::state::{MSG_DRV, MSG_HW};
use crate::{dump, loopback, statistics};
use microdriver::{
    DrvInfo, Error, EthtoolOperations, LinkSettings, List, Numbers, PhysIdState, RegisterDump,
    Result, RingParam, SelfTest, StringSet, Strings, Text, dev_info, user_path,
};

/// How often a second the LEDs change while they identify the card.
const BLINKS: u32 = 2;

impl EthtoolOperations for Pcnet32 {
    // from drivers/pcnet32/src/ethtool.rs:20
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        Ok(DrvInfo {
            driver: Text::new("pcnet32"),
            bus_info: self.bus_name,
            ..DrvInfo::default()
        })
    }

    // from drivers/pcnet32/src/ethtool.rs:28
    fn get_msglevel(&self) -> Result<u32> {
        Ok(self.settings.lock().message_level)
    }

    // from drivers/pcnet32/src/ethtool.rs:32
    fn set_msglevel(&self, level: u32) -> Result<()> {
        self.settings.lock().message_level = level;
        Ok(())
    }

    // from drivers/pcnet32/src/ethtool.rs:37
    fn get_link(&self) -> Result<bool> {
        let settings = self.settings.lock().clone();
        Ok(self.look_at_link(&settings)?.up)
    }

    // from drivers/pcnet32/src/ethtool.rs:42
    fn nway_reset(&self) -> Result<()> {
        if self.uses_phys() {
            self.renegotiate()
        } else {
            Err(Error::EOPNOTSUPP)
        }
    }

    // from drivers/pcnet32/src/ethtool.rs:50
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

    // from drivers/pcnet32/src/ethtool.rs:61
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

    // from drivers/pcnet32/src/ethtool.rs:79
    fn get_strings(&self, set: StringSet) -> Result<Strings> {
        match set {
            StringSet::Test => Ok(name_list(&loopback::TEST_NAMES)),
            StringSet::Stats => Ok(name_list(&statistics::NAMES)),
            StringSet::Other => Err(Error::EOPNOTSUPP),
        }
    }

    // from drivers/pcnet32/src/ethtool.rs:87
    fn get_sset_count(&self, set: StringSet) -> Result<u32> {
        match set {
            StringSet::Test => Ok(loopback::TEST_NAMES.len() as u32),
            StringSet::Stats => Ok(statistics::NAMES.len() as u32),
            StringSet::Other => Err(Error::EOPNOTSUPP),
        }
    }

    // from drivers/pcnet32/src/ethtool.rs:95
    fn get_ethtool_stats(&self) -> Result<Numbers> {
        let counters = self.gather_counters();
        let settings = self.settings.lock();
        let numbers = statistics::numbers(&counters, settings.link_losses, settings.phy_changes);
        List::from_slice(&numbers).ok_or(Error::EOVERFLOW)
    }

    // from drivers/pcnet32/src/ethtool.rs:102
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

    // from drivers/pcnet32/src/ethtool.rs:117
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

    // from drivers/pcnet32/src/ethtool.rs:130
    fn get_regs_len(&self) -> Result<u32> {
        Ok(dump::length(self.phys))
    }

    // from drivers/pcnet32/src/ethtool.rs:134
    fn get_regs(&self, from: u32) -> Result<RegisterDump> {
        self.dump_registers(from)
    }

    // from drivers/pcnet32/src/ethtool.rs:138
    fn get_link_ksettings(&self) -> Result<LinkSettings> {
        if self.uses_phys() {
            self.phy_link_settings()
        } else if self.chip.has_two_ports() {
            self.port_link_settings()
        } else {
            Err(Error::EOPNOTSUPP)
        }
    }

    // from drivers/pcnet32/src/ethtool.rs:148
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

// from drivers/pcnet32/src/ethtool.rs:160
/// The least size that the chip can do and that holds so many descriptors, if any does.
fn ring_size(entries: u32) -> u32 {
    entries
        .clamp(LEAST_ENTRIES, MOST_ENTRIES)
        .next_power_of_two()
}

// from drivers/pcnet32/src/ethtool.rs:167
/// A list of these names.
fn name_list(names: &[&str]) -> Strings {
    let mut list = Strings::new();
    for name in names {
        list.push(Text::new(name));
    }
    list
}
