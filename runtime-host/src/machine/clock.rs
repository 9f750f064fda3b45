//! Virtual time. It passes when driver code delays or sleeps, and when a test says so; never by itself.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::machine::device::Device;
use crate::parts::shim::lock;

/// Nanoseconds of a millisecond.
pub(crate) const MILLISECOND: u64 = 1_000_000;

/// What is due at some time, for one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Alarm {
    /// A work item of the driver.
    Work(u32),
    /// A timer of the driver.
    Timer(u32),
    /// The stack's look at the transmit queue.
    Watchdog,
}

#[derive(Debug, Default)]
struct Alarms {
    /// By time, then by the order in which they were set.
    due: BTreeMap<(u64, u64), (Arc<Device>, Alarm)>,
    set: u64,
}

impl Alarms {
    fn remove(&mut self, device: &Arc<Device>, alarm: Alarm) -> bool {
        let before = self.due.len();
        self.due
            .retain(|_, (of, what)| !(Arc::ptr_eq(of, device) && *what == alarm));
        self.due.len() != before
    }
}

/// The clock and what is due.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    now: AtomicU64,
    alarms: Mutex<Alarms>,
}

impl Clock {
    /// Nanoseconds since the host was made.
    pub(crate) fn now(&self) -> u64 {
        self.now.load(Ordering::Acquire)
    }

    /// Lets time pass, in addition to whatever passes elsewhere.
    pub(crate) fn pass(&self, nanoseconds: u64) {
        self.now.fetch_add(nanoseconds, Ordering::AcqRel);
    }

    /// Goes on to `time`, unless it is later already.
    pub(crate) fn reach(&self, time: u64) {
        self.now.fetch_max(time, Ordering::AcqRel);
    }

    /// Sets an alarm, in place of the one that was set before.
    pub(crate) fn set(&self, device: &Arc<Device>, alarm: Alarm, milliseconds: u32) {
        let mut alarms = lock(&self.alarms);
        alarms.remove(device, alarm);
        alarms.set += 1;
        let key = (
            self.now() + u64::from(milliseconds) * MILLISECOND,
            alarms.set,
        );
        alarms.due.insert(key, (device.clone(), alarm));
    }

    /// Takes an alarm back. `false`: it was not set.
    pub(crate) fn cancel(&self, device: &Arc<Device>, alarm: Alarm) -> bool {
        lock(&self.alarms).remove(device, alarm)
    }

    /// When the next one is due.
    pub(crate) fn next(&self) -> Option<u64> {
        lock(&self.alarms)
            .due
            .first_key_value()
            .map(|(&(time, _), _)| time)
    }

    /// The first one that is due now.
    pub(crate) fn take_due(&self) -> Option<(Arc<Device>, Alarm)> {
        let mut alarms = lock(&self.alarms);
        let entry = alarms.due.first_entry()?;
        (entry.key().0 <= self.now()).then(|| entry.remove())
    }
}
