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
///
/// Some devices have a second layout of their ports, in which every access is 32 bits wide. A
/// register may have a form in it (`or_wide`); which of the two is used is decided once for each
/// device (`Device::use_wide_registers`), and the register stays the same one to whoever names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub struct Register {
    /// Offset of the port that selects `index`; [`Register::DIRECT`] where there is none.
    pub select: u16,
    /// The index, for an indexed register.
    pub index: u16,
    /// Offset of the port that carries the value.
    pub port: u16,
    /// Width of the data port, and of the select port. In the wide layout too a register has no
    /// bits beyond it: they are written as 0, and what is read there is dropped.
    pub width: Width,
    /// `select` in the wide layout.
    wide_select: u16,
    /// `port` in the wide layout; [`NOT_WIDE`] where the register has no form of its own there.
    wide_port: u16,
}

/// See [`Register::wide_port`].
const NOT_WIDE: u16 = u16::MAX;

/// Where a register is, in one of the two layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Offset of the select port, or [`Register::DIRECT`].
    pub select: u16,
    /// Offset of the data port.
    pub port: u16,
    /// Width of the accesses.
    pub width: Width,
}

impl Place {
    /// Whether all ports lie within a region of `size` bytes.
    #[inline]
    pub const fn fits(&self, size: u16) -> bool {
        let end = self.port as u32 + self.width.bytes() as u32;
        let select_end = self.select as u32 + self.width.bytes() as u32;
        end <= size as u32 && (self.select == Register::DIRECT || select_end <= size as u32)
    }
}

impl Register {
    /// `select` of a register without index.
    pub const DIRECT: u16 = u16::MAX;

    /// A port at `offset`.
    #[inline]
    pub const fn port(offset: u16, width: Width) -> Self {
        Self::indexed(Self::DIRECT, offset, width, 0)
    }

    /// Register `index` behind the select port and the data port.
    #[inline]
    pub const fn indexed(select: u16, port: u16, width: Width, index: u16) -> Self {
        Self {
            select,
            index,
            port,
            width,
            wide_select: Self::DIRECT,
            wide_port: NOT_WIDE,
        }
    }

    /// The same indexed register, with its select port and data port in the wide layout.
    #[inline]
    pub const fn or_wide(self, select: u16, port: u16) -> Self {
        Self {
            wide_select: select,
            wide_port: port,
            ..self
        }
    }

    /// The same port, with its offset in the wide layout.
    #[inline]
    pub const fn or_wide_port(self, offset: u16) -> Self {
        self.or_wide(Self::DIRECT, offset)
    }

    /// Whether the register is elsewhere in the wide layout.
    #[inline]
    pub const fn has_wide_form(&self) -> bool {
        self.wide_port != NOT_WIDE
    }

    /// Where the register is in a layout.
    #[inline]
    pub const fn place(&self, wide: bool) -> Place {
        if wide && self.has_wide_form() {
            Place {
                select: self.wide_select,
                port: self.wide_port,
                width: Width::W32,
            }
        } else {
            Place {
                select: self.select,
                port: self.port,
                width: self.width,
            }
        }
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
/// for direct ports, an offset) from `first` to `last`. What no grant names, it may not touch. A
/// grant holds in both layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    first: Register,
    last: u16,
    /// The bits that may be changed.
    bits: u32,
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

    fn covers(&self, register: &Register) -> bool {
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

/// The device's I/O region, and which layout of its ports is in use.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// Its size in bytes.
    pub size: u16,
    /// Whether registers are accessed in their wide form.
    pub wide: bool,
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
    /// Checks one step against the grants, the region and what is left.
    pub fn check(
        &mut self,
        step: &Step,
        grants: &[Grant],
        region: Region,
    ) -> Result<(), Violation> {
        self.steps = self.steps.checked_sub(1).ok_or(Violation::TooLong)?;
        // The bits that may be changed, of a register that may be read.
        let granted = |register: &Register| {
            if !register.place(region.wide).fits(region.size) {
                return Err(Violation::OutOfRegion(*register));
            }
            grants
                .iter()
                .filter(|grant| grant.covers(register))
                .map(|grant| grant.bits)
                .reduce(|all, bits| all | bits)
                .ok_or(Violation::NotGranted(*register))
        };
        let may_read = |register: &Register| granted(register).map(drop);
        let may_change = |register: &Register, bits: u32| match granted(register)? {
            0 => Err(Violation::NotGranted(*register)),
            granted if bits & register.width.mask() & !granted != 0 => {
                Err(Violation::NotGranted(*register))
            }
            _ => Ok(()),
        };
        let (results, microseconds) = match *step {
            Step::Read(register) => {
                may_read(&register)?;
                (1, 0)
            }
            Step::ReadRange(register, count) => {
                for i in 0..count.min(MAX_RESULTS as u16) {
                    let register = register.nth(i).ok_or(Violation::OutOfRegion(register))?;
                    may_read(&register)?;
                }
                (usize::from(count), 0)
            }
            Step::Write(register, _) => {
                may_change(&register, u32::MAX)?;
                (0, 0)
            }
            Step::Modify(register, clear, set) => {
                may_change(&register, clear | set)?;
                (0, 0)
            }
            Step::Wait(register, _, _, microseconds) => {
                may_read(&register)?;
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
    /// The register `count` indices (or, for a direct port, that many widths) further on. In the wide
    /// layout ports lie 4 bytes apart.
    pub fn nth(&self, count: u16) -> Option<Self> {
        let mut register = *self;
        if self.select == Self::DIRECT {
            register.port = self
                .port
                .checked_add(count.checked_mul(self.width.bytes())?)?;
            if self.has_wide_form() {
                let distance = count.checked_mul(Width::W32.bytes())?;
                register.wide_port = self.wide_port.checked_add(distance)?;
            }
        } else {
            register.index = self.index.checked_add(count)?;
        }
        Some(register)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTROL: Register = Register::indexed(0x12, 0x10, Width::W16, 0).or_wide(0x14, 0x10);
    const NUMBER: Register = Register::indexed(0x12, 0x16, Width::W16, 0);
    const PORTS: Register = Register::port(0, Width::W16).or_wide_port(0);
    const GRANTS: &[Grant] = &[
        Grant::read(CONTROL, 88),
        Grant::write(CONTROL.at(5), 5),
        Grant::write_bits(CONTROL.at(7), 0x0003),
        Grant::write_bits(CONTROL.at(7), 0x8000),
        Grant::write_bits(NUMBER, 0xffff),
        Grant::read(PORTS, 14),
    ];
    const NARROW: Region = Region {
        size: 0x20,
        wide: false,
    };
    const WIDE: Region = Region {
        wide: true,
        ..NARROW
    };

    impl Register {
        const fn at(self, index: u16) -> Self {
            Self { index, ..self }
        }
    }

    fn check(step: Step) -> Result<(), Violation> {
        let narrow = Budget::default().check(&step, GRANTS, NARROW);
        // A grant holds in both layouts.
        assert_eq!(Budget::default().check(&step, GRANTS, WIDE), narrow);
        narrow
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
        let steps = (0..=MAX_STEPS).map(|_| budget.check(&Step::Read(CONTROL), GRANTS, NARROW));
        assert_eq!(steps.filter(Result::is_err).count(), 1);
    }

    #[test]
    fn outside_the_region() {
        let far = Register::port(0x1f, Width::W16);
        assert_eq!(check(Step::Read(far)), Err(Violation::OutOfRegion(far)));
        let small = Region { size: 0x16, ..WIDE };
        assert_eq!(
            Budget::default().check(&Step::Read(CONTROL), GRANTS, small),
            Err(Violation::OutOfRegion(CONTROL))
        );
    }

    #[test]
    fn single_bits() {
        let seven = CONTROL.nth(7).unwrap();
        let refused = Err(Violation::NotGranted(seven));
        assert_eq!(check(Step::Read(seven)), Ok(()));
        assert_eq!(check(Step::Modify(seven, 1, 2)), Ok(()));
        assert_eq!(check(Step::Modify(seven, 0x8000, 1)), Ok(()));
        assert_eq!(check(Step::Modify(seven, 4, 0)), refused);
        assert_eq!(check(Step::Modify(seven, 0, 0x4000)), refused);
        // Even one that leaves the others as they are: it cannot know how they are.
        assert_eq!(check(Step::Write(seven, 3)), refused);
        // There are no bits above.
        assert_eq!(check(Step::Modify(seven, 0xffff_0000, 1)), Ok(()));
        assert_eq!(check(Step::Write(NUMBER, u32::MAX)), Ok(()));
    }

    #[test]
    fn a_register_is_the_same_in_both_layouts() {
        let place = |register: Register, wide| {
            let Place {
                select,
                port,
                width,
            } = register.place(wide);
            (select, port, width)
        };
        let five = CONTROL.nth(5).unwrap();
        assert_eq!(place(five, false), (0x12, 0x10, Width::W16));
        assert_eq!(place(five, true), (0x14, 0x10, Width::W32));
        assert_eq!(place(NUMBER, true), place(NUMBER, false));
        let third = PORTS.nth(2).unwrap();
        assert_eq!(place(third, false), (Register::DIRECT, 4, Width::W16));
        assert_eq!(place(third, true), (Register::DIRECT, 8, Width::W32));
        assert_eq!(check(Step::Read(third)), Ok(()));
    }

    #[test]
    fn a_wide_form_of_ones_own_is_no_way_around_a_grant() {
        for forged in [
            Register::indexed(0x12, 0x10, Width::W16, 5),
            Register::indexed(0x12, 0x10, Width::W16, 5).or_wide(0x14, 0x1c),
            NUMBER.or_wide(0x14, 0x10),
            Register::port(0, Width::W16).or_wide_port(0x10),
            PORTS.nth(1).unwrap().or_wide_port(8),
            Register { port: 1, ..PORTS },
        ] {
            assert_eq!(
                check(Step::Read(forged)),
                Err(Violation::NotGranted(forged))
            );
        }
    }
}
