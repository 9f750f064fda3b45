//! The numbers of the crossings, the same in both halves. Emitted by pcnet-partition.

use microdriver::wire::Wire;

/// What the plan says about crossings, as a hash.
const PLAN: u64 = 0x84ca_027e_dc7a_bc7c;

/// The layouts of everything that crosses.
const SHAPES: &[u64] = &[
    <microdriver::Result<crate::probe::Identity> as Wire>::SHAPE,
    <microdriver::Result<microdriver::DrvInfo> as Wire>::SHAPE,
    <microdriver::Result<u32> as Wire>::SHAPE,
    <u32 as Wire>::SHAPE,
    <microdriver::Result<()> as Wire>::SHAPE,
    <microdriver::Result<bool> as Wire>::SHAPE,
    <microdriver::Result<microdriver::RingParam> as Wire>::SHAPE,
    <microdriver::RingParam as Wire>::SHAPE,
    <microdriver::StringSet as Wire>::SHAPE,
    <microdriver::Result<microdriver::Strings> as Wire>::SHAPE,
    <microdriver::Result<microdriver::Numbers> as Wire>::SHAPE,
    <bool as Wire>::SHAPE,
    <microdriver::Result<microdriver::SelfTest> as Wire>::SHAPE,
    <microdriver::PhysIdState as Wire>::SHAPE,
    <microdriver::Result<microdriver::RegisterDump> as Wire>::SHAPE,
    <microdriver::Result<microdriver::LinkSettings> as Wire>::SHAPE,
    <microdriver::LinkSettings as Wire>::SHAPE,
    <microdriver::RxFilter as Wire>::SHAPE,
    <microdriver::MacAddress as Wire>::SHAPE,
    <microdriver::MiiRequest as Wire>::SHAPE,
    <microdriver::Result<microdriver::MiiReply> as Wire>::SHAPE,
    <crate::counters::Counters as Wire>::SHAPE,
    <crate::loopback::Frames as Wire>::SHAPE,
    <microdriver::Result<crate::loopback::Frames> as Wire>::SHAPE,
    <crate::snapshot::Snapshot as Wire>::SHAPE,
    <crate::state::Settings as Wire>::SHAPE,
    <crate::part::Chip as Wire>::SHAPE,
    <microdriver::Text<32> as Wire>::SHAPE,
    <crate::state::Tuning as Wire>::SHAPE,
];

/// Both halves have the same, or they do not talk.
pub(crate) const FINGERPRINT: u64 = microdriver::split::fingerprint(PLAN, SHAPES);

/// Where each function is, and why: what administrators are shown.
pub(crate) const PLACEMENTS: &str = include_str!("placements.txt");

/// `Pcnet32::probe` runs in the user half.
pub(crate) const UP_PROBE: u16 = 0;

/// `Pcnet32::get_drvinfo` runs in the user half.
pub(crate) const UP_GET_DRVINFO: u16 = 1;

/// `Pcnet32::get_msglevel` runs in the user half.
pub(crate) const UP_GET_MSGLEVEL: u16 = 2;

/// `Pcnet32::set_msglevel` runs in the user half.
pub(crate) const UP_SET_MSGLEVEL: u16 = 3;

/// `Pcnet32::get_link` runs in the user half.
pub(crate) const UP_GET_LINK: u16 = 4;

/// `Pcnet32::nway_reset` runs in the user half.
pub(crate) const UP_NWAY_RESET: u16 = 5;

/// `Pcnet32::get_ringparam` runs in the user half.
pub(crate) const UP_GET_RINGPARAM: u16 = 6;

/// `Pcnet32::set_ringparam` runs in the user half.
pub(crate) const UP_SET_RINGPARAM: u16 = 7;

/// `Pcnet32::get_strings` runs in the user half.
pub(crate) const UP_GET_STRINGS: u16 = 8;

/// `Pcnet32::get_sset_count` runs in the user half.
pub(crate) const UP_GET_SSET_COUNT: u16 = 9;

/// `Pcnet32::get_ethtool_stats` runs in the user half.
pub(crate) const UP_GET_ETHTOOL_STATS: u16 = 10;

/// `Pcnet32::self_test` runs in the user half.
pub(crate) const UP_SELF_TEST: u16 = 11;

/// `Pcnet32::set_phys_id` runs in the user half.
pub(crate) const UP_SET_PHYS_ID: u16 = 12;

/// `Pcnet32::get_regs_len` runs in the user half.
pub(crate) const UP_GET_REGS_LEN: u16 = 13;

/// `Pcnet32::get_regs` runs in the user half.
pub(crate) const UP_GET_REGS: u16 = 14;

/// `Pcnet32::get_link_ksettings` runs in the user half.
pub(crate) const UP_GET_LINK_KSETTINGS: u16 = 15;

/// `Pcnet32::set_link_ksettings` runs in the user half.
pub(crate) const UP_SET_LINK_KSETTINGS: u16 = 16;

/// `Pcnet32::watch_link` runs in the user half.
pub(crate) const UP_WATCH_LINK: u16 = 17;

/// `Pcnet32::open` runs in the user half.
pub(crate) const UP_OPEN: u16 = 18;

/// `Pcnet32::stop` runs in the user half.
pub(crate) const UP_STOP: u16 = 19;

/// `Pcnet32::set_rx_mode` runs in the user half.
pub(crate) const UP_SET_RX_MODE: u16 = 20;

/// `Pcnet32::tx_timeout` runs in the user half.
pub(crate) const UP_TX_TIMEOUT: u16 = 21;

/// `Pcnet32::set_mac_address` runs in the user half.
pub(crate) const UP_SET_MAC_ADDRESS: u16 = 22;

/// `Pcnet32::mii_ioctl` runs in the user half.
pub(crate) const UP_MII_IOCTL: u16 = 23;

/// `Pcnet32::start` runs in the kernel half.
pub(crate) const DOWN_START: u16 = 0;

/// `Pcnet32::restart` runs in the kernel half.
pub(crate) const DOWN_RESTART: u16 = 1;

/// `Pcnet32::resize` runs in the kernel half.
pub(crate) const DOWN_RESIZE: u16 = 2;

/// `Pcnet32::gather_counters` runs in the kernel half.
pub(crate) const DOWN_GATHER_COUNTERS: u16 = 3;

/// `Pcnet32::loop_frames` runs in the kernel half.
pub(crate) const DOWN_LOOP_FRAMES: u16 = 4;

/// `Pcnet32::take_snapshot` runs in the kernel half.
pub(crate) const DOWN_TAKE_SNAPSHOT: u16 = 5;
