//! Upcalls that a caller in atomic context leaves to a worker. For each function the last call
//! counts: a deferrable root sets something, it does not add to it.

use super::counters::Counters;
use super::{Channel, upcall};
use crate::memory::Shared;
use crate::wire::{Lower, Writer};
use crate::{Device, Error, Result, Slots, dev_err, ffi};
use core::ffi::c_void;

/// Room for the arguments of one deferred call.
const ARGUMENTS: usize = 512;
/// Functions that may wait at the same time.
const CALLS: u32 = 4;

#[derive(Clone, Copy)]
struct Call {
    number: u16,
    length: u16,
    /// Counts the calls, so that a retry does not overwrite a newer one.
    serial: u32,
    arguments: [u8; ARGUMENTS],
}

/// Calls that wait.
pub(super) struct Deferred {
    calls: Slots<Call>,
    serial: u32,
}

impl Deferred {
    pub(super) fn new() -> Result<Self> {
        Ok(Self {
            calls: Slots::new(CALLS)?,
            serial: 0,
        })
    }

    fn put(&mut self, call: Call, replace: bool) -> bool {
        let same = (0..CALLS).find(|&i| {
            self.calls
                .get(i)
                .is_some_and(|old| old.number == call.number)
        });
        match same.or_else(|| (0..CALLS).find(|&i| self.calls.get(i).is_none())) {
            Some(_) if same.is_some() && !replace => true,
            Some(place) => {
                self.calls.put(place, call);
                true
            }
            None => false,
        }
    }

    fn take(&mut self) -> Option<Call> {
        (0..CALLS).find_map(|i| self.calls.take(i))
    }
}

/// Has function `number` called with these arguments, soon.
pub(crate) fn defer<A: Lower>(device: &Device, number: u16, arguments: &A) {
    let Some(channel) = Channel::of(device) else {
        return;
    };
    let mut call = Call {
        number,
        length: 0,
        serial: 0,
        arguments: [0; ARGUMENTS],
    };
    let mut writer = Writer::new(&mut call.arguments);
    let lowered = arguments.lower(&mut writer);
    call.length = writer.length() as u16;
    let queued = lowered.is_ok() && {
        let mut deferred = channel.deferred.lock();
        deferred.serial = deferred.serial.wrapping_add(1);
        call.serial = deferred.serial;
        deferred.put(call, true)
    };
    if !queued {
        dev_err!(
            device,
            "{} cannot be deferred: no room",
            upcall::name(channel, number)
        );
        return;
    }
    Counters::count(&channel.counters.deferred);
    // SAFETY: the device lives.
    unsafe { ffi::md_schedule_deferred(device.raw()) }
}

/// Another incarnation is there: what waits may run now.
pub(super) fn retry(channel: &Channel) {
    // SAFETY: called by the device's own work.
    unsafe { ffi::md_schedule_deferred(channel.device) }
}

/// Runs what waits. What fails for want of a user half stays for the next one.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_channel_deferred(md: *mut ffi::RawDevice) {
    // SAFETY: the glue cancels this work before the device goes.
    let head: *mut c_void = unsafe { (*md).channel };
    // SAFETY: as above.
    let Some(channel) = (unsafe { Shared::<Channel>::borrow_raw(head) }) else {
        return;
    };
    loop {
        let Some(call) = channel.deferred.lock().take() else {
            return;
        };
        let arguments = call
            .arguments
            .get(..usize::from(call.length))
            .unwrap_or(&[]);
        let result = upcall::ready(channel).and_then(|incarnation| {
            channel.counters.count_upcall(call.number);
            upcall::call(
                channel,
                &incarnation,
                call.number,
                None,
                |w| w.bytes(arguments),
                |_| Ok(()),
            )
        });
        match result {
            Ok(()) | Err(Error::ENODEV | Error::EOVERFLOW) => {}
            Err(_) => {
                channel.deferred.lock().put(call, false);
                return;
            }
        }
    }
}
