//! The numbers of the crossings, the same in both halves. Emitted by pcnet-partition.

use microdriver::wire::Wire;

/// What the plan says about crossings, as a hash.
const PLAN: u64 = 0xa65b_b9ff_36ea_7f2a;

/// The layouts of everything that crosses.
const SHAPES: &[u64] = &[
    <microdriver::Result<crate::board::Found> as Wire>::SHAPE,
    <u32 as Wire>::SHAPE,
    <microdriver::Result<()> as Wire>::SHAPE,
    <microdriver::MacAddress as Wire>::SHAPE,
    <crate::labels::Label as Wire>::SHAPE,
    <microdriver::Result<microdriver::DrvInfo> as Wire>::SHAPE,
    <microdriver::Result<bool> as Wire>::SHAPE,
    <microdriver::Result<crate::board::limits::Limits> as Wire>::SHAPE,
    <[u8; crate::net::FIRST] as Wire>::SHAPE,
    <crate::board::Shared as Wire>::SHAPE,
    <crate::board::Notes as Wire>::SHAPE,
    <crate::board::Found as Wire>::SHAPE,
];

/// Both halves have the same, or they do not talk.
pub(crate) const FINGERPRINT: u64 = microdriver::split::fingerprint(PLAN, SHAPES);

/// Where each function is, and why: what administrators are shown.
pub(crate) const PLACEMENTS: &str = include_str!("placements.txt");

/// `Board::probe` runs in the user half.
pub(crate) const UP_PROBE: u16 = 0;

/// `Board::work` runs in the user half.
pub(crate) const UP_WORK: u16 = 1;

/// `Board::open` runs in the user half.
pub(crate) const UP_OPEN: u16 = 2;

/// `Board::stop` runs in the user half.
pub(crate) const UP_STOP: u16 = 3;

/// `Board::tx_timeout` runs in the user half.
pub(crate) const UP_TX_TIMEOUT: u16 = 4;

/// `Board::set_mac_address` runs in the user half.
pub(crate) const UP_SET_MAC_ADDRESS: u16 = 5;

/// `Board::decide` runs in the user half.
pub(crate) const UP_DECIDE: u16 = 6;

/// `Board::get_drvinfo` runs in the user half.
pub(crate) const UP_GET_DRVINFO: u16 = 7;

/// `Board::get_link` runs in the user half.
pub(crate) const UP_GET_LINK: u16 = 8;

/// `Board::limits` runs in the kernel half.
pub(crate) const DOWN_LIMITS: u16 = 0;

/// `Board::reset` runs in the kernel half.
pub(crate) const DOWN_RESET: u16 = 1;

/// `Board::first` runs in the kernel half.
pub(crate) const DOWN_FIRST: u16 = 2;
