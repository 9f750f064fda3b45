//! The state of a NAPI context: who may poll, and whether somebody wanted to meanwhile.
//!
//! The states are those of the kernel's documentation (networking/napi.rst): whoever claims an idle
//! context owns the next poll; a claim of an owned one is remembered, so that its completion makes
//! it run again; a disabled one is owned by nobody that polls.

use crate::parts::shim::atomic::{AtomicU32, Ordering};
use crate::parts::shim::{Condvar, Mutex, lock, wait};

/// Owned: a poll is scheduled or running, or it is disabled.
const OWNED: u32 = 1;
/// Claimed while it was owned.
const AGAIN: u32 = 2;
/// Somebody waits to disable it.
const STOPPING: u32 = 4;

/// One NAPI context.
#[derive(Debug)]
pub struct Napi {
    state: AtomicU32,
    sleepers: Mutex<()>,
    released: Condvar,
}

impl Default for Napi {
    fn default() -> Self {
        Self::new()
    }
}

impl Napi {
    /// A disabled one, as it is added.
    pub fn new() -> Self {
        Self {
            state: AtomicU32::new(OWNED),
            sleepers: Mutex::new(()),
            released: Condvar::new(),
        }
    }

    fn change(&self, new: impl Fn(u32) -> Option<u32>) -> Result<u32, u32> {
        self.state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, new)
    }

    /// Claims the next poll. `false`: it is another's, who will see that it was wanted; or it is being disabled.
    pub fn claim(&self) -> bool {
        let before = self.change(|state| match state {
            state if state & STOPPING != 0 => None,
            state if state & OWNED != 0 => Some(state | AGAIN),
            state => Some(state | OWNED),
        });
        before.is_ok_and(|state| state & OWNED == 0)
    }

    /// Gives the context up. `false`: it was claimed meanwhile, stays owned, and has to be polled again.
    /// `Err`: nobody owned it.
    pub fn complete(&self) -> Result<bool, NotOwned> {
        let before = self
            .change(|state| match state {
                state if state & OWNED == 0 => None,
                state if state & AGAIN != 0 => Some(state & !AGAIN),
                state => Some(state & !OWNED),
            })
            .map_err(|_| NotOwned)?;
        let released = before & AGAIN == 0;
        if released {
            // Under the lock, so that a sleeper is either before its check or asleep.
            drop(lock(&self.sleepers));
            self.released.notify_all();
        }
        Ok(released)
    }

    /// Waits for the owner and takes its place; claims fail meanwhile.
    pub fn disable(&self) {
        let _ = self.change(|state| Some(state | STOPPING));
        let mut sleepers = lock(&self.sleepers);
        while self
            .change(|state| (state & OWNED == 0).then_some(state | OWNED))
            .is_err()
        {
            sleepers = wait(&self.released, sleepers);
        }
        drop(sleepers);
        let _ = self.change(|state| Some(state & !STOPPING));
    }

    /// Gives up what `disable` took. `Err`: it was enabled already.
    pub fn enable(&self) -> Result<(), NotOwned> {
        self.change(|state| (state & OWNED != 0).then_some(state & !OWNED))
            .map(drop)
            .map_err(|_| NotOwned)
    }

    /// Whether somebody waits to disable it: then a poll that has more to do gives up all the same.
    pub fn is_stopping(&self) -> bool {
        self.state.load(Ordering::Acquire) & STOPPING != 0
    }

    /// Whether somebody owns it.
    pub fn is_owned(&self) -> bool {
        self.state.load(Ordering::Acquire) & OWNED != 0
    }
}

/// Something was done to a context that only its owner may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotOwned;
