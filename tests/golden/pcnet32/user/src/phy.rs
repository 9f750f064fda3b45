// Emitted by pcnet-partition from drivers/pcnet32/src/phy.rs. Do not edit.

//! What a PHY says of its link, and what of that a user sees and chooses (`ethtool`).

use crate::media::{Media, Port};
use crate::mii;
use microdriver::{Error, LinkSettings, Result, Wire};

/// Of `linux/ethtool.h`: what the numbers in [`LinkSettings`] mean.
pub(crate) const SPEED_10: u32 = 10;
pub(crate) const SPEED_100: u32 = 100;
pub(crate) const DUPLEX_HALF: u8 = 0;
pub(crate) const DUPLEX_FULL: u8 = 1;
pub(crate) const PORT_TP: u8 = 0;
pub(crate) const PORT_AUI: u8 = 1;
const PORT_MII: u8 = 2;
pub(crate) const AUTONEG_DISABLE: u8 = 0;
pub(crate) const AUTONEG_ENABLE: u8 = 1;
/// Clause 22 frames.
const MDIO_C22: u8 = 1;
/// The link mode bits, and the bit of a PHY's register for each.
const MODES: [(u64, u16); 6] = [
    (1 << 0, mii::MODE_10_HALF),
    (1 << 1, mii::MODE_10_FULL),
    (1 << 2, mii::MODE_100_HALF),
    (1 << 3, mii::MODE_100_FULL),
    (1 << 13, mii::PAUSE),
    (1 << 14, mii::PAUSE_ASYMMETRIC),
];
/// The four modes, and the two of 1000 Mbit/s.
const MODES_10_100: u64 = 0x0f;
const MODES_1000: u64 = 0x30;
const MODE_AUTONEG: u64 = 1 << 6;
pub(crate) const MODE_TP: u64 = 1 << 7;
pub(crate) const MODE_AUI: u64 = 1 << 8;
const MODE_MII: u64 = 1 << 9;

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

    // from drivers/pcnet32/src/phy.rs:51
    fn negotiates(&self) -> bool {
        self.control & mii::NEGOTIATE != 0
    }

    // from drivers/pcnet32/src/phy.rs:56
    /// What the partner advertises, once it is known.
    fn partner_word(&self) -> u16 {
        if self.status & mii::NEGOTIATED != 0 {
            self.partner
        } else {
            0
        }
    }

    // from drivers/pcnet32/src/phy.rs:65
    /// 100 Mbit/s, and full duplex: what it agreed on, or was told. Priorities as in clause 28.
    pub(crate) fn mode(&self) -> (bool, bool) {
        if !self.negotiates() {
            let is = |bit| self.control & bit != 0;
            return (is(mii::FAST), is(mii::FULL_DUPLEX));
        }
        let common = self.advertised & self.partner_word();
        let has = |bits| common & bits != 0;
        if has(mii::MODE_100_FULL | mii::MODE_100_HALF) {
            (true, has(mii::MODE_100_FULL))
        } else {
            (false, has(mii::MODE_10_FULL))
        }
    }

    // from drivers/pcnet32/src/phy.rs:80
    /// What `ethtool` shows of the PHY at this address.
    pub(crate) fn link_settings(&self, address: u8) -> LinkSettings {
        let (fast, full_duplex) = self.mode();
        let (mut advertising, mut partner) = (MODE_TP | MODE_MII, 0);
        if self.negotiates() {
            advertising |= MODE_AUTONEG | modes(self.advertised);
            partner = modes(self.partner_word());
            if self.partner_word() & mii::ACKNOWLEDGED != 0 {
                partner |= MODE_AUTONEG;
            }
        }
        LinkSettings {
            speed: if fast { SPEED_100 } else { SPEED_10 },
            duplex: if full_duplex {
                DUPLEX_FULL
            } else {
                DUPLEX_HALF
            },
            port: PORT_MII,
            phy_address: address,
            autoneg: if self.negotiates() {
                AUTONEG_ENABLE
            } else {
                AUTONEG_DISABLE
            },
            supported: MODES_10_100 | MODE_AUTONEG | MODE_TP | MODE_MII,
            advertising,
            lp_advertising: partner,
            mdio_support: MDIO_C22,
            ..LinkSettings::default()
        }
    }
}

// from drivers/pcnet32/src/phy.rs:114
/// The link modes of a register's bits.
fn modes(register: u16) -> u64 {
    MODES
        .iter()
        .filter(|(_, bit)| register & bit != 0)
        .fold(0, |modes, (mode, _)| modes | mode)
}

// from drivers/pcnet32/src/phy.rs:122
/// What the user wants of the PHY at `address`; `EINVAL` where that is not possible.
pub(crate) fn wanted_media(wanted: &LinkSettings, address: u8, before: &Media) -> Result<Media> {
    let possible = matches!(wanted.speed, SPEED_10 | SPEED_100)
        && matches!(wanted.duplex, DUPLEX_HALF | DUPLEX_FULL)
        && matches!(wanted.autoneg, AUTONEG_DISABLE | AUTONEG_ENABLE)
        && wanted.port == PORT_MII
        && wanted.phy_address == address;
    if !possible {
        return Err(Error::EINVAL);
    }
    if wanted.autoneg == AUTONEG_DISABLE {
        let fast = wanted.speed == SPEED_100;
        let full_duplex = wanted.duplex == DUPLEX_FULL;
        return Ok(Media {
            chosen: true,
            ..Media::fixed(Port::Mii, fast, full_duplex)
        });
    }
    if wanted.advertising & (MODES_10_100 | MODES_1000) == 0 {
        return Err(Error::EINVAL);
    }
    let advertised = MODES
        .iter()
        .filter(|(mode, _)| wanted.advertising & mode != 0)
        .fold(0, |register, (_, bit)| register | bit);
    Ok(Media {
        auto_select: true,
        chosen: true,
        advertised,
        ..*before
    })
}

// from drivers/pcnet32/src/phy.rs:155
/// What `media` becomes when a program writes this register of the PHY in use.
pub(crate) fn media_after_write(register: u16, value: u16, media: &Media) -> Media {
    match register {
        mii::CONTROL if value & mii::RESET != 0 => *media,
        mii::CONTROL if value & mii::NEGOTIATE != 0 => Media {
            auto_select: true,
            chosen: true,
            ..*media
        },
        mii::CONTROL => Media {
            chosen: true,
            ..Media::fixed(
                Port::Mii,
                value & mii::FAST != 0,
                value & mii::FULL_DUPLEX != 0,
            )
        },
        mii::ADVERTISED => Media {
            chosen: true,
            advertised: value & mii::ADVERTISABLE,
            ..*media
        },
        _ => *media,
    }
}
