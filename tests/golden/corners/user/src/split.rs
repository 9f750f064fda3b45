//! The numbers of the crossings, the same in both halves. Emitted by pcnet-partition.

use microdriver::wire::Wire;

/// What the plan says about crossings, as a hash.
const PLAN: u64 = 0xa65b_b9ff_36ea_7f2a;

/// The layouts of everything that crosses.
const SHAPES: &[u64] = &[
    <[u8; crate::net::FIRST] as Wire>::SHAPE,
    <crate::board::Found as Wire>::SHAPE,
    <crate::board::Notes as Wire>::SHAPE,
    <crate::board::Shared as Wire>::SHAPE,
    <crate::labels::Label as Wire>::SHAPE,
    <microdriver::MacAddress as Wire>::SHAPE,
    <microdriver::Result<()> as Wire>::SHAPE,
    <microdriver::Result<bool> as Wire>::SHAPE,
    <microdriver::Result<crate::board::Found> as Wire>::SHAPE,
    <microdriver::Result<crate::board::limits::Limits> as Wire>::SHAPE,
    <microdriver::Result<microdriver::DrvInfo> as Wire>::SHAPE,
    <u32 as Wire>::SHAPE,
];

/// Both halves have the same, or they do not talk.
pub(crate) const FINGERPRINT: u64 = microdriver::split::fingerprint(PLAN, SHAPES);

/// `Board::probe` runs in the user half.
pub(crate) const UP_PROBE: u16 = 0;

/// `Board::work` runs in the user half.
pub(crate) const UP_WORK: u16 = UP_PROBE + 1;

/// `Board::open` runs in the user half.
pub(crate) const UP_OPEN: u16 = UP_WORK + 1;

/// `Board::stop` runs in the user half.
pub(crate) const UP_STOP: u16 = UP_OPEN + 1;

/// `Board::tx_timeout` runs in the user half.
pub(crate) const UP_TX_TIMEOUT: u16 = UP_STOP + 1;

/// `Board::set_mac_address` runs in the user half.
pub(crate) const UP_SET_MAC_ADDRESS: u16 = UP_TX_TIMEOUT + 1;

/// `Board::decide` runs in the user half.
pub(crate) const UP_DECIDE: u16 = UP_SET_MAC_ADDRESS + 1;

/// `Board::get_drvinfo` runs in the user half.
pub(crate) const UP_GET_DRVINFO: u16 = UP_DECIDE + 1;

/// `Board::get_link` runs in the user half.
pub(crate) const UP_GET_LINK: u16 = UP_GET_DRVINFO + 1;

/// `Board::limits` runs in the kernel half.
pub(crate) const DOWN_LIMITS: u16 = 0;

/// `Board::reset` runs in the kernel half.
pub(crate) const DOWN_RESET: u16 = DOWN_LIMITS + 1;

/// `Board::first` runs in the kernel half.
pub(crate) const DOWN_FIRST: u16 = DOWN_RESET + 1;

/// The lock `shared`.
pub(crate) const LOCK_SHARED: u16 = 0;

/// The lock `private`.
pub(crate) const LOCK_PRIVATE: u16 = LOCK_SHARED + 1;

/// The lock `notes`.
pub(crate) const LOCK_NOTES: u16 = LOCK_PRIVATE + 1;

/// The atomic `total`.
pub(crate) const ATOMIC_TOTAL: u16 = 0;
