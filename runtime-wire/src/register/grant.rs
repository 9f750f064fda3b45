//! Grants: which registers the user half may read, and which of their bits it may change.

use super::Register;

/// What the user half may do to a run of registers: those with `first`'s ports and an index (or,
/// for direct ports, an offset) from `first` to `last`. What no grant names, it may not touch. A
/// grant holds in both layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    first: Register,
    last: u16,
    /// The bits that may be changed.
    pub(super) bits: u32,
}

impl Grant {
    /// Reading from `first` to index (or offset) `last`.
    pub const fn read(first: Register, last: u16) -> Self {
        Self {
            first,
            last,
            bits: 0,
        }
    }

    /// Reading and writing from `first` to index (or offset) `last`.
    pub const fn write(first: Register, last: u16) -> Self {
        Self {
            first,
            last,
            bits: u32::MAX,
        }
    }

    /// Reading `register`, and changing its bits under `mask`.
    ///
    /// Changing is a `modify` that clears and sets no other bits: the kernel reads the register,
    /// changes it and writes it under the register lock, so the others are written as they were. A
    /// `write` is refused, whatever its value: the user half cannot know what they are by then. Not
    /// for registers that do something when a bit is written as it was read. Grants of one register
    /// add up.
    pub const fn write_bits(register: Register, mask: u32) -> Self {
        let last = if register.select == Register::DIRECT {
            register.port
        } else {
            register.index
        };
        Self {
            first: register,
            last,
            bits: mask,
        }
    }

    /// How many registers from this one on it covers, which it covers: of direct ports, this one alone.
    pub(super) fn run_from(&self, register: &Register) -> u16 {
        match register.select {
            Register::DIRECT => 1,
            _ => self.last.saturating_sub(register.index).saturating_add(1),
        }
    }

    pub(super) fn covers(&self, register: &Register) -> bool {
        let first = &self.first;
        if first.select != register.select || first.width != register.width {
            return false;
        }
        if register.select != Register::DIRECT {
            let run = first.index..=self.last;
            return run.contains(&register.index)
                && first.port == register.port
                && first.wide_select == register.wide_select
                && first.wide_port == register.wide_port;
        }
        // The ports of a run lie at other distances in the wide layout.
        let number = register.port.checked_sub(first.port);
        let number = number.map(|bytes| bytes / first.width.bytes());
        register.port <= self.last
            && number.and_then(|number| first.nth(number)).as_ref() == Some(register)
    }
}
