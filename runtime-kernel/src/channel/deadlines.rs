//! Deadlines of calls: one timer of the device looks at all of them, a work ends the incarnation that missed one.

use super::counters::Counters;
use super::incarnation::{Incarnation, Look};
use super::{Channel, now};
use crate::ffi::{self, RawDevice};
use crate::memory::Shared;
use core::sync::atomic::Ordering;

/// Calls that set the timer for deadlines again within so long come often: the timer stays.
const OFTEN_MS: u64 = 1_000;

impl Channel {
    /// Has the deadlines looked at at that time, or before: most calls find that it is, and pay nothing.
    /// `true` where the timer had to be set for that.
    pub(super) fn watch(&self, deadline: u64) -> bool {
        let watched = self.watched.load(Ordering::SeqCst);
        if watched != 0 && watched <= deadline {
            return false;
        }
        self.watched.store(deadline, Ordering::SeqCst);
        let milliseconds = deadline.saturating_sub(now());
        let milliseconds = u32::try_from(milliseconds).unwrap_or(u32::MAX);
        // SAFETY: the caller keeps the device alive.
        unsafe { ffi::md_schedule_expire(self.device, milliseconds) }
        true
    }

    /// After a call for which the timer was set: stops it, unless such calls come often. A timer that finds nothing
    /// costs an idle processor more than the call; and setting it for every call costs those that come often.
    pub(super) fn unwatch(&self, incarnation: &Incarnation) {
        let now = now();
        if now.saturating_sub(self.set_at.swap(now, Ordering::Relaxed)) < OFTEN_MS {
            return;
        }
        // In this order: a call that relied on the timer is found when we look, and one that begins later sets it.
        // SAFETY: the caller keeps the device alive.
        unsafe { ffi::md_cancel_expire(self.device) };
        match self.look(incarnation) {
            Look::Idle => {}
            // One that is over already is found at once.
            Look::First(deadline) => drop(self.watch(deadline)),
            Look::Missed { .. } => drop(self.watch(now)),
        }
    }

    /// Looks at the deadlines of the calls under way.
    fn look(&self, incarnation: &Incarnation) -> Look {
        // A call that begins from here on has them looked at again; those before are looked at now.
        self.watched.store(0, Ordering::SeqCst);
        incarnation.look(now())
    }
}

/// Whether a call has missed its deadline; if none has, the first one is looked at when it is over. Called by
/// the device's timer: in atomic context.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_channel_overdue(md: *mut RawDevice) -> bool {
    // SAFETY: the glue stops this timer before the device goes.
    let Some(channel) = (unsafe { Shared::<Channel>::borrow_raw((*md).channel) }) else {
        return false;
    };
    let current = channel.current.lock();
    let Some(incarnation) = &current.incarnation else {
        // Under the lock, which the next one takes to connect: its calls set the timer again.
        channel.watched.store(0, Ordering::SeqCst);
        return false;
    };
    match channel.look(incarnation) {
        Look::Idle => false,
        Look::First(deadline) => {
            let _ = channel.watch(deadline);
            false
        }
        Look::Missed { .. } => true,
    }
}

/// A call has missed its deadline, unless it ended meanwhile.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_channel_expire(md: *mut RawDevice) {
    // SAFETY: the glue cancels this work before the device goes.
    let Some(channel) = (unsafe { Shared::<Channel>::borrow_raw((*md).channel) }) else {
        return;
    };
    let incarnation = channel.current.lock().incarnation.clone();
    let Some(incarnation) = incarnation else {
        return;
    };
    match channel.look(&incarnation) {
        Look::Idle => {}
        Look::First(deadline) => drop(channel.watch(deadline)),
        Look::Missed { abandoned } => {
            Counters::count(&channel.counters.deadlines);
            let reason = match abandoned {
                false => "missed the deadline of a call",
                true => "missed the deadline of a call whose caller was killed",
            };
            channel.end(&incarnation, reason, true);
        }
    }
}
