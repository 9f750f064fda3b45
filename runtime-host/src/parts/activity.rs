//! Whether anything still goes on: what a test waits for instead of sleeping.

use crate::parts::shim::{Arc, Condvar, Mutex, lock, wait};

/// Counts what is queued or running. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Activity(Arc<Counter>);

#[derive(Debug, Default)]
struct Counter {
    state: Mutex<State>,
    idle: Condvar,
}

#[derive(Debug, Default)]
struct State {
    count: usize,
    /// How often the count has come down to zero.
    rests: u64,
}

/// One thing that is queued or running, until dropped.
#[derive(Debug)]
pub struct Busy(Arc<Counter>);

impl Activity {
    /// Counts one more. Whoever causes an activity counts it before its own ends, so the count does
    /// not touch zero in between.
    pub fn begin(&self) -> Busy {
        lock(&self.0.state).count += 1;
        Busy(self.0.clone())
    }

    /// Waits until nothing goes on, or did not at some moment since the call: then everything that had
    /// begun before it has ended, whatever others have begun meanwhile.
    pub fn wait_idle(&self) {
        let mut state = lock(&self.0.state);
        let before = state.rests;
        while state.count > 0 && state.rests == before {
            state = wait(&self.0.idle, state);
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.count -= 1;
        if state.count == 0 {
            state.rests += 1;
            self.0.idle.notify_all();
        }
    }
}
