// Emitted by pcnet-partition from src/tools.rs. Do not edit.

//! Helpers, and the ethtool operations.

use microdriver::{DrvInfo, EthtoolOperations, Result};

use crate::board::Board;

/// The most packets of a poll.
pub(crate) const LARGEST: u32 = 16;

impl EthtoolOperations for Board {
    /// A stub: `Board::get_drvinfo` runs in the user half (src/tools.rs:30; process context, and nothing keeps it in the kernel).
    fn get_drvinfo(&self) -> Result<DrvInfo> {
        self.channel.upcall_once(crate::split::UP_GET_DRVINFO, &())
    }

    /// A stub: `Board::get_link` runs in the user half (src/tools.rs:37; process context, and nothing keeps it in the kernel).
    fn get_link(&self) -> Result<bool> {
        self.channel.upcall(crate::split::UP_GET_LINK, &())
    }
}
