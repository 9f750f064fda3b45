// Emitted by pcnet-partition from drivers/pcnet32/src/phy.rs. Do not edit.

//! What a PHY says of its link, and what of that a user sees and chooses (`ethtool`).

use crate::mii;
use microdriver::Wire;

/// What a PHY's registers hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub(crate) struct Phy {
    pub(crate) control: u16,
    pub(crate) status: u16,
    pub(crate) advertised: u16,
    pub(crate) partner: u16,
}

impl Phy {
    // from drivers/pcnet32/src/phy.rs:47
    /// Whether it has a link.
    pub(crate) fn has_link(&self) -> bool {
        mii::has_link(self.status)
    }
}
