//! The drivers that are compared.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A driver for the card.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ValueEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Variant {
    /// The C driver of the kernel's package.
    InTree,
    /// The Rust driver in one piece.
    Unsplit,
    /// The Rust driver in two halves.
    Split,
}

impl Variant {
    pub(crate) const ALL: [Self; 3] = [Self::InTree, Self::Unsplit, Self::Split];

    /// Its name, as the agent and the results know it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::InTree => "in-tree",
            Self::Unsplit => "unsplit",
            Self::Split => "split",
        }
    }

    /// Its name at the head of a column.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::InTree => "in-tree C",
            Self::Unsplit => "unsplit Rust",
            Self::Split => "split Rust",
        }
    }
}

impl std::fmt::Display for Variant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
