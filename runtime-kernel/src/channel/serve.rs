//! Downcalls: what the user half asks of the kernel. Each request was copied once and is checked here
//! before anything happens; a request that a correct user half cannot make ends the incarnation.

use super::riding::Locks;
use super::{Channel, programs};
use crate::split::{Downcall, Refused};
use crate::wire::{Reader, Wire, Writer};
use crate::{Device, Text, log};
use runtime_wire::protocol::Service;
use runtime_wire::riding::MOST_PROGRAMS;

/// Longest wait for a lock, in milliseconds; the call's deadline ends a longer one.
const LOCK_MS: u32 = 10_000;
/// Work items of a device.
const WORKS: u16 = 4;

/// Runs one request, a service and which lock and so on; `locks` are those of the running call. Inside the
/// gate. Returns how long the reply is.
pub(super) fn serve(
    channel: &Channel,
    device: &Device,
    (service, number): (Service, u16),
    payload: &[u8],
    reply: Writer<'_>,
    locks: &mut Locks,
) -> Result<usize, Refused> {
    channel.counters.count_service(service, number);
    let mut call = Downcall {
        arguments: Reader::new(payload),
        reply,
    };
    let takes_number = matches!(
        service,
        Service::Call
            | Service::Lock
            | Service::Unlock
            | Service::AtomicLoad
            | Service::AtomicStore
            | Service::AtomicAdd
            | Service::ScheduleWork
            | Service::CancelWork
            | Service::RegistersOrWork
            | Service::RegistersAhead
    );
    if number != 0 && !takes_number {
        return Err(Refused::Protocol("a number where the service takes none"));
    }
    match service {
        Service::Call => {
            let state = attached(channel)?;
            // SAFETY: attached, and alive inside the gate.
            unsafe { (channel.half.downcall)(state, number, &mut call) }?;
        }
        Service::Lock | Service::Unlock => lock(channel, service, number, &mut call, locks)?,
        Service::AtomicLoad | Service::AtomicStore | Service::AtomicAdd => {
            let state = attached(channel)?;
            // SAFETY: attached, and alive inside the gate.
            let atomic =
                unsafe { (channel.half.atomic)(state, number) }.ok_or(Refused::UnknownFunction)?;
            let refused = Refused::Protocol("a value that the atomic does not have");
            let value = match service {
                Service::AtomicLoad => {
                    call.arguments::<()>()?;
                    atomic.load_remote()
                }
                Service::AtomicStore => {
                    let value = call.arguments::<u64>()?;
                    atomic.store_remote(value).ok_or(refused)?;
                    value
                }
                _ => {
                    let value = call.arguments::<u64>()?;
                    atomic.add_remote(value).ok_or(refused)?
                }
            };
            call.reply(&value)?;
        }
        Service::RegistersAhead if usize::from(number) >= MOST_PROGRAMS => {
            return Err(Refused::Protocol("too many programs that are run ahead"));
        }
        Service::Registers | Service::RegistersAhead => {
            programs::run(channel, device, payload, &mut call.reply)?;
        }
        Service::UseWideRegisters => {
            let wide = call.arguments::<bool>()?;
            // Afterwards the kernel half relies on it: what it writes must reach the chip.
            if !channel.state().is_null() {
                return Err(Refused::Protocol("a layout of registers after the probe"));
            }
            device.use_wide_registers(wide);
        }
        Service::Log => {
            let (level, text) = call.arguments::<(u8, Text<256>)>()?;
            if level > log::Level::Debug as u8 || text.as_str().chars().any(char::is_control) {
                return Err(Refused::Protocol(
                    "a log line with control characters, or of no level",
                ));
            }
            log::write_text(device, level, text.as_str());
        }
        Service::Parameter => {
            let name = call.arguments::<Text<32>>()?;
            call.reply(&device.parameter(name.as_str()))?;
        }
        Service::SetCarrier => {
            let on = call.arguments::<bool>()?;
            device.set_carrier(on);
        }
        Service::Carrier => {
            call.arguments::<()>()?;
            call.reply(&device.carrier())?;
        }
        Service::Running => {
            call.arguments::<()>()?;
            call.reply(&device.is_running())?;
        }
        Service::Mtu => {
            call.arguments::<()>()?;
            call.reply(&device.mtu())?;
        }
        Service::Address => {
            call.arguments::<()>()?;
            call.reply(&device.address())?;
        }
        Service::Attachment => {
            call.arguments::<()>()?;
            call.reply(&device.attachment())?;
        }
        Service::BusName => {
            call.arguments::<()>()?;
            call.reply(&device.bus_name())?;
        }
        Service::ScheduleWork | Service::CancelWork | Service::RegistersOrWork
            if number >= WORKS =>
        {
            return Err(Refused::Protocol("no such work item"));
        }
        Service::ScheduleWork => {
            // Work runs driver code, which needs the state.
            attached(channel)?;
            let milliseconds = call.arguments::<u32>()?;
            device.schedule_work(number.into(), milliseconds);
        }
        Service::RegistersOrWork => {
            attached(channel)?;
            let mut values = [0; 4];
            let outcome = programs::run(channel, device, payload, &mut Writer::new(&mut values))?;
            if outcome != 0 {
                device.schedule_work(number.into(), 0);
            }
        }
        Service::CancelWork => {
            call.arguments::<()>()?;
            device.cancel_work(number.into());
        }
        // Whoever serves the message has slept by now.
        Service::Sleep => {
            call.arguments::<u32>()?;
        }
        Service::Post => call.arguments::<()>()?,
    }
    Ok(call.reply.length())
}

fn attached(channel: &Channel) -> Result<*const core::ffi::c_void, Refused> {
    let state = channel.state();
    if state.is_null() {
        Err(Refused::NoState)
    } else {
        Ok(state)
    }
}

fn lock(
    channel: &Channel,
    service: Service,
    number: u16,
    call: &mut Downcall<'_>,
    locks: &mut Locks,
) -> Result<(), Refused> {
    let state = attached(channel)?;
    // SAFETY: attached, and alive inside the gate.
    let lock = unsafe { (channel.half.lock)(state, number) }.ok_or(Refused::UnknownFunction)?;
    let bit = 1u64
        .checked_shl(number.into())
        .ok_or(Refused::UnknownFunction)?;
    if service == Service::Lock {
        call.arguments::<()>()?;
        if locks.held & bit != 0 {
            return Err(Refused::Protocol("a lock that the call holds already"));
        }
        lock.acquire(LOCK_MS)
            .map_err(|_| Refused::Protocol("a lock that was not to be had in time"))?;
        locks.held |= bit;
        // SAFETY: held, since just now.
        unsafe { lock.lower(&mut call.reply) }?;
        return Ok(());
    }
    if locks.held & bit == 0 {
        return Err(Refused::Protocol("a lock that the call does not hold"));
    }
    let fields = u64::lift(&mut call.arguments)?;
    // All fields or none: an unknown or malformed one, or a tail, must not leave the first ones changed.
    // SAFETY: held.
    unsafe { lock.store(fields, &mut call.arguments) }?;
    locks.held &= !bit;
    locks.lent &= !bit;
    // SAFETY: held until here; the bit is gone.
    unsafe { lock.release() };
    Ok(())
}
