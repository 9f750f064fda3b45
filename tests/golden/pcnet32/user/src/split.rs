//! The numbers of the crossings, the same in both halves. Emitted by pcnet-partition.

use microdriver::wire::Wire;

/// What the plan says about crossings, as a hash.
const PLAN: u64 = 0x84ca_027e_dc7a_bc7c;

/// The layouts of everything that crosses.
const SHAPES: &[u64] = &[
    <bool as Wire>::SHAPE,
    <crate::counters::Counters as Wire>::SHAPE,
    <crate::loopback::Frames as Wire>::SHAPE,
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
    <microdriver::Result<microdriver::Numbers> as Wire>::SHAPE,
    <microdriver::Result<microdriver::RegisterDump> as Wire>::SHAPE,
    <microdriver::Result<microdriver::RingParam> as Wire>::SHAPE,
    <microdriver::Result<microdriver::SelfTest> as Wire>::SHAPE,
    <microdriver::Result<microdriver::Strings> as Wire>::SHAPE,
    <microdriver::Result<u32> as Wire>::SHAPE,
    <microdriver::RingParam as Wire>::SHAPE,
    <microdriver::RxFilter as Wire>::SHAPE,
    <microdriver::StringSet as Wire>::SHAPE,
    <microdriver::Text<32> as Wire>::SHAPE,
    <u32 as Wire>::SHAPE,
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

/// `Pcnet32::set_ringparam` runs in the user half.
pub(crate) const UP_SET_RINGPARAM: u16 = UP_GET_RINGPARAM + 1;

/// `Pcnet32::get_strings` runs in the user half.
pub(crate) const UP_GET_STRINGS: u16 = UP_SET_RINGPARAM + 1;

/// `Pcnet32::get_sset_count` runs in the user half.
pub(crate) const UP_GET_SSET_COUNT: u16 = UP_GET_STRINGS + 1;

/// `Pcnet32::get_ethtool_stats` runs in the user half.
pub(crate) const UP_GET_ETHTOOL_STATS: u16 = UP_GET_SSET_COUNT + 1;

/// `Pcnet32::self_test` runs in the user half.
pub(crate) const UP_SELF_TEST: u16 = UP_GET_ETHTOOL_STATS + 1;

/// `Pcnet32::set_phys_id` runs in the user half.
pub(crate) const UP_SET_PHYS_ID: u16 = UP_SELF_TEST + 1;

/// `Pcnet32::get_regs_len` runs in the user half.
pub(crate) const UP_GET_REGS_LEN: u16 = UP_SET_PHYS_ID + 1;

/// `Pcnet32::get_regs` runs in the user half.
pub(crate) const UP_GET_REGS: u16 = UP_GET_REGS_LEN + 1;

/// `Pcnet32::get_link_ksettings` runs in the user half.
pub(crate) const UP_GET_LINK_KSETTINGS: u16 = UP_GET_REGS + 1;

/// `Pcnet32::set_link_ksettings` runs in the user half.
pub(crate) const UP_SET_LINK_KSETTINGS: u16 = UP_GET_LINK_KSETTINGS + 1;

/// `Pcnet32::watch_link` runs in the user half.
pub(crate) const UP_WATCH_LINK: u16 = UP_SET_LINK_KSETTINGS + 1;

/// `Pcnet32::open` runs in the user half.
pub(crate) const UP_OPEN: u16 = UP_WATCH_LINK + 1;

/// `Pcnet32::stop` runs in the user half.
pub(crate) const UP_STOP: u16 = UP_OPEN + 1;

/// `Pcnet32::set_rx_mode` runs in the user half.
pub(crate) const UP_SET_RX_MODE: u16 = UP_STOP + 1;

/// `Pcnet32::tx_timeout` runs in the user half.
pub(crate) const UP_TX_TIMEOUT: u16 = UP_SET_RX_MODE + 1;

/// `Pcnet32::set_mac_address` runs in the user half.
pub(crate) const UP_SET_MAC_ADDRESS: u16 = UP_TX_TIMEOUT + 1;

/// `Pcnet32::mii_ioctl` runs in the user half.
pub(crate) const UP_MII_IOCTL: u16 = UP_SET_MAC_ADDRESS + 1;

/// `Pcnet32::start` runs in the kernel half.
pub(crate) const DOWN_START: u16 = 0;

/// `Pcnet32::restart` runs in the kernel half.
pub(crate) const DOWN_RESTART: u16 = DOWN_START + 1;

/// `Pcnet32::resize` runs in the kernel half.
pub(crate) const DOWN_RESIZE: u16 = DOWN_RESTART + 1;

/// `Pcnet32::gather_counters` runs in the kernel half.
pub(crate) const DOWN_GATHER_COUNTERS: u16 = DOWN_RESIZE + 1;

/// `Pcnet32::loop_frames` runs in the kernel half.
pub(crate) const DOWN_LOOP_FRAMES: u16 = DOWN_GATHER_COUNTERS + 1;

/// `Pcnet32::take_snapshot` runs in the kernel half.
pub(crate) const DOWN_TAKE_SNAPSHOT: u16 = DOWN_LOOP_FRAMES + 1;

/// The lock `settings`.
pub(crate) const LOCK_SETTINGS: u16 = 0;
