//! The ethtool operations.
//!
//! What changes the card or tests it is asked for in the user half: it is rare, it is most of the code, and a
//! mistake in it shall not be the kernel's. What has to stop the chip first is begun in the kernel half, which does
//! that. Where the questions are answered is the plan's to decide: a monitor may ask them all day. Each operation
//! takes one crossing at most.

use crate::Pcnet32;
use crate::control::{LEAST_ENTRIES, MOST_ENTRIES};
use crate::look::{Seen, in_use, look};
use crate::media::Media;
use crate::state::{MSG_DRV, MSG_HW};
use crate::{dump, loopback, ports, statistics};
use microdriver::{
    DrvInfo, Error, EthtoolOperations, LinkSettings, List, Numbers, PhysIdState, RegisterDump,
    Result, RingParam, SelfTest, StringSet, Strings, Text, dev_info, kernel_path, user_path,
};

/// How often a second the LEDs change while they identify the card.
const BLINKS: u32 = 2;

impl EthtoolOperations for Pcnet32 {
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        Ok(DrvInfo {
            driver: Text::new("pcnet32"),
            bus_info: self.bus_name,
            ..DrvInfo::default()
        })
    }

    fn get_msglevel(&self) -> Result<u32> {
        Ok(self.settings.lock().message_level)
    }

    fn set_msglevel(&self, level: u32) -> Result<()> {
        self.settings.lock().message_level = level;
        Ok(())
    }

    fn get_link(&self) -> Result<bool> {
        let settings = self.settings.lock().clone();
        let seen = look(&self.registers, in_use(self.phys, settings.phy))?;
        Ok(self.link(&seen, &settings.media).up)
    }

    fn nway_reset(&self) -> Result<()> {
        if self.uses_phys() {
            self.renegotiate()
        } else {
            Err(Error::EOPNOTSUPP)
        }
    }

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

    #[kernel_path]
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

    fn get_strings(&self, set: StringSet) -> Result<Strings> {
        match set {
            StringSet::Test => Ok(name_list(&loopback::TEST_NAMES)),
            StringSet::Stats => Ok(name_list(&statistics::NAMES)),
            StringSet::Other => Err(Error::EOPNOTSUPP),
        }
    }

    fn get_sset_count(&self, set: StringSet) -> Result<u32> {
        match set {
            StringSet::Test => Ok(loopback::TEST_NAMES.len() as u32),
            StringSet::Stats => Ok(statistics::NAMES.len() as u32),
            StringSet::Other => Err(Error::EOPNOTSUPP),
        }
    }

    #[kernel_path]
    fn get_ethtool_stats(&self) -> Result<Numbers> {
        let counters = self.gather_counters();
        self.list_counters(&counters)
    }

    #[kernel_path]
    fn self_test(&self, offline: bool) -> Result<SelfTest> {
        let failed = offline && !self.loopback_works()?;
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

    #[user_path]
    fn set_phys_id(&self, state: PhysIdState) -> Result<u32> {
        match state {
            PhysIdState::Active => return Ok(BLINKS),
            PhysIdState::On => self.write_leds(true)?,
            PhysIdState::Off | PhysIdState::Inactive => self.write_leds(false)?,
        }
        Ok(0)
    }

    fn get_regs_len(&self) -> Result<u32> {
        Ok(dump::length(self.phys))
    }

    fn get_regs(&self, from: u32) -> Result<RegisterDump> {
        self.dump_registers(from)
    }

    #[kernel_path]
    fn get_link_ksettings(&self) -> Result<LinkSettings> {
        let (media, phy) = {
            let settings = self.settings.lock();
            (settings.media, settings.phy)
        };
        let seen = look(&self.registers, in_use(self.phys, phy))?;
        self.show_link(seen, media, phy)
    }

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
    /// What `ethtool DEV` shows. The kernel half need not ask again as long as the same is seen.
    #[user_path]
    fn show_link(&self, seen: Seen, media: Media, phy: u8) -> Result<LinkSettings> {
        if self.uses_phys() {
            Ok(seen.phy.link_settings(phy))
        } else if self.chip.has_two_ports() {
            Ok(ports::link_settings(&media, seen.lit()))
        } else {
            Err(Error::EOPNOTSUPP)
        }
    }
}

/// The least size that the chip can do and that holds so many descriptors, if any does.
fn ring_size(entries: u32) -> u32 {
    entries
        .clamp(LEAST_ENTRIES, MOST_ENTRIES)
        .next_power_of_two()
}

/// A list of these names.
fn name_list(names: &[&str]) -> Strings {
    let mut list = Strings::new();
    for name in names {
        list.push(Text::new(name));
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ring_sizes_are_rounded_up_to_what_the_chip_can_do() {
        let sizes = [0, 1, 4, 5, 50, 100, 512, 1024, u32::MAX].map(ring_size);
        assert_eq!(sizes, [4, 4, 4, 8, 64, 128, 512, 512, 512]);
    }

    #[test]
    fn names_fit_into_what_ethtool_shows() {
        for names in [&statistics::NAMES[..], &loopback::TEST_NAMES[..]] {
            assert!(names.iter().all(|name| name.len() < 32));
            assert_eq!(name_list(names).len(), names.len());
        }
    }
}
