//! What the system calls of the user half reach.

use super::counters::Counters;
use super::incarnation::{Incarnation, Reply, SlotIndex, SlotState, open_all};
use super::serve::serve;
use super::{Channel, Phase};
use crate::memory::Shared;
use crate::split::Refused;
use crate::wire::{Lower, Reader, Wire, Writer};
use crate::{Error, Result, ffi};
use core::ffi::{c_long, c_uint, c_ulong, c_void};
use runtime_wire::protocol::{
    self, CONNECT, DOWNCALL, DOWNCALL_REPLY, DOWNCALL_REQUEST, HEADER_SIZE, Header, MESSAGE_SIZE,
    NEXT, Status, UPCALL_REPLY, ioctl_number,
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
        let connected = incarnation.status.lock().connected;
        if connected {
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
    const DOWNCALL_NUMBER: u32 = ioctl_number(DOWNCALL);
    let result = match command {
        CONNECT_NUMBER => connect(&incarnation, argument),
        NEXT_NUMBER => {
            slot_of(argument).and_then(|(slot, length)| next(&incarnation, slot, length))
        }
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
        if current.incarnation.is_some() || incarnation.status.lock().connected {
            return Err(Error::EBUSY.number());
        }
        if current.phase != Phase::Absent {
            return Err(Error::ENODEV.number());
        }
        incarnation.status.lock().connected = true;
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
    let mut sequence = 0;
    let replies = {
        let mut status = incarnation.status.lock();
        if !status.alive {
            return Err(Error::ESHUTDOWN.number());
        }
        if !status.connected {
            return Err(Error::EINVAL.number());
        }
        let status = status.slot(index);
        match status.state {
            SlotState::Vacant => {
                status.state = SlotState::Idle;
                incarnation.signal_idle();
                false
            }
            SlotState::Running if length > 0 => {
                status.state = SlotState::Serving;
                sequence = status.sequence;
                true
            }
            SlotState::Running => false,
            SlotState::Serving => return Err(Error::EBUSY.number()),
            // A wait that a signal interrupted starts again; its reply was taken before.
            SlotState::Idle | SlotState::Calling | SlotState::Replied(_) => false,
        }
    };
    if replies {
        // SAFETY: the slot is `Serving`, and we made it so.
        let (incoming, _) = unsafe { slot.buffers() };
        incarnation.copy_in(index, UPCALL_REPLY, length, incoming);
        let reply = check_reply(incoming.get(..length).unwrap_or(&[]), sequence);
        let mut status = incarnation.status.lock();
        let alive = status.alive;
        let slot_status = status.slot(index);
        slot_status.state = SlotState::Running;
        if !alive {
            let held = core::mem::take(&mut slot_status.held);
            drop(status);
            let channel = &incarnation.channel;
            channel.with_device(|_| open_all(held, &mut |lock| channel.open_lock(lock)));
            return Err(Error::ESHUTDOWN.number());
        }
        let reply = match reply {
            Ok(reply) if slot_status.held == 0 => reply,
            Ok(_) => {
                drop(status);
                return Err(refuse(
                    incarnation,
                    Refused::Protocol("a reply while holding a lock"),
                ));
            }
            Err(refused) => {
                drop(status);
                return Err(refuse(incarnation, refused));
            }
        };
        if core::mem::take(&mut slot_status.abandoned) {
            slot_status.state = SlotState::Idle;
            incarnation.signal_idle();
        } else {
            slot_status.state = SlotState::Replied(reply);
            slot.reply.complete();
        }
    }
    loop {
        slot.request.wait_interruptible().map_err(|_| ERESTARTSYS)?;
        let mut status = incarnation.status.lock();
        if !status.alive {
            return Err(Error::ESHUTDOWN.number());
        }
        if status.slot(index).state == SlotState::Calling {
            status.slot(index).state = SlotState::Running;
            return Ok(0);
        }
    }
}

fn check_reply(message: &[u8], sequence: u32) -> Result<Reply, Refused> {
    let mut reader = Reader::new(message);
    let header = Header::lift(&mut reader)?;
    if header.sequence != sequence || header.number != 0 {
        return Err(Refused::Protocol("a reply to another call"));
    }
    let status =
        Status::from_code(header.code).ok_or(Refused::Protocol("a reply of no known status"))?;
    let length = message.len() - HEADER_SIZE;
    if header.length as usize != length {
        return Err(Refused::Protocol(
            "a reply whose length is not what its header says",
        ));
    }
    Ok(match status {
        Status::Done => Reply::Done(length),
        Status::Refused | Status::Panicked => Reply::Failed,
    })
}

/// Serves a downcall of the slot's running call; returns the reply's length.
fn downcall(
    incarnation: &Shared<Incarnation>,
    index: SlotIndex,
    length: usize,
) -> Result<usize, i32> {
    let slot = incarnation.slot(index);
    let channel = &incarnation.channel;
    let (sequence, mut held) = {
        let mut status = incarnation.status.lock();
        if !status.alive {
            return Err(Error::ESHUTDOWN.number());
        }
        let status = status.slot(index);
        if status.state != SlotState::Running {
            return Err(Error::EBUSY.number());
        }
        status.state = SlotState::Serving;
        (status.sequence, core::mem::take(&mut status.held))
    };
    Counters::count(&channel.counters.downcalls);
    // SAFETY: the slot is `Serving`, and we made it so.
    let (incoming, outgoing) = unsafe { slot.buffers() };
    incarnation.copy_in(index, DOWNCALL_REQUEST, length, incoming);
    let request = incoming.get(..length).unwrap_or(&[]);
    let served = channel.with_device(|device| {
        let result = request_of(request, sequence).and_then(|(header, payload)| {
            let reply = Writer::new(outgoing.get_mut(HEADER_SIZE..).unwrap_or(&mut []));
            let length = serve(channel, device, header, payload, reply, &mut held)?;
            let header = Header {
                sequence,
                code: Status::Done.code(),
                number: 0,
                length: length as u32,
            };
            header.lower(&mut Writer::new(outgoing))?;
            incarnation.copy_out(
                index,
                DOWNCALL_REPLY,
                outgoing.get(..HEADER_SIZE + length).unwrap_or(&[]),
            );
            Ok(HEADER_SIZE + length)
        });
        // Before the gate is left: the locks are part of the device's state.
        let mut status = incarnation.status.lock();
        status.slot(index).state = SlotState::Running;
        if status.alive {
            status.slot(index).held = held;
        } else {
            drop(status);
            open_all(held, &mut |lock| channel.open_lock(lock));
        }
        result
    });
    match served {
        None => Err(Error::ESHUTDOWN.number()),
        Some(Err(refused)) => Err(refuse(incarnation, refused)),
        Some(Ok(total)) => Ok(total),
    }
}

fn request_of(message: &[u8], sequence: u32) -> Result<(Header, &[u8]), Refused> {
    let mut reader = Reader::new(message);
    let header = Header::lift(&mut reader)?;
    if header.sequence != sequence {
        return Err(Refused::Protocol("a request of another call"));
    }
    let payload = message.get(HEADER_SIZE..).unwrap_or(&[]);
    if header.length as usize != payload.len() {
        return Err(Refused::Protocol(
            "a request whose length is not what its header says",
        ));
    }
    Ok((header, payload))
}
