//! The wires between cards: what one transmits reaches the other on this thread, since a card may not
//! be called by another.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};

use crate::machine::card::SlotId;
use crate::machine::kernel::Kernel;
use crate::parts::activity::{Activity, Busy};
use crate::parts::shim::{lock, wait};

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<(SlotId, Vec<u8>, Busy)>,
    ends: bool,
}

/// Frames under way.
#[derive(Debug)]
pub(crate) struct Hardware {
    state: Mutex<State>,
    changed: Condvar,
    activity: Activity,
}

impl Hardware {
    pub(crate) fn new(activity: Activity) -> Self {
        Self {
            state: Mutex::default(),
            changed: Condvar::new(),
            activity,
        }
    }

    /// Sends a frame to the card in `slot`.
    pub(crate) fn deliver(&self, slot: SlotId, frame: Vec<u8>) {
        let mut state = lock(&self.state);
        if !state.ends {
            state.frames.push_back((slot, frame, self.activity.begin()));
        }
        self.changed.notify_all();
    }

    pub(crate) fn end(&self) {
        let mut state = lock(&self.state);
        state.ends = true;
        state.frames.clear();
        self.changed.notify_all();
    }

    /// The thread.
    pub(crate) fn run(&self, kernel: &Kernel) {
        let mut state = lock(&self.state);
        while !state.ends {
            let Some((slot, frame, busy)) = state.frames.pop_front() else {
                state = wait(&self.changed, state);
                continue;
            };
            drop(state);
            if let Some(slot) = kernel.slot(slot) {
                slot.with_card(kernel, |card, bus| card.receive(bus, &frame));
            }
            drop(busy);
            state = lock(&self.state);
        }
    }
}
