//! What a program of the user half is held against before its first step runs.

use super::{Grant, MAX_BUSY_MICROSECONDS, MAX_RESULTS, MAX_STEPS, Register, Step};

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
        // A grant by which a register may be read.
        let may_read = |register: &Register| {
            if !register.place(region.wide).fits(region.size) {
                return Err(Violation::OutOfRegion(*register));
            }
            let grant = grants.iter().find(|grant| grant.covers(register));
            grant.ok_or(Violation::NotGranted(*register))
        };
        let may_change = |register: &Register, bits: u32| {
            may_read(register)?;
            let covering = grants.iter().filter(|grant| grant.covers(register));
            let granted = covering.fold(0, |all, grant| all | grant.bits);
            if granted == 0 || bits & register.width.mask() & !granted != 0 {
                return Err(Violation::NotGranted(*register));
            }
            Ok(())
        };
        let (results, microseconds) = match *step {
            Step::Read(register) => {
                may_read(&register)?;
                (1, 0)
            }
            Step::ReadRange(first, count) => {
                let looked_at = count.min(MAX_RESULTS as u16);
                let mut i = 0;
                while i < looked_at {
                    let register = first.nth(i).ok_or(Violation::OutOfRegion(first))?;
                    let grant = may_read(&register)?;
                    // Of an indexed register the place is the same for all that the grant covers.
                    i = i.saturating_add(grant.run_from(&register));
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
            Step::Touch(register) => {
                may_read(&register)?;
                (0, 0)
            }
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

impl Budget {
    /// How many values are read by what was checked.
    pub fn values(&self) -> usize {
        MAX_RESULTS - self.results
    }
}

#[cfg(test)]
mod tests {
    use super::super::Width;
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
        assert_eq!(check(Step::Read(PORTS.nth(2).unwrap())), Ok(()));
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
