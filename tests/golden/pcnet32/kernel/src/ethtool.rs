// Emitted by pcnet-partition from drivers/pcnet32/src/ethtool.rs. Do not edit.

//! The ethtool operations.

use crate::Pcnet32;
use microdriver::{
    DrvInfo, EthtoolOperations, LinkSettings, Numbers, PhysIdState, RegisterDump, Result,
    RingParam, SelfTest, StringSet, Strings,
};

impl EthtoolOperations for Pcnet32 {
    // stub: Pcnet32::get_drvinfo runs in the user half (drivers/pcnet32/src/ethtool.rs:17; annotated `#[user_path]`)
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        self.device.upcall(crate::split::UP_GET_DRVINFO, &())
    }

    // stub: Pcnet32::get_msglevel runs in the user half (drivers/pcnet32/src/ethtool.rs:26; annotated `#[user_path]`)
    fn get_msglevel(&self) -> Result<u32> {
        self.device.upcall(crate::split::UP_GET_MSGLEVEL, &())
    }

    // stub: Pcnet32::set_msglevel runs in the user half (drivers/pcnet32/src/ethtool.rs:31; annotated `#[user_path]`)
    fn set_msglevel(&self, level: u32) -> Result<()> {
        self.device.upcall(crate::split::UP_SET_MSGLEVEL, &(level,))
    }

    // stub: Pcnet32::get_link runs in the user half (drivers/pcnet32/src/ethtool.rs:37; annotated `#[user_path]`)
    fn get_link(&self) -> Result<bool> {
        self.device.upcall(crate::split::UP_GET_LINK, &())
    }

    // stub: Pcnet32::nway_reset runs in the user half (drivers/pcnet32/src/ethtool.rs:43; annotated `#[user_path]`)
    fn nway_reset(&self) -> Result<()> {
        self.device.upcall(crate::split::UP_NWAY_RESET, &())
    }

    // stub: Pcnet32::get_ringparam runs in the user half (drivers/pcnet32/src/ethtool.rs:52; annotated `#[user_path]`)
    fn get_ringparam(&self) -> Result<RingParam> {
        self.device.upcall(crate::split::UP_GET_RINGPARAM, &())
    }

    // stub: Pcnet32::set_ringparam runs in the user half (drivers/pcnet32/src/ethtool.rs:64; annotated `#[user_path]`)
    fn set_ringparam(&self, ring: RingParam) -> Result<()> {
        self.device.upcall(crate::split::UP_SET_RINGPARAM, &(ring,))
    }

    // stub: Pcnet32::get_strings runs in the user half (drivers/pcnet32/src/ethtool.rs:83; annotated `#[user_path]`)
    fn get_strings(&self, set: StringSet) -> Result<Strings> {
        self.device.upcall(crate::split::UP_GET_STRINGS, &(set,))
    }

    // stub: Pcnet32::get_sset_count runs in the user half (drivers/pcnet32/src/ethtool.rs:92; annotated `#[user_path]`)
    fn get_sset_count(&self, set: StringSet) -> Result<u32> {
        self.device.upcall(crate::split::UP_GET_SSET_COUNT, &(set,))
    }

    // stub: Pcnet32::get_ethtool_stats runs in the user half (drivers/pcnet32/src/ethtool.rs:101; annotated `#[user_path]`)
    fn get_ethtool_stats(&self) -> Result<Numbers> {
        self.device.upcall(crate::split::UP_GET_ETHTOOL_STATS, &())
    }

    // stub: Pcnet32::self_test runs in the user half (drivers/pcnet32/src/ethtool.rs:109; annotated `#[user_path]`)
    fn self_test(&self, offline: bool) -> Result<SelfTest> {
        self.device.upcall(crate::split::UP_SELF_TEST, &(offline,))
    }

    // stub: Pcnet32::set_phys_id runs in the user half (drivers/pcnet32/src/ethtool.rs:124; annotated `#[user_path]`)
    fn set_phys_id(&self, state: PhysIdState) -> Result<u32> {
        self.device.upcall(crate::split::UP_SET_PHYS_ID, &(state,))
    }

    // stub: Pcnet32::get_regs_len runs in the user half (drivers/pcnet32/src/ethtool.rs:138; annotated `#[user_path]`)
    fn get_regs_len(&self) -> Result<u32> {
        self.device.upcall(crate::split::UP_GET_REGS_LEN, &())
    }

    // stub: Pcnet32::get_regs runs in the user half (drivers/pcnet32/src/ethtool.rs:143; annotated `#[user_path]`)
    fn get_regs(&self, from: u32) -> Result<RegisterDump> {
        self.device.upcall(crate::split::UP_GET_REGS, &(from,))
    }

    // stub: Pcnet32::get_link_ksettings runs in the user half (drivers/pcnet32/src/ethtool.rs:148; annotated `#[user_path]`)
    fn get_link_ksettings(&self) -> Result<LinkSettings> {
        self.device.upcall(crate::split::UP_GET_LINK_KSETTINGS, &())
    }

    // stub: Pcnet32::set_link_ksettings runs in the user half (drivers/pcnet32/src/ethtool.rs:159; annotated `#[user_path]`)
    fn set_link_ksettings(&self, wanted: LinkSettings) -> Result<()> {
        self.device
            .upcall(crate::split::UP_SET_LINK_KSETTINGS, &(wanted,))
    }
}
