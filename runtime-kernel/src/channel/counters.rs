//! What is counted about the crossings, and the sysfs files that show it.

use super::{Channel, Half};
use crate::memory::{Counts, Shared};
use crate::{Result, Text};
use core::ffi::c_void;
use core::fmt::{self, Write};
use core::sync::atomic::{AtomicU64, Ordering};
use runtime_wire::protocol::Service;

/// Events since the device was probed.
#[derive(Debug)]
pub(crate) struct Counters {
    pub(crate) upcalls: AtomicU64,
    /// Those among them whose caller found the reply itself: see `polling`.
    pub(crate) polled: AtomicU64,
    pub(crate) downcalls: AtomicU64,
    /// Requests that rode along with other messages.
    pub(crate) posted: AtomicU64,
    /// Register programs that were run ahead of calls.
    pub(crate) ahead: AtomicU64,
    pub(crate) deferred: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) deadlines: AtomicU64,
    pub(crate) incarnations: AtomicU64,
    /// Upcalls, downcalls and services by their numbers.
    by_upcall: Counts,
    by_downcall: Counts,
    by_service: Counts,
}

impl Counters {
    pub(super) fn new(half: &Half) -> Result<Self> {
        let none = || AtomicU64::new(0);
        Ok(Self {
            upcalls: none(),
            polled: none(),
            downcalls: none(),
            posted: none(),
            ahead: none(),
            deferred: none(),
            refused: none(),
            deadlines: none(),
            incarnations: none(),
            by_upcall: Counts::new(half.upcalls.len())?,
            by_downcall: Counts::new(half.downcalls.len())?,
            by_service: Counts::new(Service::ALL.len())?,
        })
    }

    pub(crate) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// A call of a function of the user half.
    pub(super) fn count_upcall(&self, number: u16) {
        Self::count(&self.upcalls);
        self.by_upcall.get(number.into()).map(Self::count);
    }

    /// A request of the user half, before it is served.
    pub(super) fn count_service(&self, service: Service, number: u16) {
        self.by_service
            .get(usize::from(service.code()))
            .map(Self::count);
        if service == Service::Call {
            self.by_downcall.get(number.into()).map(Self::count);
        }
    }

    fn totals(&self) -> [(&'static str, &AtomicU64); 9] {
        [
            ("upcalls", &self.upcalls),
            ("polled", &self.polled),
            ("downcalls", &self.downcalls),
            ("posted", &self.posted),
            ("ahead", &self.ahead),
            ("deferred", &self.deferred),
            ("refused", &self.refused),
            ("deadlines", &self.deadlines),
            ("incarnations", &self.incarnations),
        ]
    }

    /// The totals, and how often each function and each service was called.
    pub(super) fn write(&self, half: &Half, to: &mut impl Write) -> fmt::Result {
        for (name, counter) in self.totals() {
            writeln!(to, "{name} {}", counter.load(Ordering::Relaxed))?;
        }
        let mut each = |kind: &str, name: &str, counter: Option<&AtomicU64>| {
            let count = counter.map_or(0, |counter| counter.load(Ordering::Relaxed));
            writeln!(to, "{kind} {name} {count}")
        };
        for (number, name) in half.upcalls.iter().enumerate() {
            each("upcall", name, self.by_upcall.get(number))?;
        }
        for (number, name) in half.downcalls.iter().enumerate() {
            each("downcall", name, self.by_downcall.get(number))?;
        }
        for (service, name) in Service::ALL {
            let counter = self.by_service.get(usize::from(service.code()));
            each("service", name, counter)?;
        }
        Ok(())
    }
}

/// The ABI fingerprint, for the sysfs file of that name.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_channel_fingerprint(channel: *mut c_void) -> u64 {
    // SAFETY: the glue calls this while the device's files exist, so the channel does.
    unsafe { Shared::<Channel>::borrow_raw(channel) }.map_or(0, |channel| channel.half.fingerprint)
}

/// Fills the sysfs file.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_channel_counters(
    channel: *mut c_void,
    page: *mut u8,
    size: usize,
) -> isize {
    // SAFETY: the glue calls this while the device's files exist, so the channel does.
    let Some(channel) = (unsafe { Shared::<Channel>::borrow_raw(channel) }) else {
        return 0;
    };
    let mut text = Text::<512>::default();
    for (name, counter) in channel.counters.totals() {
        // 512 bytes hold every line.
        let _ = writeln!(text, "{name} {}", counter.load(Ordering::Relaxed));
    }
    let length = text.as_str().len().min(size);
    // SAFETY: the page has `size` bytes.
    unsafe { core::ptr::copy_nonoverlapping(text.as_str().as_ptr(), page, length) };
    length as isize
}
