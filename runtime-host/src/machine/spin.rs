//! Spin locks: mutexes whose holder is known, in a context where it may not sleep.

use parking_lot::RawMutex;
use parking_lot::lock_api::RawMutex as _;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::machine::context;

/// What lies in the 80 bytes that a driver reserves for a `spinlock_t`. Open, it may be moved.
#[repr(C)]
pub(crate) struct SpinLock {
    lock: RawMutex,
    owner: AtomicU64,
}

impl std::fmt::Debug for SpinLock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SpinLock")
            .field("owner", &self.owner)
            .finish()
    }
}

fn thread_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static NUMBER: u64 = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    NUMBER.with(|number| *number)
}

impl SpinLock {
    pub(crate) const fn new() -> Self {
        Self {
            lock: RawMutex::INIT,
            owner: AtomicU64::new(0),
        }
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    /// Takes it; returns the flags for `unlock`.
    pub(crate) fn lock(&self) -> u64 {
        let me = thread_number();
        if self.owner.load(Ordering::Relaxed) == me {
            context::bug("a spin lock taken by the thread that holds it");
        }
        self.lock.lock();
        self.owner.store(me, Ordering::Relaxed);
        context::spin_locked(self.address())
    }

    pub(crate) fn unlock(&self, flags: u64) {
        if self.owner.swap(0, Ordering::Relaxed) != thread_number() {
            context::bug("a spin lock released by a thread that does not hold it");
        }
        context::spin_unlocked(self.address(), flags);
        // SAFETY: this thread holds it, as was just checked.
        unsafe { self.lock.unlock() }
    }
}
