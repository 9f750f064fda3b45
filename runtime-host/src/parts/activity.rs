//! Whether anything still goes on: what a test waits for instead of sleeping.

use crate::parts::shim::{Arc, Condvar, Mutex, lock, wait};

/// Counts what is queued or running.
#[derive(Debug, Default)]
pub struct Activity {
    count: Mutex<usize>,
    idle: Condvar,
}

/// One thing that is queued or running, until dropped.
#[derive(Debug)]
pub struct Busy(Arc<Activity>);

impl Activity {
    /// Counts one more. Whoever causes an activity counts it before its own ends, so the count does
    /// not touch zero in between.
    pub fn begin(self: &Arc<Self>) -> Busy {
        *lock(&self.count) += 1;
        Busy(self.clone())
    }

    /// Waits until nothing goes on.
    pub fn wait_idle(&self) {
        let mut count = lock(&self.count);
        while *count > 0 {
            count = wait(&self.idle, count);
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut count = lock(&self.0.count);
        *count -= 1;
        if *count == 0 {
            self.0.idle.notify_all();
        }
    }
}
