//! What rides along with the current thread's messages, so that it needs no crossing of its own.
//!
//! From the kernel comes what a call is known to need: locks that it lends, with what they protect; atomics;
//! what there is to know about the device. It is as old as the last message of the kernel, so no older than
//! anything else that the call has seen. To the kernel go requests whose answer nobody waits for: with
//! the next message, whatever that is, and before it.

use crate::connection::request;
use crate::wire::{Lower, Reader, State, Wire, WireError, Writer};
use runtime_wire::protocol::{HEADER_SIZE, MESSAGE_SIZE, Service};
use runtime_wire::riding::{Interface, Item, Kind, MOST_PROGRAMS, Parameter, Place, Rider};
use std::cell::{Cell, RefCell};
use std::ops::Range;

/// The most bytes that ride along in one message.
const MOST: usize = MESSAGE_SIZE - HEADER_SIZE;

/// Bytes that are kept for the time of a call, in memory that is taken once.
#[derive(Debug, Default)]
struct Kept {
    room: Vec<u8>,
    used: usize,
}

impl Kept {
    fn clear(&mut self) {
        self.used = 0;
    }

    fn all(&self) -> &[u8] {
        self.room.get(..self.used).unwrap_or(&[])
    }

    fn get(&self, range: &Range<usize>) -> &[u8] {
        self.room.get(range.clone()).unwrap_or(&[])
    }

    /// Appends what `write` writes, at most a message, all of it or nothing; returns where it is. What is kept
    /// stays below `most` bytes.
    fn append(
        &mut self,
        most: usize,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>,
    ) -> Result<Range<usize>, WireError> {
        let end = most.min(self.used + MOST);
        if self.room.len() < end {
            // Twice as much: it does not come to this often.
            self.room.resize(end * 2, 0);
        }
        let room = self.room.get_mut(self.used..end).ok_or(WireError::Length)?;
        let mut writer = Writer::new(room);
        write(&mut writer)?;
        let start = self.used;
        self.used += writer.length();
        Ok(start..self.used)
    }
}

/// A lock that the kernel lent: this half has it until it gives it back, whether it takes it or not.
#[derive(Debug)]
struct Lent {
    number: u16,
    /// What the kernel has behind it, in `bytes`.
    value: Range<usize>,
    /// What it was changed to since: all of it, and what the kernel has to be told (a mask, those fields).
    changed: Option<(Range<usize>, Range<usize>)>,
    taken: bool,
}

#[derive(Debug, Default)]
struct Riding {
    bytes: Kept,
    lent: Vec<Lent>,
    atomics: Vec<(u16, u64)>,
    interface: Option<Interface>,
    place: Option<Place>,
    parameters: Vec<Parameter>,
    /// Register programs that were run ahead of the call, and the answers to them; and how many the call wanted so far.
    programs: Vec<(u16, Range<usize>)>,
    wanted: u16,
    posted: Kept,
}

/// What becomes of a register program that may be run ahead.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// It was: the answer to it.
    Ran(Vec<u8>),
    /// It is not known: it is the call's program of this number.
    Next(u16),
    /// The call wants more than can be run ahead.
    TooMany,
}

thread_local! {
    static RIDING: RefCell<Riding> = RefCell::default();
    /// Whether all of that is empty, as it is for most calls: then it need not be looked at.
    static QUIET: Cell<bool> = const { Cell::new(true) };
}

fn with<R>(body: impl FnOnce(&mut Riding) -> R) -> R {
    RIDING.with_borrow_mut(body)
}

/// Another call begins, with what came with it: what rode along with the last one counts no more.
#[inline(always)]
pub(crate) fn begin(riders: &[u8]) -> Result<(), WireError> {
    if QUIET.replace(riders.is_empty()) && riders.is_empty() {
        return Ok(());
    }
    begin_with(riders)
}

#[cold]
fn begin_with(riders: &[u8]) -> Result<(), WireError> {
    with(|riding| {
        riding.bytes.clear();
        riding.lent.clear();
        riding.atomics.clear();
        riding.interface = None;
        riding.place = None;
        riding.parameters.clear();
        riding.programs.clear();
        riding.wanted = 0;
        riding.posted.clear();
        riding.take_all(riders)
    })
}

/// Takes what came with an answer.
pub(crate) fn receive(riders: &[u8]) -> Result<(), WireError> {
    match riders {
        [] => Ok(()),
        _ => {
            QUIET.set(false);
            with(|riding| riding.take_all(riders))
        }
    }
}

/// Appends what rides along with the message that goes next; `last` where it ends the call. Nothing, where
/// there is no room for all of it.
#[inline(always)]
pub(crate) fn send(writer: &mut Writer<'_>, last: bool) -> Result<(), WireError> {
    if QUIET.get() {
        return Ok(());
    }
    send_with(writer, last)
}

#[cold]
fn send_with(writer: &mut Writer<'_>, last: bool) -> Result<(), WireError> {
    with(|riding| {
        if last {
            riding.give_back(|lent| lent.changed.is_some())?;
        }
        writer.bytes(riding.posted.all())?;
        riding.posted.clear();
        Ok(())
    })
}

/// Makes a request whose answer nobody waits for.
pub(crate) fn post(
    service: Service,
    number: u16,
    lower: impl Fn(&mut Writer<'_>) -> Result<(), WireError>,
) {
    QUIET.set(false);
    if matches!(service, Service::Registers | Service::RegistersOrWork) {
        forget_programs();
    }
    if with(|riding| riding.post(service, number, &lower)).is_err() {
        flush();
        with(|riding| riding.post(service, number, &lower))
            .expect("a request is bounded by its types");
    }
}

/// Has everything done that was posted.
pub(crate) fn flush() {
    request(Service::Post, 0, |_| Ok(()), |_| Ok(()));
}

/// Gives back every lock that is lent and not taken: the message that goes next may wait for one.
pub(crate) fn give_back() {
    if QUIET.get() {
        return;
    }
    if with(|riding| riding.give_back(|_| true)).is_err() {
        flush();
        with(|riding| riding.give_back(|_| true)).expect("there is room for each state");
    }
}

/// Takes a lock that is lent: what the kernel has behind it, and what is behind it now.
pub(crate) fn lock<T: State>(number: u16) -> Option<(T, T)> {
    with(|riding| {
        let Riding { bytes, lent, .. } = riding;
        let lent = lent
            .iter_mut()
            .find(|lent| lent.number == number && !lent.taken)?;
        lent.taken = true;
        let lift = |range: &Range<usize>| {
            T::lift(&mut Reader::new(bytes.get(range)))
                .expect("the kernel half was built from the same plan")
        };
        let value = lift(&lent.value);
        let now = match &lent.changed {
            Some((now, _)) => lift(now),
            None => value.clone(),
        };
        Some((value, now))
    })
}

/// Opens a lock that [`lock`] took, which stays lent; `value` is behind it now, `fields` of it are not what
/// the kernel has. `false` where it did not.
pub(crate) fn unlock<T: State>(number: u16, value: &T, fields: u64) -> bool {
    with(|riding| {
        let Riding { bytes, lent, .. } = riding;
        let Some(lent) = lent
            .iter_mut()
            .find(|lent| lent.number == number && lent.taken)
        else {
            return false;
        };
        lent.taken = false;
        lent.changed = (fields != 0).then(|| {
            let told = |writer: &mut Writer<'_>| {
                fields.lower(writer)?;
                value.lower_fields(fields, writer)
            };
            let now = bytes.append(usize::MAX, |writer| value.lower(writer));
            let told = bytes.append(usize::MAX, told);
            now.and_then(|now| Ok((now, told?)))
                .expect("state is bounded by its types")
        });
        true
    })
}

/// Opens such a lock, and leaves behind it what was there when it was taken.
pub(crate) fn unlock_unchanged(number: u16) -> bool {
    with(|riding| {
        let taken = riding.lent.iter_mut().find(|lent| lent.number == number);
        taken.is_some_and(|lent| std::mem::take(&mut lent.taken))
    })
}

/// The next register program of the call that may be run ahead. What was read ahead is as good as what would be read
/// now, unless the call has done something since: see [`forget_programs`].
pub(crate) fn program(lower: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>) -> Program {
    QUIET.set(false);
    with(|riding| {
        let index = riding.wanted;
        if usize::from(index) >= MOST_PROGRAMS {
            return Program::TooMany;
        }
        riding.wanted += 1;
        let Riding {
            bytes, programs, ..
        } = riding;
        let Some((_, answered)) = programs.iter().find(|(of, _)| *of == index) else {
            return Program::Next(index);
        };
        let answered = answered.clone();
        let same = |writer: &mut Writer<'_>| {
            let start = writer.length();
            writer.skip(2)?;
            lower(writer)?;
            let length = writer.length() - start - 2;
            writer.at(start, 2, |writer| (length as u16).lower(writer))
        };
        let program = bytes
            .append(usize::MAX, same)
            .expect("a program is bounded by its steps");
        match bytes.get(&answered).strip_prefix(bytes.get(&program)) {
            Some(answer) => Program::Ran(answer.to_vec()),
            None => Program::Next(index),
        }
    })
}

/// The call does something, after which registers may read otherwise: what was read ahead counts no more.
pub(crate) fn forget_programs() {
    if !QUIET.get() {
        with(|riding| riding.programs.clear());
    }
}

/// The value of an atomic, if it came with the call.
pub(crate) fn atomic(number: u16) -> Option<u64> {
    with(|riding| {
        let found = riding.atomics.iter().find(|(of, _)| *of == number);
        found.map(|(_, value)| *value)
    })
}

/// What this half itself has changed.
pub(crate) fn change_atomic(number: u16, change: impl FnOnce(u64) -> u64) {
    with(|riding| {
        let found = riding.atomics.iter_mut().find(|(of, _)| *of == number);
        if let Some((_, value)) = found {
            *value = change(*value);
        }
    });
}

/// What is known of the interface, if it came with the call.
pub(crate) fn interface() -> Option<Interface> {
    with(|riding| riding.interface)
}

/// What this half itself has changed.
pub(crate) fn change_carrier(on: bool) {
    with(|riding| {
        if let Some(interface) = &mut riding.interface {
            interface.carrier = on;
        }
    });
}

/// Where the device is, if it came with the call.
pub(crate) fn place() -> Option<Place> {
    with(|riding| riding.place)
}

/// A module parameter's value, if it came with the call.
pub(crate) fn parameter(name: &str) -> Option<i32> {
    with(|riding| {
        let mut known = riding.parameters.iter();
        let found = known.find(|parameter| parameter.name.as_str() == name);
        found.map(|parameter| parameter.value)
    })
}

impl Riding {
    fn take_all(&mut self, riders: &[u8]) -> Result<(), WireError> {
        let mut reader = Reader::new(riders);
        while reader.finish().is_err() {
            self.take(Item::lift(&mut reader)?)?;
        }
        Ok(())
    }

    fn take(&mut self, item: Item<'_>) -> Result<(), WireError> {
        let mut reader = Reader::new(item.bytes);
        match item.kind {
            Kind::Lock => {
                let value = self.bytes.append(usize::MAX, |w| w.bytes(item.bytes))?;
                self.lent.push(Lent {
                    number: item.number,
                    value,
                    changed: None,
                    taken: false,
                });
                return Ok(());
            }
            Kind::Atomic => {
                let value = u64::lift(&mut reader)?;
                self.atomics.retain(|(number, _)| *number != item.number);
                self.atomics.push((item.number, value));
            }
            Kind::Interface => self.interface = Some(Wire::lift(&mut reader)?),
            Kind::Place => self.place = Some(Wire::lift(&mut reader)?),
            Kind::Parameter => self.parameters.push(Wire::lift(&mut reader)?),
            Kind::Program => {
                let bytes = self.bytes.append(usize::MAX, |w| w.bytes(item.bytes))?;
                self.programs.push((item.number, bytes));
                return Ok(());
            }
        }
        reader.finish()
    }

    fn post(
        &mut self,
        service: Service,
        number: u16,
        lower: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>,
    ) -> Result<(), WireError> {
        let rider = |writer: &mut Writer<'_>| Rider::lower(service.code(), number, writer, lower);
        self.posted.append(MOST, rider).map(drop)
    }

    /// Gives back those locks that are not taken and for which `which` says so: all, or as many as there
    /// is room for.
    fn give_back(&mut self, which: impl Fn(&Lent) -> bool) -> Result<(), WireError> {
        while let Some(index) = self.lent.iter().position(|lent| !lent.taken && which(lent)) {
            let lent = self.lent.get(index).ok_or(WireError::Length)?;
            let number = lent.number;
            let Self { bytes, posted, .. } = self;
            let told = match &lent.changed {
                Some((_, told)) => bytes.get(told),
                None => &[0; 8],
            };
            posted.append(MOST, |writer| {
                Rider::lower(Service::Unlock.code(), number, writer, |w| w.bytes(told))
            })?;
            self.lent.swap_remove(index);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
