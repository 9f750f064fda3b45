//! Calls from the kernel half into the user half.

use super::counters::Counters;
use super::incarnation::{Claim, Incarnation, open_all};
use super::memo::{self, LARGEST_KEY, Question};
use super::programs::run_ahead;
use super::riding::{Locks, carry};
use super::slot::{Reply, SlotState};
use super::{Channel, Phase, now, polling, timeout_ms};
use crate::memory::Shared;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};
use crate::{Device, Error, Result, ffi};
use runtime_wire::protocol::{HEADER_SIZE, Header, UPCALL_DEBUG, UPCALL_REQUEST};
use runtime_wire::riding::Carried;

/// Calls function `number` of the user half and waits for its result, a `Result<R>`.
///
/// What happens to the user half meanwhile is an error of the call: `EHOSTDOWN` where none connects
/// in time, `EIO` where it ends, `ETIMEDOUT` where it misses the deadline, `EINTR` where the caller is killed.
pub(crate) fn upcall<A: Lower, R: Wire>(device: &Device, number: u16, arguments: &A) -> Result<R> {
    let channel = Channel::of(device).ok_or(Error::ENODEV)?;
    let incarnation = ready(channel)?;
    channel.counters.count_upcall(number);
    call(
        channel,
        &incarnation,
        number,
        None,
        |writer| arguments.lower(writer),
        Result::<R>::lift,
    )?
}

/// The same for a function whose result depends on nothing but its arguments, and on what is behind the locks
/// that come with its calls: an incarnation that was asked already is not asked again until that changes.
pub(crate) fn upcall_once<A: Lower, R: Wire>(
    device: &Device,
    number: u16,
    arguments: &A,
) -> Result<R> {
    let channel = Channel::of(device).ok_or(Error::ENODEV)?;
    let incarnation = ready(channel)?;
    let mut buffer = [0; LARGEST_KEY];
    let question = memo::key(arguments, &mut buffer).map(|arguments| Question {
        number,
        // Before it is asked: what changes meanwhile makes the reply one to an older question.
        versions: channel.versions(number),
        arguments,
    });
    if let Some(question) = &question
        && let Ok(known) = incarnation.memo.answer(question)
    {
        return known;
    }
    channel.counters.count_upcall(number);
    call(
        channel,
        &incarnation,
        number,
        question,
        |writer| arguments.lower(writer),
        Result::<R>::lift,
    )?
}

/// The connected incarnation. Waits for one at most as long as for a reply; and, where none is
/// connected, until that long after the last one ended: a launcher has started the next by then, or
/// there is none, and then nobody need wait.
pub(super) fn ready(channel: &Channel) -> Result<Shared<Incarnation>> {
    let timeout = u64::from(timeout_ms());
    let deadline = now().saturating_add(timeout);
    loop {
        let until = {
            let current = channel.current.lock();
            match (current.phase, &current.incarnation) {
                (Phase::Closed, _) => return Err(Error::ENODEV),
                (Phase::Ready | Phase::Attaching, Some(incarnation)) => {
                    return Ok(incarnation.clone());
                }
                (Phase::Absent, _) => deadline.min(current.absent_since.saturating_add(timeout)),
                _ => deadline,
            }
        };
        let left = until.saturating_sub(now());
        if left == 0 {
            return Err(Error::EHOSTDOWN);
        }
        // SAFETY: no condition.
        let jiffies = unsafe { ffi::md_milliseconds_to_jiffies(left as u32) };
        match channel.ready.wait(jiffies) {
            // One may be connecting by now, which has the time until the deadline.
            Ok(_) | Err(Error::ETIMEDOUT) => {}
            Err(error) => return Err(error),
        }
    }
}

/// One upcall: lowers the request, waits, lifts the reply; remembers it, if it answers a question that may
/// come again.
///
/// What does not depend on the types is in functions of its own, so that each stub stays small.
pub(super) fn call<R>(
    channel: &Channel,
    incarnation: &Shared<Incarnation>,
    number: u16,
    question: Option<Question<'_>>,
    lower: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>,
    lift: impl FnOnce(&mut Reader<'_>) -> Result<R, WireError>,
) -> Result<R> {
    let deadline = now().saturating_add(timeout_ms().into());
    let claim = incarnation.claim(number, deadline)?;
    // SAFETY: the slot is `Calling`, and we are its caller.
    let (_, outgoing) = unsafe { incarnation.slot(claim.slot).buffers() };
    let (header, payload) = outgoing.split_at_mut(HEADER_SIZE);
    let mut payload = Writer::new(payload);
    let length = match lower(&mut payload) {
        Ok(()) => payload.length(),
        Err(_) => {
            incarnation.release(claim.slot);
            return Err(Error::EOVERFLOW);
        }
    };
    give(channel, incarnation, &claim, number, &mut payload)?;
    let whole = payload.length();
    write_header(channel, header, &claim, number, (length, whole - length));
    incarnation.copy_out(
        claim.slot,
        UPCALL_REQUEST,
        outgoing.get(..HEADER_SIZE + whole).unwrap_or(&[]),
    );
    let watched = channel.watch(claim.deadline);
    let reply = exchange(channel, incarnation, &claim);
    let result = reply.map(|reply| {
        let result = take(incarnation, &claim, reply, question, lift);
        incarnation.release(claim.slot);
        result
    });
    if watched {
        channel.unwatch(incarnation);
    }
    result?.unwrap_or_else(|_| {
        Counters::count(&channel.counters.refused);
        channel.end(incarnation, "a result that its type does not have", true);
        Err(Error::EIO)
    })
}

/// What the reply says; remembered, if it answers a question that may come again.
fn take<R>(
    incarnation: &Incarnation,
    claim: &Claim,
    reply: Reply,
    question: Option<Question<'_>>,
    lift: impl FnOnce(&mut Reader<'_>) -> Result<R, WireError>,
) -> Result<Result<R>, WireError> {
    // SAFETY: the reply is there, and we are its caller.
    let (incoming, _) = unsafe { incarnation.slot(claim.slot).buffers() };
    match reply {
        Reply::Failed => Ok(Err(Error::EIO)),
        Reply::Done(length) => {
            let payload = incoming
                .get(HEADER_SIZE..HEADER_SIZE + length)
                .unwrap_or(&[]);
            let mut reader = Reader::new(payload);
            let lifted = lift(&mut reader).and_then(|value| reader.finish().map(|()| Ok(value)));
            if let (Some(question), Ok(_)) = (&question, &lifted) {
                incarnation.memo.remember(question, payload);
            }
            lifted
        }
    }
}

/// Appends what the call is given, and makes the locks that it is lent the call's.
fn give(
    channel: &Channel,
    incarnation: &Incarnation,
    claim: &Claim,
    number: u16,
    writer: &mut Writer<'_>,
) -> Result<()> {
    let carried = channel.carried(number);
    if carried.is_none() {
        return Ok(());
    }
    let arguments = writer.length();
    // SAFETY: the caller keeps the device alive.
    let Some(device) = (unsafe { Device::from_raw(channel.device) }) else {
        return Err(Error::ENODEV);
    };
    let mut locks = Locks::default();
    carry(channel, &device, carried, &mut locks, writer);
    if carried.about & Carried::PROGRAMS != 0 {
        let call = (claim.slot, number, arguments);
        run_ahead(channel, &device, incarnation, call, writer);
    }
    if locks.held == 0 || incarnation.give_locks(claim.slot, locks) {
        return Ok(());
    }
    open_all(locks.held, &mut |lock| channel.open_lock(lock));
    Err(Error::EIO)
}

fn write_header(
    channel: &Channel,
    to: &mut [u8],
    claim: &Claim,
    number: u16,
    (length, riders): (usize, usize),
) {
    // SAFETY: the caller keeps the device alive.
    let debug = unsafe { ffi::md_debug_enabled(channel.device) };
    let header = Header {
        sequence: claim.sequence,
        code: number,
        number: if debug { UPCALL_DEBUG } else { 0 },
        // Both are bounded by the message.
        length: length as u16,
        riders: riders as u16,
    };
    let written = header.lower(&mut Writer::new(to));
    debug_assert!(written.is_ok());
}

/// Hands the request over and waits for the reply, or until the incarnation is over: its deadlines are watched.
fn exchange(channel: &Channel, incarnation: &Shared<Incarnation>, claim: &Claim) -> Result<Reply> {
    let slot = incarnation.slot(claim.slot);
    slot.post();
    let bell = incarnation.bell(claim.slot);
    if !bell.may_poll() {
        slot.request.complete();
    } else if let Some(reply) = polling::exchange(channel, incarnation, claim, &bell)? {
        return Ok(reply);
    }
    loop {
        let waited = slot.reply.wait_killable();
        if !incarnation.is_alive() {
            return Err(match slot.missed() {
                true => Error::ETIMEDOUT,
                false => Error::EIO,
            });
        }
        if let SlotState::Replied(reply) = slot.state() {
            return Ok(reply);
        }
        if waited.is_err() {
            // Its deadline is watched on.
            return slot.abandon().ok_or(Error::EINTR);
        }
        // That was for a call before this one, whose caller was killed as the reply came.
    }
}

/// The name of a function of the user half, for messages.
pub(super) fn name(channel: &Channel, number: u16) -> &'static str {
    channel
        .half
        .upcalls
        .get(usize::from(number))
        .copied()
        .unwrap_or("state")
}
