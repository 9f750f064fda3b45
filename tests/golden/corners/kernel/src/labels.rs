// Emitted by pcnet-partition from src/labels.rs. Do not edit.

//! A trait of the driver, and a type that is compared and written without being named.

use core::fmt;

use microdriver::Wire;

/// A name.
pub(crate) trait Named {
    /// The name.
    fn name(&self) -> &'static str;
}

/// What a number is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Wire)]
pub(crate) enum Label {
    /// Nothing.
    #[default]
    None,
    /// Odd.
    Odd,
    /// Even, with a number in it.
    Even {
        /// The half of it.
        half: u32,
    },
}

impl Named for Label {
    // from src/labels.rs:40
    fn name(&self) -> &'static str {
        match self {
            Label::None => "none",
            Label::Odd => "odd",
            Label::Even { .. } => "even",
        }
    }
}

impl fmt::Display for Label {
    // from src/labels.rs:50
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
