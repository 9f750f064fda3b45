//! The numbers of the crossings, the same in both halves. Emitted by pcnet-partition.

use microdriver::wire::Wire;

/// What the plan says about crossings, as a hash.
const PLAN: u64 = 0x20cd_8e9c_a921_2959;

/// The layouts of everything that crosses.
const SHAPES: &[u64] = &[
    <microdriver::Result<microdriver::DrvInfo> as Wire>::SHAPE,
    <microdriver::Result<u32> as Wire>::SHAPE,
    <u32 as Wire>::SHAPE,
    <microdriver::Result<()> as Wire>::SHAPE,
    <microdriver::Result<bool> as Wire>::SHAPE,
    <microdriver::PhysIdState as Wire>::SHAPE,
    <microdriver::RxFilter as Wire>::SHAPE,
    <microdriver::MacAddress as Wire>::SHAPE,
    <microdriver::Result<crate::chip::Identity> as Wire>::SHAPE,
    <crate::chip::Port as Wire>::SHAPE,
    <crate::state::Settings as Wire>::SHAPE,
    <crate::chip::Identity as Wire>::SHAPE,
];

/// Both halves have the same, or they do not talk.
pub(crate) const FINGERPRINT: u64 = microdriver::split::fingerprint(PLAN, SHAPES);

/// Where each function is, and why: what administrators are shown.
pub(crate) const PLACEMENTS: &str = include_str!("placements.txt");

/// `Small::get_drvinfo` runs in the user half.
pub(crate) const UP_GET_DRVINFO: u16 = 0;

/// `Small::get_msglevel` runs in the user half.
pub(crate) const UP_GET_MSGLEVEL: u16 = 1;

/// `Small::set_msglevel` runs in the user half.
pub(crate) const UP_SET_MSGLEVEL: u16 = 2;

/// `Small::get_link` runs in the user half.
pub(crate) const UP_GET_LINK: u16 = 3;

/// `Small::set_phys_id` runs in the user half.
pub(crate) const UP_SET_PHYS_ID: u16 = 4;

/// `Small::open` runs in the user half.
pub(crate) const UP_OPEN: u16 = 5;

/// `Small::stop` runs in the user half.
pub(crate) const UP_STOP: u16 = 6;

/// `Small::set_rx_mode` runs in the user half.
pub(crate) const UP_SET_RX_MODE: u16 = 7;

/// `Small::tx_timeout` runs in the user half.
pub(crate) const UP_TX_TIMEOUT: u16 = 8;

/// `Small::set_mac_address` runs in the user half.
pub(crate) const UP_SET_MAC_ADDRESS: u16 = 9;

/// `Small::probe` runs in the user half.
pub(crate) const UP_PROBE: u16 = 10;

/// `Small::start` runs in the kernel half.
pub(crate) const DOWN_START: u16 = 0;
