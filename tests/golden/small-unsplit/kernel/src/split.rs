//! The numbers of the crossings, the same in both halves. Emitted by pcnet-partition.

/// What the plan says about crossings, as a hash.
const PLAN: u64 = 0xe0b1_79c6_e07c_46c5;

/// The layouts of everything that crosses.
const SHAPES: &[u64] = &[];

/// Both halves have the same, or they do not talk.
pub(crate) const FINGERPRINT: u64 = microdriver::split::fingerprint(PLAN, SHAPES);

/// Where each function is, and why: what administrators are shown.
pub(crate) const PLACEMENTS: &str = include_str!("placements.txt");
