//! The death of a task, as those of its system calls see it that wait.

use super::completion::Event;
use crate::parts::shim::{Arc, Mutex, lock};

#[derive(Debug, Default)]
struct State {
    pending: bool,
    /// What its task waits for.
    waits_for: Vec<Arc<Event>>,
}

/// A fatal signal to a process: each task of it that waits in a way that a signal ends goes on.
#[derive(Debug, Default)]
pub struct Signal(Mutex<State>);

impl Signal {
    /// Sends it. It stays.
    pub fn raise(&self) {
        let waiting = {
            let mut state = lock(&self.0);
            state.pending = true;
            state.waits_for.clone()
        };
        for event in waiting {
            event.look_again();
        }
    }

    /// Whether it was sent.
    pub fn is_pending(&self) -> bool {
        lock(&self.0).pending
    }

    pub(super) fn enter(&self, event: &Arc<Event>) {
        lock(&self.0).waits_for.push(event.clone());
    }

    pub(super) fn leave(&self, event: &Arc<Event>) {
        let mut state = lock(&self.0);
        if let Some(place) = state
            .waits_for
            .iter()
            .position(|entered| Arc::ptr_eq(entered, event))
        {
            state.waits_for.swap_remove(place);
        }
    }
}
