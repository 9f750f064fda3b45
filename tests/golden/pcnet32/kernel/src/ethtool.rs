// Emitted by pcnet-partition from drivers/pcnet32/src/ethtool.rs. Do not edit.

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
use microdriver::{
    DrvInfo, Error, EthtoolOperations, LinkSettings, List, Numbers, PhysIdState, RegisterDump,
    Result, RingParam, SelfTest, StringSet, Strings, dev_info, kernel_path,
};

impl EthtoolOperations for Pcnet32 {
    /// A stub: `Pcnet32::get_drvinfo` runs in the user half (drivers/pcnet32/src/ethtool.rs:23; process context, and nothing keeps it in the kernel).
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        self.device.upcall_once(crate::split::UP_GET_DRVINFO, &())
    }

    /// A stub: `Pcnet32::get_msglevel` runs in the user half (drivers/pcnet32/src/ethtool.rs:31; process context, and nothing keeps it in the kernel).
    fn get_msglevel(&self) -> Result<u32> {
        self.device.upcall_once(crate::split::UP_GET_MSGLEVEL, &())
    }

    /// A stub: `Pcnet32::set_msglevel` runs in the user half (drivers/pcnet32/src/ethtool.rs:35; process context, and nothing keeps it in the kernel).
    fn set_msglevel(&self, level: u32) -> Result<()> {
        self.device.upcall(crate::split::UP_SET_MSGLEVEL, &(level,))
    }

    /// A stub: `Pcnet32::get_link` runs in the user half (drivers/pcnet32/src/ethtool.rs:40; process context, and nothing keeps it in the kernel).
    fn get_link(&self) -> Result<bool> {
        self.device.upcall(crate::split::UP_GET_LINK, &())
    }

    /// A stub: `Pcnet32::nway_reset` runs in the user half (drivers/pcnet32/src/ethtool.rs:46; process context, and nothing keeps it in the kernel).
    fn nway_reset(&self) -> Result<()> {
        self.device.upcall(crate::split::UP_NWAY_RESET, &())
    }

    /// A stub: `Pcnet32::get_ringparam` runs in the user half (drivers/pcnet32/src/ethtool.rs:54; process context, and nothing keeps it in the kernel).
    fn get_ringparam(&self) -> Result<RingParam> {
        self.device.upcall_once(crate::split::UP_GET_RINGPARAM, &())
    }

    // from drivers/pcnet32/src/ethtool.rs:66
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

    /// A stub: `Pcnet32::get_strings` runs in the user half (drivers/pcnet32/src/ethtool.rs:84; process context, and nothing keeps it in the kernel).
    fn get_strings(&self, set: StringSet) -> Result<Strings> {
        self.device
            .upcall_once(crate::split::UP_GET_STRINGS, &(set,))
    }

    /// A stub: `Pcnet32::get_sset_count` runs in the user half (drivers/pcnet32/src/ethtool.rs:92; process context, and nothing keeps it in the kernel).
    fn get_sset_count(&self, set: StringSet) -> Result<u32> {
        self.device
            .upcall_once(crate::split::UP_GET_SSET_COUNT, &(set,))
    }

    // from drivers/pcnet32/src/ethtool.rs:101
    #[kernel_path]
    fn get_ethtool_stats(&self) -> Result<Numbers> {
        let counters = self.gather_counters();
        self.list_counters(&counters)
    }

    // from drivers/pcnet32/src/ethtool.rs:107
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

    /// A stub: `Pcnet32::set_phys_id` runs in the user half (drivers/pcnet32/src/ethtool.rs:122; annotated `#[user_path]`).
    fn set_phys_id(&self, state: PhysIdState) -> Result<u32> {
        self.device.upcall(crate::split::UP_SET_PHYS_ID, &(state,))
    }

    /// A stub: `Pcnet32::get_regs_len` runs in the user half (drivers/pcnet32/src/ethtool.rs:131; process context, and nothing keeps it in the kernel).
    fn get_regs_len(&self) -> Result<u32> {
        self.device.upcall_once(crate::split::UP_GET_REGS_LEN, &())
    }

    /// A stub: `Pcnet32::get_regs` runs in the user half (drivers/pcnet32/src/ethtool.rs:135; process context, and nothing keeps it in the kernel).
    fn get_regs(&self, from: u32) -> Result<RegisterDump> {
        self.device.upcall(crate::split::UP_GET_REGS, &(from,))
    }

    // from drivers/pcnet32/src/ethtool.rs:140
    #[kernel_path]
    fn get_link_ksettings(&self) -> Result<LinkSettings> {
        let (media, phy) = {
            let settings = self.settings.lock();
            (settings.media, settings.phy)
        };
        let seen = look(&self.registers, in_use(self.phys, phy))?;
        self.show_link(seen, media, phy)
    }

    /// A stub: `Pcnet32::set_link_ksettings` runs in the user half (drivers/pcnet32/src/ethtool.rs:149; process context, and nothing keeps it in the kernel).
    fn set_link_ksettings(&self, wanted: LinkSettings) -> Result<()> {
        self.device
            .upcall(crate::split::UP_SET_LINK_KSETTINGS, &(wanted,))
    }
}

impl Pcnet32 {
    /// What `ethtool DEV` shows. The kernel half need not ask again as long as the same is seen.
    ///
    /// A stub: `Pcnet32::show_link` runs in the user half (drivers/pcnet32/src/ethtool.rs:163; annotated `#[user_path]`).
    fn show_link(&self, seen: Seen, media: Media, phy: u8) -> Result<LinkSettings> {
        self.device
            .upcall_once(crate::split::UP_SHOW_LINK, &(seen, media, phy))
    }
}

// from drivers/pcnet32/src/ethtool.rs:175
/// The least size that the chip can do and that holds so many descriptors, if any does.
fn ring_size(entries: u32) -> u32 {
    entries
        .clamp(LEAST_ENTRIES, MOST_ENTRIES)
        .next_power_of_two()
}
