//! `struct semaphore` and `struct rw_semaphore`.

use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use crate::parts::shim::{lock, wait};

/// A counting semaphore.
#[derive(Debug)]
pub(crate) struct Semaphore {
    count: Mutex<u32>,
    changed: Condvar,
}

impl Semaphore {
    pub(crate) fn new(count: u32) -> Self {
        Self {
            count: Mutex::new(count),
            changed: Condvar::new(),
        }
    }

    pub(crate) fn down(&self) {
        let mut count = lock(&self.count);
        while *count == 0 {
            count = wait(&self.changed, count);
        }
        *count -= 1;
    }

    /// `false` when the time was over first.
    pub(crate) fn down_within(&self, limit: Duration) -> bool {
        let until = Instant::now() + limit;
        let mut count = lock(&self.count);
        while *count == 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            count = match self.changed.wait_timeout(count, left) {
                Ok((count, _)) => count,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        *count -= 1;
        true
    }

    pub(crate) fn up(&self) {
        *lock(&self.count) += 1;
        self.changed.notify_one();
    }
}

#[derive(Debug, Default)]
struct Holders {
    readers: usize,
    writer: bool,
    writers_waiting: usize,
}

/// Many readers or one writer; a waiting writer goes before readers that come later.
#[derive(Debug, Default)]
pub(crate) struct RwSemaphore {
    holders: Mutex<Holders>,
    changed: Condvar,
}

impl RwSemaphore {
    pub(crate) fn down_read(&self) {
        let mut holders = lock(&self.holders);
        while holders.writer || holders.writers_waiting > 0 {
            holders = wait(&self.changed, holders);
        }
        holders.readers += 1;
    }

    /// `false` where it would have to wait.
    pub(crate) fn try_down_read(&self) -> bool {
        let mut holders = lock(&self.holders);
        let free = !holders.writer && holders.writers_waiting == 0;
        if free {
            holders.readers += 1;
        }
        free
    }

    /// `false` where no reader held it.
    pub(crate) fn up_read(&self) -> bool {
        let mut holders = lock(&self.holders);
        let held = holders.readers > 0;
        holders.readers = holders.readers.saturating_sub(1);
        self.changed.notify_all();
        held
    }

    pub(crate) fn down_write(&self) {
        let mut holders = lock(&self.holders);
        holders.writers_waiting += 1;
        while holders.writer || holders.readers > 0 {
            holders = wait(&self.changed, holders);
        }
        holders.writers_waiting -= 1;
        holders.writer = true;
    }

    /// `false` where no writer held it.
    pub(crate) fn up_write(&self) -> bool {
        let mut holders = lock(&self.holders);
        let held = std::mem::replace(&mut holders.writer, false);
        self.changed.notify_all();
        held
    }
}
