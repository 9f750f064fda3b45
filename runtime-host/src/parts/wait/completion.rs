//! `struct completion`.

use super::Signal;
use crate::parts::shim::{Arc, Condvar, Mutex, lock, wait};
use std::time::{Duration, Instant};

/// The count of an event that happened for good.
const FOR_GOOD: u32 = u32::MAX;

/// The shared part, which outlives the completion where a signal is under way to a waiter.
#[derive(Debug, Default)]
pub(super) struct Event {
    done: Mutex<u32>,
    changed: Condvar,
}

impl Event {
    /// Has every waiter look at its signal. Under the lock: a waiter is before its look, or asleep.
    pub(super) fn look_again(&self) {
        let done = lock(&self.done);
        self.changed.notify_all();
        drop(done);
    }
}

/// Something that happens once, a number of times, or for good.
#[derive(Debug, Default)]
pub struct Completion(Arc<Event>);

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// It happened.
    Done,
    /// The time was over first.
    TimedOut,
    /// A signal came first.
    Signal,
}

impl Completion {
    /// It happened; one waiter goes on.
    pub fn complete(&self) {
        let mut done = lock(&self.0.done);
        *done = done.saturating_add(1);
        // All look, one takes it: waiters with different signals share the condition.
        self.0.changed.notify_all();
    }

    /// It happened for good.
    pub fn complete_all(&self) {
        *lock(&self.0.done) = FOR_GOOD;
        self.0.look_again();
    }

    /// It did not happen.
    pub fn reset(&self) {
        *lock(&self.0.done) = 0;
    }

    /// Waits. What happened counts, even when a signal or the end of the time came as well.
    pub fn wait(&self, signal: Option<&Signal>, limit: Option<Duration>) -> Waited {
        if let Some(signal) = signal {
            signal.enter(&self.0);
        }
        let waited = self.wait_inner(signal, limit);
        if let Some(signal) = signal {
            signal.leave(&self.0);
        }
        waited
    }

    fn wait_inner(&self, signal: Option<&Signal>, limit: Option<Duration>) -> Waited {
        let until = limit.map(|limit| Instant::now() + limit);
        let mut done = lock(&self.0.done);
        loop {
            if *done > 0 {
                if *done != FOR_GOOD {
                    *done -= 1;
                }
                return Waited::Done;
            }
            if signal.is_some_and(Signal::is_pending) {
                return Waited::Signal;
            }
            let Some(until) = until else {
                done = wait(&self.0.changed, done);
                continue;
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Waited::TimedOut;
            }
            done = match self.0.changed.wait_timeout(done, left) {
                Ok((done, _)) => done,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }
}
