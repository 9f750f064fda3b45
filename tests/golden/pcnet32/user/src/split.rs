//! The numbers of the crossings, the same in both halves. Emitted by pcnet-partition.

use microdriver::wire::Wire;

/// What the plan says about crossings, as a hash.
const PLAN: u64 = 0x38bc_af94_b357_1892;

/// The layouts of everything that crosses.
const SHAPES: &[u64] = &[
    <bool as Wire>::SHAPE,
    <crate::look::Seen as Wire>::SHAPE,
    <crate::media::Media as Wire>::SHAPE,
    <crate::part::Chip as Wire>::SHAPE,
    <crate::snapshot::Snapshot as Wire>::SHAPE,
    <crate::state::Settings as Wire>::SHAPE,
    <crate::state::Tuning as Wire>::SHAPE,
    <microdriver::LinkSettings as Wire>::SHAPE,
    <microdriver::MacAddress as Wire>::SHAPE,
    <microdriver::MiiRequest as Wire>::SHAPE,
    <microdriver::PhysIdState as Wire>::SHAPE,
    <microdriver::Result<()> as Wire>::SHAPE,
    <microdriver::Result<bool> as Wire>::SHAPE,
    <microdriver::Result<crate::loopback::Frames> as Wire>::SHAPE,
    <microdriver::Result<crate::probe::Identity> as Wire>::SHAPE,
    <microdriver::Result<microdriver::DrvInfo> as Wire>::SHAPE,
    <microdriver::Result<microdriver::LinkSettings> as Wire>::SHAPE,
    <microdriver::Result<microdriver::MiiReply> as Wire>::SHAPE,
    <microdriver::Result<microdriver::RegisterDump> as Wire>::SHAPE,
    <microdriver::Result<microdriver::RingParam> as Wire>::SHAPE,
    <microdriver::Result<microdriver::Strings> as Wire>::SHAPE,
    <microdriver::Result<u32> as Wire>::SHAPE,
    <microdriver::RxFilter as Wire>::SHAPE,
    <microdriver::StringSet as Wire>::SHAPE,
    <microdriver::Text<32> as Wire>::SHAPE,
    <u32 as Wire>::SHAPE,
    <u8 as Wire>::SHAPE,
];

/// Both halves have the same, or they do not talk.
pub(crate) const FINGERPRINT: u64 = microdriver::split::fingerprint(PLAN, SHAPES);

/// `Pcnet32::probe` runs in the user half.
pub(crate) const UP_PROBE: u16 = 0;

/// `Pcnet32::get_drvinfo` runs in the user half.
pub(crate) const UP_GET_DRVINFO: u16 = UP_PROBE + 1;

/// `Pcnet32::get_msglevel` runs in the user half.
pub(crate) const UP_GET_MSGLEVEL: u16 = UP_GET_DRVINFO + 1;

/// `Pcnet32::set_msglevel` runs in the user half.
pub(crate) const UP_SET_MSGLEVEL: u16 = UP_GET_MSGLEVEL + 1;

/// `Pcnet32::get_link` runs in the user half.
pub(crate) const UP_GET_LINK: u16 = UP_SET_MSGLEVEL + 1;

/// `Pcnet32::nway_reset` runs in the user half.
pub(crate) const UP_NWAY_RESET: u16 = UP_GET_LINK + 1;

/// `Pcnet32::get_ringparam` runs in the user half.
pub(crate) const UP_GET_RINGPARAM: u16 = UP_NWAY_RESET + 1;

/// `Pcnet32::get_strings` runs in the user half.
pub(crate) const UP_GET_STRINGS: u16 = UP_GET_RINGPARAM + 1;

/// `Pcnet32::get_sset_count` runs in the user half.
pub(crate) const UP_GET_SSET_COUNT: u16 = UP_GET_STRINGS + 1;

/// `Pcnet32::set_phys_id` runs in the user half.
pub(crate) const UP_SET_PHYS_ID: u16 = UP_GET_SSET_COUNT + 1;

/// `Pcnet32::get_regs_len` runs in the user half.
pub(crate) const UP_GET_REGS_LEN: u16 = UP_SET_PHYS_ID + 1;

/// `Pcnet32::get_regs` runs in the user half.
pub(crate) const UP_GET_REGS: u16 = UP_GET_REGS_LEN + 1;

/// `Pcnet32::set_link_ksettings` runs in the user half.
pub(crate) const UP_SET_LINK_KSETTINGS: u16 = UP_GET_REGS + 1;

/// `Pcnet32::show_link` runs in the user half.
pub(crate) const UP_SHOW_LINK: u16 = UP_SET_LINK_KSETTINGS + 1;

/// `Pcnet32::set_up_phys` runs in the user half.
pub(crate) const UP_SET_UP_PHYS: u16 = UP_SHOW_LINK + 1;

/// `Pcnet32::follow_link` runs in the user half.
pub(crate) const UP_FOLLOW_LINK: u16 = UP_SET_UP_PHYS + 1;

/// `Pcnet32::test_frames` runs in the user half.
pub(crate) const UP_TEST_FRAMES: u16 = UP_FOLLOW_LINK + 1;

/// `Pcnet32::stop` runs in the user half.
pub(crate) const UP_STOP: u16 = UP_TEST_FRAMES + 1;

/// `Pcnet32::set_rx_mode` runs in the user half.
pub(crate) const UP_SET_RX_MODE: u16 = UP_STOP + 1;

/// `Pcnet32::tx_timeout` runs in the user half.
pub(crate) const UP_TX_TIMEOUT: u16 = UP_SET_RX_MODE + 1;

/// `Pcnet32::set_mac_address` runs in the user half.
pub(crate) const UP_SET_MAC_ADDRESS: u16 = UP_TX_TIMEOUT + 1;

/// `Pcnet32::mii_ioctl` runs in the user half.
pub(crate) const UP_MII_IOCTL: u16 = UP_SET_MAC_ADDRESS + 1;

/// `Pcnet32::prepare_chip` runs in the user half.
pub(crate) const UP_PREPARE_CHIP: u16 = UP_MII_IOCTL + 1;

/// `Pcnet32::restart` runs in the kernel half.
pub(crate) const DOWN_RESTART: u16 = 0;

/// `Pcnet32::take_snapshot` runs in the kernel half.
pub(crate) const DOWN_TAKE_SNAPSHOT: u16 = DOWN_RESTART + 1;

/// The lock `settings`.
pub(crate) const LOCK_SETTINGS: u16 = 0;
