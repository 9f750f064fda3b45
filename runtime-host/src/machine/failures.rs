//! Requests of the driver that fail because a test says so.

use std::sync::Mutex;

use crate::parts::shim::lock;

#[derive(Debug, Default)]
struct State {
    /// So many requests succeed first.
    skip: u64,
    /// So many fail then.
    left: u64,
    failed: u64,
}

/// Which requests fail. None, as long as nobody says otherwise.
#[derive(Debug, Default)]
pub(crate) struct Failures(Mutex<State>);

impl Failures {
    pub(crate) fn plan(&self, skip: u64, left: u64) {
        *lock(&self.0) = State {
            skip,
            left,
            failed: 0,
        };
    }

    pub(crate) fn failed(&self) -> u64 {
        lock(&self.0).failed
    }

    /// A request comes; whether it fails.
    pub(crate) fn next(&self) -> bool {
        let mut state = lock(&self.0);
        if state.left == 0 {
            return false;
        }
        if state.skip > 0 {
            state.skip -= 1;
            return false;
        }
        state.left -= 1;
        state.failed += 1;
        true
    }
}
