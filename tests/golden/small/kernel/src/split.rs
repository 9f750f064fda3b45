//! The numbers of the crossings, the same in both halves. Emitted by pcnet-partition.

use microdriver::wire::Wire;

/// What the plan says about crossings, as a hash.
const PLAN: u64 = 0x20cd_8e9c_a921_2959;

/// The layouts of everything that crosses.
const SHAPES: &[u64] = &[
    <crate::chip::Identity as Wire>::SHAPE,
    <crate::chip::Port as Wire>::SHAPE,
    <crate::state::Settings as Wire>::SHAPE,
    <microdriver::MacAddress as Wire>::SHAPE,
    <microdriver::PhysIdState as Wire>::SHAPE,
    <microdriver::Result<()> as Wire>::SHAPE,
    <microdriver::Result<bool> as Wire>::SHAPE,
    <microdriver::Result<crate::chip::Identity> as Wire>::SHAPE,
    <microdriver::Result<microdriver::DrvInfo> as Wire>::SHAPE,
    <microdriver::Result<u32> as Wire>::SHAPE,
    <microdriver::RxFilter as Wire>::SHAPE,
    <u32 as Wire>::SHAPE,
];

/// Both halves have the same, or they do not talk.
pub(crate) const FINGERPRINT: u64 = microdriver::split::fingerprint(PLAN, SHAPES);

/// Where each function is, and why: what administrators are shown.
pub(crate) const PLACEMENTS: &str = include_str!("placements.txt");

/// `Small::get_drvinfo` runs in the user half.
pub(crate) const UP_GET_DRVINFO: u16 = 0;

/// `Small::get_msglevel` runs in the user half.
pub(crate) const UP_GET_MSGLEVEL: u16 = UP_GET_DRVINFO + 1;

/// `Small::set_msglevel` runs in the user half.
pub(crate) const UP_SET_MSGLEVEL: u16 = UP_GET_MSGLEVEL + 1;

/// `Small::get_link` runs in the user half.
pub(crate) const UP_GET_LINK: u16 = UP_SET_MSGLEVEL + 1;

/// `Small::set_phys_id` runs in the user half.
pub(crate) const UP_SET_PHYS_ID: u16 = UP_GET_LINK + 1;

/// `Small::open` runs in the user half.
pub(crate) const UP_OPEN: u16 = UP_SET_PHYS_ID + 1;

/// `Small::stop` runs in the user half.
pub(crate) const UP_STOP: u16 = UP_OPEN + 1;

/// `Small::set_rx_mode` runs in the user half.
pub(crate) const UP_SET_RX_MODE: u16 = UP_STOP + 1;

/// `Small::tx_timeout` runs in the user half.
pub(crate) const UP_TX_TIMEOUT: u16 = UP_SET_RX_MODE + 1;

/// `Small::set_mac_address` runs in the user half.
pub(crate) const UP_SET_MAC_ADDRESS: u16 = UP_TX_TIMEOUT + 1;

/// `Small::probe` runs in the user half.
pub(crate) const UP_PROBE: u16 = UP_SET_MAC_ADDRESS + 1;

/// `Small::start` runs in the kernel half.
pub(crate) const DOWN_START: u16 = 0;

/// The lock `settings`.
pub(crate) const LOCK_SETTINGS: u16 = 0;

/// The atomic `running`.
pub(crate) const ATOMIC_RUNNING: u16 = 0;
