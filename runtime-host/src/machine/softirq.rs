//! The one thread that runs softirqs: NAPI polls, timers, the transmit queue when it is woken.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex};

use crate::machine::context::{self, Mode};
use crate::machine::device::Device;
use crate::machine::kernel::Kernel;
use crate::parts::activity::Busy;
use crate::parts::shim::{lock, wait};

/// Most packets that one poll may take (`NAPI_POLL_WEIGHT`).
const WEIGHT: i32 = 64;

/// What a softirq does, for one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Softirq {
    /// Poll.
    Poll,
    /// Run a timer of the driver.
    Timer(u32),
    /// Go on transmitting.
    Transmit,
    /// Look whether the transmit queue has been stopped for too long.
    Watchdog,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<(Arc<Device>, Softirq, Busy)>,
    running: Option<(Arc<Device>, Softirq)>,
    ends: bool,
}

/// Raised softirqs.
#[derive(Debug, Default)]
pub(crate) struct Softirqs {
    state: Mutex<State>,
    changed: Condvar,
}

impl Softirqs {
    pub(crate) fn raise(&self, kernel: &Kernel, device: &Arc<Device>, what: Softirq) {
        let mut state = lock(&self.state);
        if !state.ends {
            state
                .queue
                .push_back((device.clone(), what, kernel.activity.begin()));
        }
        self.changed.notify_all();
    }

    /// Takes back what is raised and waits for what runs.
    pub(crate) fn cancel_and_wait(&self, device: &Arc<Device>, what: Softirq) {
        let mut state = lock(&self.state);
        state
            .queue
            .retain(|(of, raised, _)| !(Arc::ptr_eq(of, device) && *raised == what));
        while state
            .running
            .as_ref()
            .is_some_and(|(of, running)| Arc::ptr_eq(of, device) && *running == what)
        {
            state = wait(&self.changed, state);
        }
    }

    /// Waits for what runs for a device (`synchronize_net`): a poll goes on after it completed.
    pub(crate) fn synchronize(&self, device: &Device) {
        let mut state = lock(&self.state);
        while state
            .running
            .as_ref()
            .is_some_and(|(of, _)| std::ptr::eq(&raw const **of, device))
        {
            state = wait(&self.changed, state);
        }
    }

    pub(crate) fn end(&self) {
        let mut state = lock(&self.state);
        state.ends = true;
        state.queue.clear();
        self.changed.notify_all();
    }

    /// The thread.
    pub(crate) fn run(&self, kernel: &Arc<Kernel>) {
        let mut state = lock(&self.state);
        loop {
            if state.ends {
                return;
            }
            let Some((device, what, busy)) = state.queue.pop_front() else {
                state = wait(&self.changed, state);
                continue;
            };
            state.running = Some((device.clone(), what));
            drop(state);
            match what {
                Softirq::Poll => self.poll(kernel, &device),
                Softirq::Timer(number) => {
                    context::enter(kernel, Mode::Softirq, || device.call_timer(number));
                }
                Softirq::Transmit => device.net.run_queue(kernel, &device, Mode::Softirq),
                Softirq::Watchdog => device.net.watch(kernel, &device),
            }
            state = lock(&self.state);
            state.running = None;
            self.changed.notify_all();
            drop(state);
            // What it raised counts already.
            drop((device, busy));
            state = lock(&self.state);
        }
    }

    fn poll(&self, kernel: &Arc<Kernel>, device: &Arc<Device>) {
        let napi = &device.napi;
        let done = context::enter(kernel, Mode::Softirq, || device.call_poll(WEIGHT));
        if done > WEIGHT {
            context::bug(&format!("poll returned {done} with a budget of {WEIGHT}"));
        }
        let completed = device.take_completed();
        if done < WEIGHT {
            if !completed {
                kernel.faults.record(format!(
                    "{}: a poll did less than its budget and did not complete: it will never run again",
                    device.name()
                ));
            }
            return;
        }
        if completed {
            context::bug("poll completed and returned its whole budget");
        }
        if napi.is_stopping() {
            match napi.complete() {
                Ok(true) => {}
                _ => self.raise(kernel, device, Softirq::Poll),
            }
        } else {
            self.raise(kernel, device, Softirq::Poll);
        }
    }
}
