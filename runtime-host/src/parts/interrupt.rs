//! A level-triggered interrupt line: while it is asserted, requested and enabled, its handler runs.

use crate::parts::activity::{Activity, Busy};
use crate::parts::shim::{Condvar, Mutex, MutexGuard, lock, wait};

/// So many runs of the handler in a row that leave the line as it is, and the line is given up, as the
/// kernel does ("nobody cared"). Far fewer than there: nothing else is on this line.
const MOST_FRUITLESS: u32 = 10_000;

#[derive(Debug, Default)]
struct State {
    asserted: bool,
    requested: bool,
    /// It was asserted since somebody began to watch it.
    rose: bool,
    disabled: u32,
    running: bool,
    given_up: bool,
    fruitless: u32,
    ends: bool,
    busy: Option<Busy>,
}

impl State {
    fn runnable(&self) -> bool {
        self.asserted && self.requested && self.disabled == 0 && !self.given_up
    }
}

/// One line, one handler.
#[derive(Debug)]
pub struct Line {
    state: Mutex<State>,
    changed: Condvar,
    activity: Activity,
}

impl Line {
    /// A line that nobody asserts and nobody requested.
    pub fn new(activity: Activity) -> Self {
        Self {
            state: Mutex::new(State::default()),
            changed: Condvar::new(),
            activity,
        }
    }

    fn update(&self, mut state: MutexGuard<'_, State>) {
        if !state.runnable() && !state.running {
            state.busy = None;
        } else if state.busy.is_none() {
            state.busy = Some(self.activity.begin());
        }
        self.changed.notify_all();
    }

    /// The card asserts the line, or lets it go.
    pub fn set(&self, asserted: bool) {
        let mut state = lock(&self.state);
        state.asserted = asserted;
        state.rose |= asserted;
        if !asserted {
            state.fruitless = 0;
        }
        self.update(state);
    }

    /// Watches the line from now on; see [`Line::rose`]. A line with a handler is not watched.
    pub fn watch(&self) {
        let mut state = lock(&self.state);
        state.rose = state.asserted;
    }

    /// Whether a line without a handler was asserted since [`Line::watch`].
    pub fn rose(&self) -> bool {
        let state = lock(&self.state);
        state.rose && !state.requested
    }

    /// Whether the card asserts it.
    pub fn is_asserted(&self) -> bool {
        lock(&self.state).asserted
    }

    /// Whether the handler is called when it is asserted.
    pub fn is_requested(&self) -> bool {
        lock(&self.state).requested
    }

    /// From now on the handler is called. `false`: it was requested already.
    pub fn request(&self) -> bool {
        let mut state = lock(&self.state);
        let before = std::mem::replace(&mut state.requested, true);
        state.given_up = false;
        state.fruitless = 0;
        self.update(state);
        !before
    }

    /// The handler is not called any more, and does not run when this returns. `false`: it was not requested.
    pub fn free(&self) -> bool {
        let mut state = lock(&self.state);
        let before = std::mem::replace(&mut state.requested, false);
        while state.running {
            state = wait(&self.changed, state);
        }
        self.update(state);
        before
    }

    /// As `free`, until `enable`; nests.
    pub fn disable(&self) {
        let mut state = lock(&self.state);
        state.disabled += 1;
        while state.running {
            state = wait(&self.changed, state);
        }
        self.update(state);
    }

    /// Takes one `disable` back.
    pub fn enable(&self) {
        let mut state = lock(&self.state);
        state.disabled = state.disabled.saturating_sub(1);
        self.update(state);
    }

    /// Waits until the handler has to run; to be followed by [`Line::handled`]. `false`: the line is gone.
    pub fn next(&self) -> bool {
        let mut state = lock(&self.state);
        while !state.runnable() && !state.ends {
            state = wait(&self.changed, state);
        }
        if state.ends {
            return false;
        }
        state.running = true;
        true
    }

    /// The handler has run. Calls `give_up` where it has run in vain so often that the line is given up.
    pub fn handled(&self, give_up: impl FnOnce()) {
        let mut state = lock(&self.state);
        state.running = false;
        if state.asserted {
            state.fruitless += 1;
        }
        if state.fruitless >= MOST_FRUITLESS {
            state.given_up = true;
            // While this still counts as activity.
            give_up();
        }
        self.update(state);
    }

    /// Ends whoever waits in [`Line::next`].
    pub fn end(&self) {
        let mut state = lock(&self.state);
        state.ends = true;
        state.requested = false;
        self.update(state);
    }
}
