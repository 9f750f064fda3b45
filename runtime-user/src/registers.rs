//! The device's registers. A transaction is built here, and runs in the kernel in one crossing.

use crate::connection::request;
use crate::profile::asked;
use crate::riding::{self, Program};
use crate::wire::{Lower, Reader, Wire, WireError, Writer};
use crate::{Error, Register, Result};
use runtime_wire::protocol::Service;
use runtime_wire::register::{MAX_RESULTS, MAX_STEPS, Step};

/// Access to the registers of the device.
#[derive(Debug)]
pub struct Registers(());

impl Registers {
    /// The registers of the device that this process serves.
    #[doc(hidden)]
    pub fn remote() -> Self {
        Self(())
    }

    /// Starts a transaction.
    pub fn transaction(&self) -> Transaction<'_> {
        self.transaction_into(&mut [])
    }

    /// Starts a transaction whose [`Transaction::read_range`]s fill `into`, one after the other.
    pub fn transaction_into<'a>(&'a self, into: &'a mut [u32]) -> Transaction<'a> {
        Transaction {
            steps: Vec::new(),
            sources: Vec::new(),
            into,
        }
    }
}

/// Where a value that the program reads goes.
#[derive(Clone, Copy, Debug)]
enum Source {
    Token,
    Range(u16),
}

/// A register program under construction.
#[derive(Debug)]
pub struct Transaction<'a> {
    steps: Vec<Step>,
    sources: Vec<Source>,
    into: &'a mut [u32],
}

/// Where the value of a read will be found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Token(usize);

/// What a transaction read.
#[derive(Debug)]
pub struct Values(Vec<u32>);

impl Values {
    /// The value that `token` stands for.
    pub fn get(&self, token: Token) -> u32 {
        self.0.get(token.0).copied().unwrap_or(0)
    }

    /// The same, for a register of at most 16 bits.
    pub fn get16(&self, token: Token) -> u16 {
        self.get(token) as u16
    }
}

impl Transaction<'_> {
    /// Reads a register.
    pub fn read(&mut self, register: Register) -> Token {
        let token = self
            .sources
            .iter()
            .filter(|source| matches!(source, Source::Token))
            .count();
        self.steps.push(Step::Read(register));
        self.sources.push(Source::Token);
        Token(token)
    }

    /// Reads `count` registers with ascending index (or, for ports, offset) into the buffer that the
    /// transaction was started with; fails with `ENOSPC` where that is too short.
    pub fn read_range(&mut self, first: Register, count: u16) {
        self.steps.push(Step::ReadRange(first, count));
        self.sources.push(Source::Range(count));
    }

    /// Writes a register.
    pub fn write(&mut self, register: Register, value: u32) {
        self.steps.push(Step::Write(register, value));
    }

    /// Reads a register, clears the bits of `clear`, sets those of `set`, writes it.
    pub fn modify(&mut self, register: Register, clear: u32, set: u32) {
        self.steps.push(Step::Modify(register, clear, set));
    }

    /// Reads until the bits under `mask` equal `value`; after so many microseconds the transaction
    /// fails with `ETIMEDOUT` and does nothing more.
    pub fn wait(&mut self, register: Register, mask: u32, value: u32, microseconds: u32) {
        self.steps
            .push(Step::Wait(register, mask, value, microseconds));
    }

    /// Reads a register for what the reading does to the device: nobody waits for the value.
    pub fn touch(&mut self, register: Register) {
        self.steps.push(Step::Touch(register));
    }

    /// Waits.
    pub fn delay(&mut self, microseconds: u32) {
        self.steps.push(Step::Delay(microseconds));
    }

    /// Runs the program: in a crossing, if it has a result.
    pub fn run(self) -> Result<Values> {
        self.run_by(|lower, lift| {
            asked!(Run);
            request(Service::Registers, 0, lower, lift)
        })
    }

    /// The same, without a crossing where the function's last call did the same: the kernel half then runs the program
    /// before it calls, and what was read comes with the call. It counts for as long as the call has not accessed registers,
    /// and has not asked for anything; it is never older than the call. Reading must do no harm where the function
    /// then goes another way.
    pub fn run_ahead(self) -> Result<Values> {
        self.run_by(|lower, lift| match riding::program(lower) {
            Program::Ran(answer) => lift(&mut Reader::new(&answer))
                .expect("the kernel half was built from the same plan"),
            Program::Next(index) => request(Service::RegistersAhead, index, lower, lift),
            Program::TooMany => request(Service::Registers, 0, lower, lift),
        })
    }

    fn run_by(
        self,
        run: impl FnOnce(
            &dyn Fn(&mut Writer<'_>) -> std::result::Result<(), WireError>,
            &mut dyn FnMut(&mut Reader<'_>) -> std::result::Result<i32, WireError>,
        ) -> i32,
    ) -> Result<Values> {
        let Self {
            steps,
            sources,
            into,
        } = self;
        let results: usize = sources.iter().map(Source::count).sum();
        if steps.len() > MAX_STEPS || results > MAX_RESULTS {
            return Err(Error::EOVERFLOW);
        }
        let ranges: usize = sources
            .iter()
            .filter(|s| matches!(s, Source::Range(_)))
            .map(Source::count)
            .sum();
        if ranges > into.len() {
            return Err(Error::ENOSPC);
        }
        let lower = |writer: &mut Writer<'_>| lower_all(&steps, writer);
        let waits = |step: &Step| matches!(step, Step::Wait(..));
        if sources.is_empty() && !steps.iter().any(waits) {
            // Nothing in it can fail.
            riding::post(Service::Registers, 0, lower);
            return Ok(Values(Vec::new()));
        }
        let mut tokens = Vec::new();
        let mut lift = |reader: &mut Reader<'_>| {
            let mut into = into.iter_mut();
            for source in &sources {
                for _ in 0..source.count() {
                    let value = u32::lift(reader)?;
                    match source {
                        Source::Token => tokens.push(value),
                        Source::Range(_) => *into.next().ok_or(WireError::Length)? = value,
                    }
                }
            }
            i32::lift(reader)
        };
        let outcome = run(&lower, &mut lift);
        Error::check(outcome).map(|_| Values(tokens))
    }

    /// Ends the transaction for a caller that does not go on by its values or its outcome: where it failed (a wait
    /// in it, say), work item `otherwise` is scheduled. It needs no crossing of its own.
    pub fn run_or_schedule(self, otherwise: u32) {
        let read = |step: &Step| matches!(step, Step::Read(_) | Step::ReadRange(..));
        let Ok(work) = u16::try_from(otherwise) else {
            return;
        };
        if self.steps.len() > MAX_STEPS || self.steps.iter().any(read) {
            // What is too long fails, and values are waited for.
            if self.run().is_err() {
                riding::post(Service::ScheduleWork, work, |w| 0u32.lower(w));
            }
            return;
        }
        riding::post(Service::RegistersOrWork, work, |w| {
            lower_all(&self.steps, w)
        });
    }
}

fn lower_all(steps: &[Step], writer: &mut Writer<'_>) -> std::result::Result<(), WireError> {
    (steps.len() as u16).lower(writer)?;
    steps.iter().try_for_each(|step| step.lower(writer))
}

impl Source {
    fn count(&self) -> usize {
        match self {
            Source::Token => 1,
            Source::Range(count) => usize::from(*count),
        }
    }
}
