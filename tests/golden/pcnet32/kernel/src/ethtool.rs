// Emitted by pcnet-partition from drivers/pcnet32/src/ethtool.rs. Do not edit.

//! The ethtool operations.
//!
//! What changes the card or tests it is asked for in the user half: it is rare, it is most of the code, and a
//! mistake in it shall not be the kernel's. Where the questions are answered is the plan's to decide: a
//! monitor may ask them all day.

use crate::Pcnet32;
use microdriver::{
    DrvInfo, EthtoolOperations, LinkSettings, Numbers, PhysIdState, RegisterDump, Result,
    RingParam, SelfTest, StringSet, Strings,
};

impl EthtoolOperations for Pcnet32 {
    /// A stub: `Pcnet32::get_drvinfo` runs in the user half (drivers/pcnet32/src/ethtool.rs:20; process context, and nothing keeps it in the kernel).
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        self.device.upcall_once(crate::split::UP_GET_DRVINFO, &())
    }

    /// A stub: `Pcnet32::get_msglevel` runs in the user half (drivers/pcnet32/src/ethtool.rs:28; process context, and nothing keeps it in the kernel).
    fn get_msglevel(&self) -> Result<u32> {
        self.device.upcall_once(crate::split::UP_GET_MSGLEVEL, &())
    }

    /// A stub: `Pcnet32::set_msglevel` runs in the user half (drivers/pcnet32/src/ethtool.rs:32; process context, and nothing keeps it in the kernel).
    fn set_msglevel(&self, level: u32) -> Result<()> {
        self.device.upcall(crate::split::UP_SET_MSGLEVEL, &(level,))
    }

    /// A stub: `Pcnet32::get_link` runs in the user half (drivers/pcnet32/src/ethtool.rs:37; process context, and nothing keeps it in the kernel).
    fn get_link(&self) -> Result<bool> {
        self.device.upcall(crate::split::UP_GET_LINK, &())
    }

    /// A stub: `Pcnet32::nway_reset` runs in the user half (drivers/pcnet32/src/ethtool.rs:42; process context, and nothing keeps it in the kernel).
    fn nway_reset(&self) -> Result<()> {
        self.device.upcall(crate::split::UP_NWAY_RESET, &())
    }

    /// A stub: `Pcnet32::get_ringparam` runs in the user half (drivers/pcnet32/src/ethtool.rs:50; process context, and nothing keeps it in the kernel).
    fn get_ringparam(&self) -> Result<RingParam> {
        self.device.upcall_once(crate::split::UP_GET_RINGPARAM, &())
    }

    /// A stub: `Pcnet32::set_ringparam` runs in the user half (drivers/pcnet32/src/ethtool.rs:61; process context, and nothing keeps it in the kernel).
    fn set_ringparam(&self, ring: RingParam) -> Result<()> {
        self.device.upcall(crate::split::UP_SET_RINGPARAM, &(ring,))
    }

    /// A stub: `Pcnet32::get_strings` runs in the user half (drivers/pcnet32/src/ethtool.rs:79; process context, and nothing keeps it in the kernel).
    fn get_strings(&self, set: StringSet) -> Result<Strings> {
        self.device
            .upcall_once(crate::split::UP_GET_STRINGS, &(set,))
    }

    /// A stub: `Pcnet32::get_sset_count` runs in the user half (drivers/pcnet32/src/ethtool.rs:87; process context, and nothing keeps it in the kernel).
    fn get_sset_count(&self, set: StringSet) -> Result<u32> {
        self.device
            .upcall_once(crate::split::UP_GET_SSET_COUNT, &(set,))
    }

    /// A stub: `Pcnet32::get_ethtool_stats` runs in the user half (drivers/pcnet32/src/ethtool.rs:95; process context, and nothing keeps it in the kernel).
    fn get_ethtool_stats(&self) -> Result<Numbers> {
        self.device.upcall(crate::split::UP_GET_ETHTOOL_STATS, &())
    }

    /// A stub: `Pcnet32::self_test` runs in the user half (drivers/pcnet32/src/ethtool.rs:102; process context, and nothing keeps it in the kernel).
    fn self_test(&self, offline: bool) -> Result<SelfTest> {
        self.device.upcall(crate::split::UP_SELF_TEST, &(offline,))
    }

    /// A stub: `Pcnet32::set_phys_id` runs in the user half (drivers/pcnet32/src/ethtool.rs:117; annotated `#[user_path]`).
    fn set_phys_id(&self, state: PhysIdState) -> Result<u32> {
        self.device.upcall(crate::split::UP_SET_PHYS_ID, &(state,))
    }

    /// A stub: `Pcnet32::get_regs_len` runs in the user half (drivers/pcnet32/src/ethtool.rs:130; process context, and nothing keeps it in the kernel).
    fn get_regs_len(&self) -> Result<u32> {
        self.device.upcall_once(crate::split::UP_GET_REGS_LEN, &())
    }

    /// A stub: `Pcnet32::get_regs` runs in the user half (drivers/pcnet32/src/ethtool.rs:134; process context, and nothing keeps it in the kernel).
    fn get_regs(&self, from: u32) -> Result<RegisterDump> {
        self.device.upcall(crate::split::UP_GET_REGS, &(from,))
    }

    /// A stub: `Pcnet32::get_link_ksettings` runs in the user half (drivers/pcnet32/src/ethtool.rs:138; process context, and nothing keeps it in the kernel).
    fn get_link_ksettings(&self) -> Result<LinkSettings> {
        self.device.upcall(crate::split::UP_GET_LINK_KSETTINGS, &())
    }

    /// A stub: `Pcnet32::set_link_ksettings` runs in the user half (drivers/pcnet32/src/ethtool.rs:148; process context, and nothing keeps it in the kernel).
    fn set_link_ksettings(&self, wanted: LinkSettings) -> Result<()> {
        self.device
            .upcall(crate::split::UP_SET_LINK_KSETTINGS, &(wanted,))
    }
}
