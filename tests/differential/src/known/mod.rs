//! The differences that are known: where the emulator's device does not do what the data sheet says, and the model does.
//!
//! Each is as narrow as it can be: one way in which the values of some registers differ, or one thing that sequences
//! leave out. Each has a sequence that shows it, so that one that is no more is noticed.
//!
//! Code map: `explained` (values that differ, with nothing else coming of it), `transmission` and `rest` (what is kept
//! out), `seen` (how both are applied), `examples` and `bits` (what the tables are written with).

mod bits;
mod examples;
mod explained;
mod rest;
mod seen;
mod transmission;

pub(crate) use bits::{BASES, COUNTERS, KEPT_OUT_OF_MODE};
pub use seen::Seen;
pub(crate) use seen::State;

use crate::difference::Register;
use crate::step::Step;

/// A known difference.
#[derive(Debug)]
pub struct Known {
    /// Its stable name.
    pub id: &'static str,
    /// The registers that it is about.
    pub registers: &'static [Register],
    /// How sequences go on in spite of it.
    pub(crate) handling: Handling,
    /// What the device does.
    pub device: &'static str,
    /// What the data sheet says, and where.
    pub data_sheet: &'static str,
    /// The shortest sequence that shows it.
    pub shown_by: fn() -> Vec<Step>,
}

/// How sequences go on in spite of a known difference.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Handling {
    /// Values differ, and nothing else comes of it: what the device would have without it, given what both have.
    Explained(fn(model: u32, device: u32) -> u32),
    /// More would come of it, so it is kept from happening: by what is generated, and by what [`Seen::written`] makes
    /// of writes.
    KeptOut,
}

/// All of them.
pub fn all() -> impl Iterator<Item = &'static Known> {
    [explained::TABLE, transmission::TABLE, rest::TABLE]
        .into_iter()
        .flatten()
}

impl Known {
    /// Whether sequences go on with the difference, or leave out what would bring it about.
    #[must_use]
    pub fn is_kept_out(&self) -> bool {
        matches!(self.handling, Handling::KeptOut)
    }

    /// Whether only what is generated keeps it out, so that its sequence shows it in any case.
    #[must_use]
    pub fn by_generation(&self) -> bool {
        ["unfinished-chain", "runts"].contains(&self.id)
    }
}
