//! Register programs of the user half: every step is held against the policy before the first one runs.
//!
//! Some are run ahead. Where a function of the user half said so, what it ran at a call is kept with the call's
//! arguments; the next call with the same arguments runs it first, and takes along what it read. They
//! belong to the incarnation whose they are, and are checked again each time.

use super::Channel;
use super::counters::Counters;
use super::incarnation::Incarnation;
use super::memo::LARGEST_KEY;
use super::slot::SlotIndex;
use crate::memory::{Copied, Shared};
use crate::registers::Registers;
use crate::split::Refused;
use crate::sync::SpinLock;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};
use crate::{Device, Error};
use runtime_wire::protocol::SLOTS;
use runtime_wire::register::{Budget, Step};
use runtime_wire::riding::{Item, Kind, MOST_PROGRAMS};

/// Programs of one incarnation that are kept; a newer one takes the place of the oldest.
const ENTRIES: usize = 16;

/// Runs a program. Writes what it read and, last, 0 or a negative error number, which it also returns. Where it is
/// refused, or there is no room for all that, nothing has been done.
pub(super) fn run(
    channel: &Channel,
    device: &Device,
    program: &[u8],
    reply: &mut Writer<'_>,
) -> Result<i32, Refused> {
    let registers = Registers::of(device);
    let mut steps = Reader::new(program);
    let count = u16::lift(&mut steps)?;
    let mut budget = Budget::default();
    let region = registers.region();
    let mut checked = steps.clone();
    for _ in 0..count {
        let step = Step::lift(&mut checked)?;
        budget
            .check(&step, channel.half.grants, region)
            .map_err(|_| Refused::Policy)?;
    }
    checked.finish()?;
    let start = reply.length();
    reply.skip(budget.values() * u32::MAX_SIZE + i32::MAX_SIZE)?;
    reply.cut(start);

    let mut transaction = registers.transaction();
    for _ in 0..count {
        match Step::lift(&mut steps)? {
            Step::Read(register) => transaction.read_now(register).lower(reply)?,
            Step::ReadRange(first, length) => {
                let mut lowered = Ok(());
                transaction.read_each(first, length, |value| {
                    lowered = lowered.and_then(|()| value.lower(reply));
                });
                lowered?;
            }
            Step::Write(register, value) => transaction.write(register, value),
            Step::Modify(register, clear, set) => transaction.modify(register, clear, set),
            Step::Wait(register, mask, value, microseconds) => {
                transaction.wait(register, mask, value, microseconds);
            }
            Step::Delay(microseconds) => transaction.delay(microseconds),
            Step::Touch(register) => transaction.touch(register),
        }
    }
    // Whoever counts what the driver asks for does not count this: it is asked for elsewhere.
    let outcome = transaction.run_ahead().map_or_else(Error::number, |_| 0);
    outcome.lower(reply)?;
    Ok(outcome)
}

/// What a call asks: a function, and its arguments.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Question {
    number: u16,
    length: usize,
    arguments: [u8; LARGEST_KEY],
}

impl Question {
    /// `None` where the arguments are too many to look for.
    fn new(number: u16, arguments: &[u8]) -> Option<Self> {
        let mut kept = [0; LARGEST_KEY];
        let length = arguments.len();
        kept.get_mut(..length)?.copy_from_slice(arguments);
        Some(Self {
            number,
            length,
            arguments: kept,
        })
    }
}

/// A program that is run ahead of calls.
struct Kept {
    question: Question,
    /// Which one of the call's.
    index: u16,
    program: Copied,
}

/// The programs that an incarnation wants run ahead.
pub(super) struct Ahead(SpinLock<Table>);

struct Table {
    /// What each slot's call asks, if programs may be kept for it.
    asked: [Option<Question>; SLOTS],
    kept: [Option<Shared<Kept>>; ENTRIES],
    next: usize,
}

impl Ahead {
    pub(super) fn new() -> Self {
        Self(SpinLock::new(Table {
            asked: [None; SLOTS],
            kept: [const { None }; ENTRIES],
            next: 0,
        }))
    }

    /// Takes note of what a slot's call asks; returns the programs that are kept for it.
    fn ask(
        &self,
        slot: SlotIndex,
        question: Option<Question>,
    ) -> [Option<Shared<Kept>>; MOST_PROGRAMS] {
        let mut found = [const { None }; MOST_PROGRAMS];
        let mut table = self.0.lock();
        table.asked[slot.number()] = question;
        if let Some(question) = question {
            for kept in table.kept.iter().flatten() {
                if kept.question == question
                    && let Some(place) = found.get_mut(usize::from(kept.index))
                {
                    *place = Some(kept.clone());
                }
            }
        }
        found
    }

    /// Keeps program `index` of a slot's call, if there is memory for it. May sleep.
    pub(super) fn keep(&self, slot: SlotIndex, index: u16, program: &[u8]) {
        let Some(question) = self.0.lock().asked[slot.number()] else {
            return;
        };
        let Ok(program) = Copied::of(program) else {
            return;
        };
        let Ok(kept) = Shared::new(Kept {
            question,
            index,
            program,
        }) else {
            return;
        };
        let mut table = self.0.lock();
        let same = |place: &Option<Shared<Kept>>| {
            let kept = place.as_ref();
            kept.is_some_and(|kept| kept.question == question && kept.index == index)
        };
        let place = match table.kept.iter().position(same) {
            Some(place) => place,
            None => {
                let next = table.next % ENTRIES;
                table.next = next + 1;
                next
            }
        };
        let forgotten = match table.kept.get_mut(place) {
            Some(place) => place.replace(kept),
            None => None,
        };
        // Freed with interrupts on.
        drop(table);
        drop(forgotten);
    }
}

/// Runs the programs that are kept for a call of function `number`, with the arguments that `writer` has so far, and
/// appends what they read. The caller has the locks that the call is lent, and keeps the device alive.
pub(super) fn run_ahead(
    channel: &Channel,
    device: &Device,
    incarnation: &Incarnation,
    (slot, number, arguments): (SlotIndex, u16, usize),
    writer: &mut Writer<'_>,
) {
    let arguments = writer.written().get(..arguments);
    let question = arguments.and_then(|arguments| Question::new(number, arguments));
    let found = incarnation.ahead.ask(slot, question);
    for kept in found.iter().flatten() {
        let program: &[u8] = &kept.program;
        let lower = |writer: &mut Writer<'_>| {
            (program.len() as u16).lower(writer)?;
            writer.bytes(program)?;
            // It was granted when it was kept. What there is no room for is asked for.
            run(channel, device, program, writer).map_err(|_| WireError::Length)?;
            Ok(())
        };
        if Item::lower(Kind::Program, kept.index, writer, lower).is_ok() {
            Counters::count(&channel.counters.ahead);
        }
    }
}
