//! Cancellation: Ctrl-C, or the first failure of several tasks that run side by side.
//!
//! A process-wide flag, and a list of who waits for it. Waiting is by channel, so that a task
//! notices at once and nothing polls.

use std::sync::Mutex;
use std::sync::mpsc::Sender;

struct State {
    requested: bool,
    next_id: u64,
    listeners: Vec<(u64, Box<dyn Fn() + Send>)>,
}

static STATE: Mutex<State> = Mutex::new(State {
    requested: false,
    next_id: 0,
    listeners: Vec::new(),
});

fn state() -> std::sync::MutexGuard<'static, State> {
    // A listener only sends on a channel; a poisoned lock still holds a usable list.
    STATE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Asks everything that runs to stop. Returns at once.
pub fn request() {
    let mut state = state();
    state.requested = true;
    for (_, notify) in &state.listeners {
        notify();
    }
}

/// Has [`request`] been called?
#[must_use]
pub fn requested() -> bool {
    state().requested
}

/// The error of work that was cancelled.
#[derive(Debug)]
pub struct Cancelled;

impl std::fmt::Display for Cancelled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted")
    }
}

impl std::error::Error for Cancelled {}

/// An error if [`request`] has been called; for the gaps between tasks.
///
/// # Errors
/// [`Cancelled`].
pub fn check() -> anyhow::Result<()> {
    if requested() {
        return Err(Cancelled.into());
    }
    Ok(())
}

/// Stops listening when dropped.
#[must_use]
pub struct Listening(u64);

impl Drop for Listening {
    fn drop(&mut self) {
        state().listeners.retain(|(id, _)| *id != self.0);
    }
}

/// Sends `message` on `channel` when cancellation is requested, or now if it has been.
pub fn listen<T: Clone + Send + 'static>(channel: Sender<T>, message: T) -> Listening {
    // The receiver may have gone: then nobody is interested any more.
    let notify = move || {
        let _ = channel.send(message.clone());
    };
    let mut state = state();
    if state.requested {
        notify();
    }
    let id = state.next_id;
    state.next_id += 1;
    state.listeners.push((id, Box::new(notify)));
    Listening(id)
}
