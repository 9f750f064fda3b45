//! What a test can learn of the chip without touching it.

use std::collections::VecDeque;
use std::fmt;

use crate::chip::Chip;
use crate::part::Part;

/// A register of the I/O window, or a descriptor, which the host writes for the chip too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Register {
    /// A control and status register.
    Csr(u8),
    /// A bus configuration register.
    Bcr(u8),
    /// The register address port.
    Rap,
    /// The reset register.
    Reset,
    /// A byte of the address PROM, or a longer piece from there on.
    Prom(u8),
    /// The descriptor at this address.
    Descriptor(u32),
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Register::Csr(index) => write!(f, "CSR{index}"),
            Register::Bcr(index) => write!(f, "BCR{index}"),
            Register::Rap => f.write_str("RAP"),
            Register::Reset => f.write_str("reset register"),
            Register::Descriptor(at) => write!(f, "descriptor at {at:#x}"),
            Register::Prom(offset) => write!(f, "address PROM at {offset}"),
        }
    }
}

/// A write of the host, in the order and at the time it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterWrite {
    /// Nanoseconds since power-up.
    pub at: u64,
    /// Where.
    pub register: Register,
    /// What; the lower half of a double word.
    pub value: u16,
}

/// Something the host did that the data sheet forbids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The chip.
    pub part: Part,
    /// Nanoseconds since power-up.
    pub at: u64,
    /// The register.
    pub register: Register,
    /// What was written; 0 for a read.
    pub value: u16,
    /// What the section says.
    pub rule: &'static str,
}

impl Violation {
    /// The section of the data sheet, as "Am79C970A, CSR1".
    #[must_use]
    pub fn section(&self) -> String {
        match self.register {
            Register::Descriptor(_) => format!("{:?}, RMD and TMD: BCNT", self.part),
            register => format!("{:?}, {register}", self.part),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:#06x} to {} at {} ns: {} ({})",
            self.value,
            self.register,
            self.at,
            self.rule,
            self.section()
        )
    }
}

/// What happened so far. Never reset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Resets by pin.
    pub hard_resets: u64,
    /// Resets by the reset register.
    pub soft_resets: u64,
    /// Initialization blocks read.
    pub initializations: u64,
    /// Frames handed to the wire.
    pub sent: u64,
    /// Frames that the host handed over and that never reached the wire, loopback aside.
    pub unsent: u64,
    /// Frames that went from the transmitter to the receiver.
    pub looped: u64,
    /// Frames stored for the host, damaged ones included.
    pub received: u64,
    /// Frames from the wire for another station.
    pub filtered: u64,
    /// Frames from the wire too short to be taken.
    pub runts: u64,
    /// Frames from the wire while the receiver was off, suspended or without link.
    pub unheard: u64,
    /// Frames for which there was no descriptor.
    pub missed: u64,
    /// Rising edges of the interrupt line, lost ones included.
    pub interrupts: u64,
    /// Aborted transfers of the bus master.
    pub aborts: u64,
}

/// What the chip remembers for tests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Records {
    pub(crate) counters: Counters,
    pub(crate) violations: Vec<Violation>,
    pub(crate) writes: VecDeque<RegisterWrite>,
    /// How many writes are kept; the oldest go first.
    pub(crate) kept_writes: usize,
}

/// More than a test would look at; a driver gone wild must not fill the memory.
const KEPT_VIOLATIONS: usize = 1000;

impl Chip {
    /// What happened so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.records.counters
    }

    /// What the host did that the data sheet forbids, oldest first; the first thousand.
    #[must_use]
    pub fn violations(&self) -> &[Violation] {
        &self.records.violations
    }

    /// Forgets the violations so far.
    pub fn forget_violations(&mut self) {
        self.records.violations.clear();
    }

    /// Keeps the last `limit` writes of the host from now on; 0 keeps none, as at the start.
    pub fn keep_writes(&mut self, limit: usize) {
        self.records.writes.clear();
        self.records.kept_writes = limit;
    }

    /// The writes kept, oldest first.
    pub fn writes(&self) -> impl Iterator<Item = &RegisterWrite> {
        self.records.writes.iter()
    }

    pub(crate) fn record_write(&mut self, register: Register, value: u16) {
        let records = &mut self.records;
        if records.kept_writes == 0 {
            return;
        }
        if records.writes.len() == records.kept_writes {
            records.writes.pop_front();
        }
        records.writes.push_back(RegisterWrite {
            at: self.now,
            register,
            value,
        });
    }

    pub(crate) fn record_violation(&mut self, register: Register, value: u16, rule: &'static str) {
        if self.records.violations.len() < KEPT_VIOLATIONS {
            let violation = Violation {
                part: self.part(),
                at: self.now,
                register,
                value,
                rule,
            };
            self.records.violations.push(violation);
        }
    }
}
