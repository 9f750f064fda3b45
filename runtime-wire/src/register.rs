//! Registers, register programs and what the user half may do with them.
//!
//! A program is a list of steps that the kernel runs under the register lock in one go. An indexed
//! register (a select port and a data port) is one step, so two halves cannot interleave its parts.

use crate::wire::Wire;

/// Width of a register access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub enum Width {
    /// 8 bits.
    W8,
    /// 16 bits.
    W16,
    /// 32 bits.
    W32,
}

impl Width {
    /// Bytes that an access of this width covers.
    pub const fn bytes(self) -> u16 {
        match self {
            Width::W8 => 1,
            Width::W16 => 2,
            Width::W32 => 4,
        }
    }

    /// The bits of a value that a register of this width has.
    pub const fn mask(self) -> u32 {
        match self {
            Width::W8 => 0xff,
            Width::W16 => 0xffff,
            Width::W32 => u32::MAX,
        }
    }
}

/// A device register: an offset in the device's I/O region, or an index written to a select port
/// first. All offsets are in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub struct Register {
    /// Offset of the port that selects `index`; [`Register::DIRECT`] where there is none.
    pub select: u16,
    /// The index, for an indexed register.
    pub index: u16,
    /// Offset of the port that carries the value.
    pub port: u16,
    /// Width of the data port, and of the select port.
    pub width: Width,
}

impl Register {
    /// `select` of a register without index.
    pub const DIRECT: u16 = u16::MAX;

    /// A port at `offset`.
    pub const fn port(offset: u16, width: Width) -> Self {
        Self {
            select: Self::DIRECT,
            index: 0,
            port: offset,
            width,
        }
    }

    /// Register `index` behind the select port and the data port.
    pub const fn indexed(select: u16, port: u16, width: Width, index: u16) -> Self {
        Self {
            select,
            index,
            port,
            width,
        }
    }

    /// Whether all its ports lie within a region of `size` bytes.
    pub const fn fits(&self, size: u16) -> bool {
        let end = self.port as u32 + self.width.bytes() as u32;
        let select_end = self.select as u32 + self.width.bytes() as u32;
        end <= size as u32 && (self.select == Self::DIRECT || select_end <= size as u32)
    }
}

/// One step of a register program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub enum Step {
    /// Read; the value goes to the program's results.
    Read(Register),
    /// Read `count` registers with ascending index (or offset, by their width) to the results.
    ReadRange(Register, u16),
    /// Write a value.
    Write(Register, u32),
    /// Read, clear the bits of the first mask, set those of the second, write.
    Modify(Register, u32, u32),
    /// Read until the bits under the mask equal the value; fail after so many microseconds.
    Wait(Register, u32, u32, u32),
    /// Wait so many microseconds.
    Delay(u32),
}

/// Most steps of one program.
pub const MAX_STEPS: usize = 160;
/// Most values that one program reads.
pub const MAX_RESULTS: usize = 512;
/// Longest busy wait of one program, all its delays and waits together, in microseconds.
pub const MAX_BUSY_MICROSECONDS: u32 = 5_000;

/// What the user half may do to a run of registers: those with `first`'s ports and an index (or,
/// for direct ports, an offset) from `first` to `last`. What no grant names, it may not touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    first: Register,
    last: u16,
    write: bool,
    read: bool,
}

impl Grant {
    /// Reading from `first` to index (or offset) `last`.
    pub const fn read(first: Register, last: u16) -> Self {
        Self {
            first,
            last,
            write: false,
            read: true,
        }
    }

    /// Reading and writing from `first` to index (or offset) `last`.
    pub const fn write(first: Register, last: u16) -> Self {
        Self {
            first,
            last,
            write: true,
            read: true,
        }
    }

    const fn covers(&self, register: &Register) -> bool {
        let same_width = matches!(
            (self.first.width, register.width),
            (Width::W8, Width::W8) | (Width::W16, Width::W16) | (Width::W32, Width::W32)
        );
        if !same_width || self.first.select != register.select {
            return false;
        }
        if register.select == Register::DIRECT {
            register.index == 0 && self.first.port <= register.port && register.port <= self.last
        } else {
            self.first.port == register.port
                && self.first.index <= register.index
                && register.index <= self.last
        }
    }
}

/// Why the monitor refuses a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Violation {
    /// No grant covers this access.
    NotGranted(Register),
    /// Too many steps or results, or too long a busy wait.
    TooLong,
    /// A register outside the device's region.
    OutOfRegion(Register),
}

/// What remains of a program's budget; [`Budget::check`] every step before the first one runs.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    steps: usize,
    results: usize,
    microseconds: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            steps: MAX_STEPS,
            results: MAX_RESULTS,
            microseconds: MAX_BUSY_MICROSECONDS,
        }
    }
}

impl Budget {
    /// Checks one step against the grants, the region's size in bytes and what is left.
    pub fn check(&mut self, step: &Step, grants: &[Grant], size: u16) -> Result<(), Violation> {
        self.steps = self.steps.checked_sub(1).ok_or(Violation::TooLong)?;
        let permitted = |register: &Register, write: bool| {
            if !register.fits(size) {
                return Err(Violation::OutOfRegion(*register));
            }
            let granted = grants.iter().any(|grant| {
                grant.covers(register) && if write { grant.write } else { grant.read }
            });
            if granted {
                Ok(())
            } else {
                Err(Violation::NotGranted(*register))
            }
        };
        let (results, microseconds) = match *step {
            Step::Read(register) => {
                permitted(&register, false)?;
                (1, 0)
            }
            Step::ReadRange(register, count) => {
                for i in 0..count.min(MAX_RESULTS as u16) {
                    let register = register.nth(i).ok_or(Violation::OutOfRegion(register))?;
                    permitted(&register, false)?;
                }
                (usize::from(count), 0)
            }
            Step::Write(register, _) | Step::Modify(register, _, _) => {
                permitted(&register, true)?;
                (0, 0)
            }
            Step::Wait(register, _, _, microseconds) => {
                permitted(&register, false)?;
                (0, microseconds)
            }
            Step::Delay(microseconds) => (0, microseconds),
        };
        self.results = self
            .results
            .checked_sub(results)
            .ok_or(Violation::TooLong)?;
        self.microseconds = self
            .microseconds
            .checked_sub(microseconds)
            .ok_or(Violation::TooLong)?;
        Ok(())
    }
}

impl Register {
    /// The register `count` indices (or, for a direct port, that many widths) further on.
    pub fn nth(&self, count: u16) -> Option<Self> {
        let mut register = *self;
        if self.select == Self::DIRECT {
            register.port = self
                .port
                .checked_add(count.checked_mul(self.width.bytes())?)?;
        } else {
            register.index = self.index.checked_add(count)?;
        }
        Some(register)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTROL: Register = Register::indexed(0x12, 0x10, Width::W16, 0);
    const GRANTS: &[Grant] = &[
        Grant::read(CONTROL, 88),
        Grant::write(Register::indexed(0x12, 0x10, Width::W16, 5), 5),
        Grant::read(Register::port(0, Width::W16), 14),
    ];

    fn check(step: Step) -> Result<(), Violation> {
        Budget::default().check(&step, GRANTS, 0x20)
    }

    #[test]
    fn only_what_is_granted() {
        assert_eq!(check(Step::Read(CONTROL)), Ok(()));
        let five = CONTROL.nth(5).unwrap();
        assert_eq!(check(Step::Write(five, 1)), Ok(()));
        let one = CONTROL.nth(1).unwrap();
        assert_eq!(check(Step::Write(one, 1)), Err(Violation::NotGranted(one)));
        assert_eq!(
            check(Step::Modify(one, 0, 0)),
            Err(Violation::NotGranted(one))
        );
    }

    #[test]
    fn the_ports_behind_an_indexed_register_are_not_reachable_by_themselves() {
        for port in [
            Register::port(0x10, Width::W16),
            Register::port(0x12, Width::W16),
        ] {
            assert_eq!(
                check(Step::Write(port, 1)),
                Err(Violation::NotGranted(port))
            );
        }
        let wide = Register::port(0, Width::W32);
        assert_eq!(check(Step::Read(wide)), Err(Violation::NotGranted(wide)));
    }

    #[test]
    fn ranges_and_budgets_are_bounded() {
        assert_eq!(check(Step::ReadRange(CONTROL, 89)), Ok(()));
        assert!(check(Step::ReadRange(CONTROL, 90)).is_err());
        assert!(check(Step::ReadRange(CONTROL, u16::MAX)).is_err());
        assert_eq!(
            check(Step::Delay(MAX_BUSY_MICROSECONDS + 1)),
            Err(Violation::TooLong)
        );
        let mut budget = Budget::default();
        let steps = (0..=MAX_STEPS).map(|_| budget.check(&Step::Read(CONTROL), GRANTS, 0x20));
        assert_eq!(steps.filter(Result::is_err).count(), 1);
    }

    #[test]
    fn outside_the_region() {
        let far = Register::port(0x1f, Width::W16);
        assert_eq!(check(Step::Read(far)), Err(Violation::OutOfRegion(far)));
    }
}
