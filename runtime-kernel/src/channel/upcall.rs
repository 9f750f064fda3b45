//! Calls from the kernel half into the user half.

use super::counters::Counters;
use super::incarnation::{Incarnation, Reply, SlotState};
use super::{Channel, Phase, timeout_ms};
use crate::memory::Shared;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};
use crate::{Device, Error, Result, ffi};
use runtime_wire::protocol::{HEADER_SIZE, Header, UPCALL_REQUEST};

/// Calls function `number` of the user half and waits for its result, a `Result<R>`.
///
/// What happens to the user half meanwhile is an error of the call: `EHOSTDOWN` where none connects
/// in time, `EIO` where it ends, `ETIMEDOUT` where it misses the deadline, `EINTR` where the caller is killed.
pub(crate) fn upcall<A: Lower, R: Wire>(device: &Device, number: u16, arguments: &A) -> Result<R> {
    let channel = Channel::of(device).ok_or(Error::ENODEV)?;
    let incarnation = ready(channel)?;
    Counters::count(&channel.counters.upcalls);
    call(
        channel,
        &incarnation,
        number,
        |writer| arguments.lower(writer),
        Result::<R>::lift,
    )?
}

/// The connected incarnation, waiting for one at most as long as for a reply.
pub(super) fn ready(channel: &Channel) -> Result<Shared<Incarnation>> {
    // SAFETY: no condition.
    let mut jiffies = unsafe { ffi::md_milliseconds_to_jiffies(timeout_ms()) };
    loop {
        {
            let current = channel.current.lock();
            match current.phase {
                Phase::Closed => return Err(Error::ENODEV),
                Phase::Ready | Phase::Attaching => {
                    if let Some(incarnation) = &current.incarnation {
                        return Ok(incarnation.clone());
                    }
                }
                Phase::Absent | Phase::Connecting => {}
            }
        }
        jiffies = channel.ready.wait(jiffies).map_err(|error| {
            if error == Error::ETIMEDOUT {
                Error::EHOSTDOWN
            } else {
                error
            }
        })?;
    }
}

/// One upcall: lowers the request, waits, lifts the reply.
pub(super) fn call<R>(
    channel: &Channel,
    incarnation: &Shared<Incarnation>,
    number: u16,
    lower: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>,
    lift: impl FnOnce(&mut Reader<'_>) -> Result<R, WireError>,
) -> Result<R> {
    let timeout = timeout_ms();
    incarnation.wait_idle(timeout)?;
    let (index, sequence) = claim(incarnation)?;
    let slot = &incarnation.slots[index];
    slot.reply.reset();

    // SAFETY: the slot is `Calling`, and we are its caller.
    let (_, outgoing) = unsafe { slot.buffers() };
    let lowered = (|| {
        let (header, payload) = outgoing.split_at_mut(HEADER_SIZE);
        let mut payload = Writer::new(payload);
        lower(&mut payload)?;
        let length = payload.length();
        let header_value = Header {
            sequence,
            code: number,
            number: 0,
            length: length as u32,
        };
        header_value.lower(&mut Writer::new(header))?;
        Ok::<usize, WireError>(HEADER_SIZE + length)
    })();
    match lowered {
        Ok(length) => {
            incarnation.copy_out(index, UPCALL_REQUEST, outgoing.get(..length).unwrap_or(&[]))
        }
        Err(_) => {
            release(incarnation, index);
            return Err(Error::EOVERFLOW);
        }
    }
    slot.request.complete();

    // SAFETY: no condition.
    let jiffies = unsafe { ffi::md_milliseconds_to_jiffies(timeout) };
    let waited = slot.reply.wait(jiffies);
    let mut status = incarnation.status.lock();
    if !status.alive {
        return Err(Error::EIO);
    }
    let reply = match (status.slots[index].state, waited) {
        (SlotState::Replied(reply), _) => reply,
        (_, Err(Error::EINTR)) => {
            status.slots[index].abandoned = true;
            drop(status);
            // SAFETY: the caller keeps the device alive.
            unsafe { ffi::md_schedule_expire(channel.device, timeout) };
            return Err(Error::EINTR);
        }
        _ => {
            drop(status);
            Counters::count(&channel.counters.deadlines);
            channel.end(incarnation, "missed the deadline of a call", true);
            return Err(Error::ETIMEDOUT);
        }
    };
    drop(status);
    // SAFETY: the slot is `Replied`, and we are its caller.
    let (incoming, _) = unsafe { slot.buffers() };
    let result = match reply {
        Reply::Failed => Err(Error::EIO),
        Reply::Done(length) => {
            let payload = incoming
                .get(HEADER_SIZE..HEADER_SIZE + length)
                .unwrap_or(&[]);
            let mut reader = Reader::new(payload);
            lift(&mut reader)
                .and_then(|value| reader.finish().map(|()| value))
                .map_err(|_| Error::EBADMSG)
        }
    };
    release(incarnation, index);
    if let Err(Error::EBADMSG) = result {
        Counters::count(&channel.counters.refused);
        channel.end(incarnation, "a result that its type does not have", true);
        return Err(Error::EIO);
    }
    result
}

fn claim(incarnation: &Incarnation) -> Result<(usize, u32)> {
    let mut status = incarnation.status.lock();
    if !status.alive {
        drop(status);
        // The next waiter must see it too.
        incarnation.signal_idle();
        return Err(Error::EIO);
    }
    status.sequence = status.sequence.checked_add(1).unwrap_or(1);
    let sequence = status.sequence;
    for (index, slot) in status.slots.iter_mut().enumerate() {
        if slot.state == SlotState::Idle {
            slot.state = SlotState::Calling;
            slot.sequence = sequence;
            slot.abandoned = false;
            return Ok((index, sequence));
        }
    }
    Err(Error::EAGAIN)
}

fn release(incarnation: &Incarnation, index: usize) {
    incarnation.status.lock().slots[index].state = SlotState::Idle;
    incarnation.signal_idle();
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
