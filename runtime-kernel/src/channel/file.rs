//! What the system calls of the user half reach.

use super::counters::Counters;
use super::incarnation::{Incarnation, open_all};
use super::riding::{Locks, carry, ride, settle};
use super::serve::serve;
use super::slot::{Reply, SlotIndex, SlotState};
use super::{Channel, Phase};
use crate::memory::Shared;
use crate::split::Refused;
use crate::wire::{Lower, Reader, Wire, Writer};
use crate::{Device, Error, Result, ffi};
use core::ffi::{c_long, c_uint, c_ulong, c_void};
use runtime_wire::protocol::{
    self, CONNECT, DOWNCALL, DOWNCALL_REPLY, DOWNCALL_REQUEST, HEADER_SIZE, Header, MESSAGE_SIZE,
    NEXT, REPLY, Service, Status, UPCALL_REPLY, ioctl_number,
};

/// `-EPROTO`: the other half was built from another plan.
const EPROTO: i32 = -71;
/// `-ERESTARTSYS`: a signal came; the system call starts again, or returns `EINTR`.
const ERESTARTSYS: i32 = -512;

/// Opens the device file. The result is an error pointer or one reference.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_file_open(channel: *mut c_void) -> *mut c_void {
    // SAFETY: the glue calls this while the device is bound.
    let opened = unsafe { Shared::<Channel>::clone_raw(channel) }
        .ok_or(Error::ENODEV)
        .and_then(Incarnation::new);
    match opened {
        Ok(incarnation) => incarnation.into_raw(),
        Err(error) => error.number() as isize as *mut c_void,
    }
}

/// The last reference of the user half's process to its file is gone.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_file_release(file: *mut c_void) {
    // SAFETY: what `md_rs_file_open` returned; the kernel calls this once, last.
    let Some(incarnation) = (unsafe { Shared::<Incarnation>::from_raw(file) }) else {
        return;
    };
    let channel = &incarnation.channel;
    channel.with_device(|_| {
        if incarnation.is_connected() {
            channel.end(&incarnation, "its process closed the device", false);
        }
    });
}

/// The memory that the user half maps.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_file_area(file: *mut c_void) -> *mut c_void {
    // SAFETY: an open file.
    match unsafe { Shared::<Incarnation>::borrow_raw(file) } {
        Some(incarnation) => incarnation.area().cast(),
        None => core::ptr::null_mut(),
    }
}

/// The requests of `runtime_wire::protocol`.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_file_ioctl(
    file: *mut c_void,
    command: c_uint,
    argument: c_ulong,
) -> c_long {
    // SAFETY: an open file, for the duration of the call.
    let Some(incarnation) = (unsafe { Shared::<Incarnation>::clone_raw(file) }) else {
        return -19;
    };
    const CONNECT_NUMBER: u32 = ioctl_number(CONNECT);
    const NEXT_NUMBER: u32 = ioctl_number(NEXT);
    const REPLY_NUMBER: u32 = ioctl_number(REPLY);
    const DOWNCALL_NUMBER: u32 = ioctl_number(DOWNCALL);
    let result = match command {
        CONNECT_NUMBER => connect(&incarnation, argument),
        NEXT_NUMBER => {
            slot_of(argument).and_then(|(slot, length)| next(&incarnation, slot, length))
        }
        REPLY_NUMBER => slot_of(argument)
            .and_then(|(slot, length)| reply(&incarnation, slot, length).map(|()| 0)),
        DOWNCALL_NUMBER => {
            slot_of(argument).and_then(|(slot, length)| downcall(&incarnation, slot, length))
        }
        _ => Err(-25), // ENOTTY
    };
    match result {
        Ok(length) => length as c_long,
        Err(error) => error.into(),
    }
}

fn slot_of(argument: c_ulong) -> Result<(SlotIndex, usize), i32> {
    let (number, length) = ((argument & 0xff) as usize, (argument >> 8) as usize);
    match SlotIndex::new(number) {
        Some(slot) if length <= MESSAGE_SIZE => Ok((slot, length)),
        _ => Err(Error::EINVAL.number()),
    }
}

fn connect(incarnation: &Shared<Incarnation>, fingerprint: u64) -> Result<usize, i32> {
    let channel = &incarnation.channel;
    let connected = channel.with_device(|device| {
        if fingerprint != channel.half.fingerprint {
            Counters::count(&channel.counters.refused);
            crate::dev_err!(
                device,
                "a user half with fingerprint {fingerprint:#018x} was refused: this module has {:#018x}; build both from one plan",
                channel.half.fingerprint
            );
            return Err(EPROTO);
        }
        let mut current = channel.current.lock();
        if current.incarnation.is_some() || incarnation.is_connected() {
            return Err(Error::EBUSY.number());
        }
        if current.phase != Phase::Absent {
            return Err(Error::ENODEV.number());
        }
        incarnation.set_connected();
        incarnation.set_process();
        current.incarnation = Some(incarnation.clone());
        current.phase = Phase::Connecting;
        current.count += 1;
        drop(current);
        Counters::count(&channel.counters.incarnations);
        // SAFETY: the device is alive here.
        unsafe { ffi::md_schedule_connect(device.raw()) };
        Ok(protocol::VERSION as usize)
    });
    connected.unwrap_or(Err(Error::ENODEV.number()))
}

/// Ends the incarnation for a message that a correct user half does not send.
fn refuse(incarnation: &Shared<Incarnation>, refused: Refused) -> i32 {
    let channel = &incarnation.channel;
    Counters::count(&channel.counters.refused);
    channel.with_device(|_| channel.end(incarnation, refused.reason(), true));
    Error::ESHUTDOWN.number()
}

/// Takes the reply to the slot's call, where it has one, and waits for the next call.
fn next(incarnation: &Shared<Incarnation>, index: SlotIndex, length: usize) -> Result<usize, i32> {
    let slot = incarnation.slot(index);
    reply(incarnation, index, length)?;
    // One that was posted while this thread polled, and that it did not see, is there already.
    while !slot.pick() {
        slot.request.wait_interruptible().map_err(|_| ERESTARTSYS)?;
        if !incarnation.is_alive() {
            return Err(Error::ESHUTDOWN.number());
        }
    }
    Ok(0)
}

/// Takes the reply to the slot's call, where it has one; the first time, makes the slot that thread's.
fn reply(incarnation: &Shared<Incarnation>, index: SlotIndex, length: usize) -> Result<(), i32> {
    let slot = incarnation.slot(index);
    if !incarnation.is_alive() {
        return Err(Error::ESHUTDOWN.number());
    }
    if !incarnation.is_connected() {
        return Err(Error::EINVAL.number());
    }
    match slot.state() {
        SlotState::Vacant if slot.occupy() => incarnation.signal_idle(),
        SlotState::Running | SlotState::Posted | SlotState::Serving if length > 0 => {
            let seen = slot.serve().ok_or(Error::EBUSY.number())?;
            if !seen && incoming_sequence(incarnation, index, length) != Some(slot.sequence()) {
                // A wait that a signal interrupted, with the reply that was taken before.
                slot.unserved();
                return Ok(());
            }
            let reply = take_reply(incarnation, index, length);
            if !incarnation.is_alive() {
                return Err(Error::ESHUTDOWN.number());
            }
            match reply {
                Ok(reply) if slot.replied(reply) => slot.reply.complete(),
                Ok(_) => incarnation.release(index),
                Err(refused) => {
                    slot.served();
                    return Err(refuse(incarnation, refused));
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// Copies a message from the user half.
fn incoming(incarnation: &Incarnation, index: SlotIndex, message: usize, length: usize) -> &[u8] {
    // SAFETY: the slot is `Serving`, and the caller made it so.
    let (incoming, _) = unsafe { incarnation.slot(index).buffers() };
    incarnation.copy_in(index, message, length, incoming);
    incoming.get(..length).unwrap_or(&[])
}

/// Which call a reply is for.
fn incoming_sequence(incarnation: &Incarnation, index: SlotIndex, length: usize) -> Option<u32> {
    let message = incoming(incarnation, index, UPCALL_REPLY, length);
    let header = Header::lift(&mut Reader::new(message)).ok()?;
    Some(header.sequence)
}

/// Takes the reply to the call of a slot that the caller made `Serving`, and what comes with it.
pub(super) fn take_reply(
    incarnation: &Shared<Incarnation>,
    index: SlotIndex,
    length: usize,
) -> Result<Reply, Refused> {
    let slot = incarnation.slot(index);
    let message = incoming(incarnation, index, UPCALL_REPLY, length);
    let (reply, riders) = check_reply(message, slot.sequence())?;
    if slot.holds() || !riders.is_empty() {
        finish(incarnation, index, riders)?;
    }
    Ok(reply)
}

/// Does what rides along with a reply, and takes the call's locks from it.
fn finish(
    incarnation: &Shared<Incarnation>,
    index: SlotIndex,
    riders: &[u8],
) -> Result<(), Refused> {
    let channel = &incarnation.channel;
    let done = channel.with_device_now(|device| match incarnation.take_locks(index) {
        Some(locks) => settle(channel, device, riders, locks),
        None => Ok(()),
    });
    // Where the device is going away, so is the incarnation.
    done.unwrap_or(Ok(()))
}

fn check_reply(message: &[u8], sequence: u32) -> Result<(Reply, &[u8]), Refused> {
    let (header, payload, riders) = parts_of(message)?;
    if header.sequence != sequence || header.number != 0 {
        return Err(Refused::Protocol("a reply to another call"));
    }
    let status =
        Status::from_code(header.code).ok_or(Refused::Protocol("a reply of no known status"))?;
    let reply = match status {
        Status::Done => Reply::Done(payload.len()),
        Status::Refused | Status::Panicked => Reply::Failed,
    };
    Ok((reply, riders))
}

/// Serves a downcall of the slot's running call; returns the reply's length.
fn downcall(
    incarnation: &Shared<Incarnation>,
    index: SlotIndex,
    length: usize,
) -> Result<usize, i32> {
    let slot = incarnation.slot(index);
    if !incarnation.is_alive() {
        return Err(Error::ESHUTDOWN.number());
    }
    slot.serve().ok_or(Error::EBUSY.number())?;
    Counters::count(&incarnation.channel.counters.downcalls);
    // SAFETY: the slot is `Serving`, and we made it so.
    let (incoming, outgoing) = unsafe { slot.buffers() };
    incarnation.copy_in(index, DOWNCALL_REQUEST, length, incoming);
    let request = request_of(incoming.get(..length).unwrap_or(&[]), slot.sequence());
    let served = request.and_then(|request| {
        let mut riders = request.riders;
        if request.service == Service::Sleep {
            // What rides along first: locks that others may have meanwhile. The gate is open while it sleeps.
            inside(incarnation, index, |device, locks| {
                ride(&incarnation.channel, device, riders, locks)
            })?;
            riders = &[];
            incarnation
                .over
                .sleep(u32::lift(&mut Reader::new(request.payload))?);
        }
        inside(incarnation, index, |device, locks| {
            ride(&incarnation.channel, device, riders, locks)?;
            answer(incarnation, index, device, &request, locks, outgoing)
        })
    });
    match served {
        Ok(Some(total)) => {
            slot.served();
            Ok(total)
        }
        Ok(None) => Err(Error::ESHUTDOWN.number()),
        Err(refused) => Err(refuse(incarnation, refused)),
    }
}

/// Runs `body` with the device and the locks of the slot's call in hand; `None` where that is over, and so
/// the incarnation.
fn inside<R>(
    incarnation: &Shared<Incarnation>,
    index: SlotIndex,
    body: impl FnOnce(&Device, &mut Locks) -> Result<R, Refused>,
) -> Result<Option<R>, Refused> {
    let channel = &incarnation.channel;
    let done = channel.with_device(|device| {
        let Some(mut locks) = incarnation.take_locks(index) else {
            return Ok(None);
        };
        let result = body(device, &mut locks);
        // Before the gate is left: the locks are part of the device's state.
        if !incarnation.give_locks(index, locks) {
            open_all(locks.held, &mut |lock| channel.open_lock(lock));
            return Ok(None);
        }
        result.map(Some)
    });
    done.unwrap_or(Ok(None))
}

/// Serves a request, and writes the reply, with what the call is given anew; returns the message's length.
fn answer(
    incarnation: &Shared<Incarnation>,
    index: SlotIndex,
    device: &Device,
    request: &Request<'_>,
    locks: &mut Locks,
    outgoing: &mut [u8; MESSAGE_SIZE],
) -> Result<usize, Refused> {
    let channel = &incarnation.channel;
    let (place, rest) = outgoing.split_at_mut(HEADER_SIZE);
    let reply = Writer::new(rest);
    let of = (request.service, request.number);
    let length = serve(channel, device, of, request.payload, reply, locks)?;
    if request.service == Service::RegistersAhead {
        let ahead = &incarnation.ahead;
        ahead.keep(index, request.number, request.payload);
    }
    let mut writer = Writer::new(rest);
    writer.skip(length)?;
    let number = incarnation.slot(index).number();
    carry(
        channel,
        device,
        channel.carried(number).anew(),
        locks,
        &mut writer,
    );
    let header = Header {
        sequence: request.sequence,
        code: Status::Done.code(),
        number: 0,
        // Both are bounded by the message.
        length: length as u16,
        riders: (writer.length() - length) as u16,
    };
    let total = HEADER_SIZE + writer.length();
    header.lower(&mut Writer::new(place))?;
    incarnation.copy_out(index, DOWNCALL_REPLY, outgoing.get(..total).unwrap_or(&[]));
    Ok(total)
}

/// A downcall.
struct Request<'a> {
    sequence: u32,
    service: Service,
    number: u16,
    payload: &'a [u8],
    riders: &'a [u8],
}

fn request_of(message: &[u8], sequence: u32) -> Result<Request<'_>, Refused> {
    let (header, payload, riders) = parts_of(message)?;
    if header.sequence != sequence {
        return Err(Refused::Protocol("a request of another call"));
    }
    Ok(Request {
        sequence,
        service: Service::from_code(header.code).ok_or(Refused::UnknownFunction)?,
        number: header.number,
        payload,
        riders,
    })
}

fn parts_of(message: &[u8]) -> Result<(Header, &[u8], &[u8]), Refused> {
    let header = Header::lift(&mut Reader::new(message))?;
    let refused = Refused::Protocol("a message whose length is not what its header says");
    let (payload, riders) = header.parts(message).ok_or(refused)?;
    Ok((header, payload, riders))
}
