// Emitted by pcnet-partition from src/ethtool.rs. Do not edit.

//! The ethtool operations.

use microdriver::{DrvInfo, EthtoolOperations, PhysIdState, Result};

use crate::state::Small;

impl EthtoolOperations for Small {
    /// A stub: `Small::get_drvinfo` runs in the user half (src/ethtool.rs:13; process context, and nothing keeps it in the kernel).
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        self.device.upcall(crate::split::UP_GET_DRVINFO, &())
    }

    /// A stub: `Small::get_msglevel` runs in the user half (src/ethtool.rs:25; process context, and nothing keeps it in the kernel).
    fn get_msglevel(&self) -> Result<u32> {
        self.device.upcall_once(crate::split::UP_GET_MSGLEVEL, &())
    }

    /// A stub: `Small::set_msglevel` runs in the user half (src/ethtool.rs:29; process context, and nothing keeps it in the kernel).
    fn set_msglevel(&self, level: u32) -> Result<()> {
        self.device.upcall(crate::split::UP_SET_MSGLEVEL, &(level,))
    }

    /// A stub: `Small::get_link` runs in the user half (src/ethtool.rs:34; process context, and nothing keeps it in the kernel).
    fn get_link(&self) -> Result<bool> {
        self.device.upcall(crate::split::UP_GET_LINK, &())
    }

    /// A stub: `Small::set_phys_id` runs in the user half (src/ethtool.rs:38; process context, and nothing keeps it in the kernel).
    fn set_phys_id(&self, state: PhysIdState) -> Result<u32> {
        self.device.upcall(crate::split::UP_SET_PHYS_ID, &(state,))
    }
}
