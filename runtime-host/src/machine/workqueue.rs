//! Work items, in process context. As many workers as there are items that have to wait, so that no
//! item waits for another. An item never runs twice at a time.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::machine::context;
use crate::machine::device::Device;
use crate::machine::kernel::Kernel;
use crate::parts::activity::Busy;
use crate::parts::shim::{lock, wait};

/// A work item of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// The driver's, by number.
    Work(u32),
    /// A user half has connected.
    Connect,
    /// Deferred upcalls.
    Deferred,
    /// The receive filter of an unsplit driver.
    RxMode,
    /// The transmit timeout of an unsplit driver.
    TxTimeout,
    /// An upcall may have missed its deadline: the timer that the kernel has for it.
    Overdue,
    /// One has.
    Expire,
}

#[derive(Debug)]
struct Item {
    device: Arc<Device>,
    job: Job,
    /// Absent while frozen: then nobody waits for it.
    busy: Option<Busy>,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Item>,
    running: Vec<(Arc<Device>, Job)>,
    /// Real time, since it is about a real process.
    deadlines: Vec<(Instant, Arc<Device>)>,
    idle_workers: usize,
    threads: Vec<JoinHandle<()>>,
    frozen: bool,
    ends: bool,
}

/// The queue and its workers.
#[derive(Debug, Default)]
pub(crate) struct Workqueue {
    state: Mutex<State>,
    changed: Condvar,
    /// For the thread that waits for deadlines.
    deadline: Condvar,
}

fn is(device: &Arc<Device>, job: Job) -> impl Fn(&Arc<Device>, Job) -> bool {
    move |of, what| Arc::ptr_eq(of, device) && what == job
}

impl Workqueue {
    /// Starts the thread that turns deadlines into work.
    pub(crate) fn start(&self, kernel: &Arc<Kernel>) {
        let own = Arc::downgrade(kernel);
        let thread = kernel.spawn("deadlines", move || {
            if let Some(kernel) = own.upgrade() {
                kernel.work.watch_deadlines(&kernel);
            }
        });
        lock(&self.state).threads.push(thread);
    }

    /// Queues an item, unless it is queued already.
    pub(crate) fn queue(&self, kernel: &Arc<Kernel>, device: &Arc<Device>, job: Job) {
        let mut state = lock(&self.state);
        let same = is(device, job);
        if state.ends || state.queue.iter().any(|item| same(&item.device, item.job)) {
            return;
        }
        let busy = (!state.frozen).then(|| kernel.activity.begin());
        state.queue.push_back(Item {
            device: device.clone(),
            job,
            busy,
        });
        if state.idle_workers < state.queue.len() {
            let own: Weak<Kernel> = Arc::downgrade(kernel);
            let thread = kernel.spawn("worker", move || {
                if let Some(kernel) = own.upgrade() {
                    kernel.work.run(&kernel);
                }
            });
            state.threads.push(thread);
        }
        self.changed.notify_all();
    }

    /// Has `Overdue` queued after so much real time, in place of an earlier request.
    pub(crate) fn expire_in(&self, device: &Arc<Device>, limit: Duration) {
        let mut state = lock(&self.state);
        state.deadlines.retain(|(_, of)| !Arc::ptr_eq(of, device));
        state
            .deadlines
            .push((Instant::now() + limit, device.clone()));
        self.deadline.notify_all();
    }

    /// Takes an item off the queue; one that runs goes on.
    pub(crate) fn cancel(&self, device: &Arc<Device>, job: Job) {
        let same = is(device, job);
        let mut state = lock(&self.state);
        state.queue.retain(|item| !same(&item.device, item.job));
        if job == Job::Overdue {
            state.deadlines.retain(|(_, of)| !Arc::ptr_eq(of, device));
        }
    }

    /// The same, and waits for one that runs.
    pub(crate) fn cancel_and_wait(&self, device: &Arc<Device>, job: Job) {
        context::might_sleep("cancel_work_sync");
        self.cancel(device, job);
        let same = is(device, job);
        let mut state = lock(&self.state);
        while state.running.iter().any(|(of, what)| same(of, *what)) {
            state = wait(&self.changed, state);
        }
        state.queue.retain(|item| !same(&item.device, item.job));
    }

    /// Keeps what is queued from running, waits for what runs.
    pub(crate) fn freeze(&self) {
        let mut state = lock(&self.state);
        state.frozen = true;
        for item in &mut state.queue {
            item.busy = None;
        }
        while !state.running.is_empty() {
            state = wait(&self.changed, state);
        }
    }

    /// Lets it run.
    pub(crate) fn thaw(&self, kernel: &Kernel) {
        let mut state = lock(&self.state);
        state.frozen = false;
        for item in &mut state.queue {
            item.busy = Some(kernel.activity.begin());
        }
        self.changed.notify_all();
    }

    /// Ends all threads; nothing may be queued any more.
    pub(crate) fn end(&self) {
        let threads = {
            let mut state = lock(&self.state);
            state.ends = true;
            state.queue.clear();
            state.deadlines.clear();
            self.changed.notify_all();
            self.deadline.notify_all();
            std::mem::take(&mut state.threads)
        };
        for thread in threads {
            let _ = thread.join();
        }
    }

    fn run(&self, kernel: &Arc<Kernel>) {
        let mut state = lock(&self.state);
        loop {
            if state.ends {
                return;
            }
            let next = state.queue.iter().position(|item| {
                let same = is(&item.device, item.job);
                !state.running.iter().any(|(of, what)| same(of, *what))
            });
            let item = match next {
                Some(place) if !state.frozen => state.queue.remove(place),
                _ => None,
            };
            let Some(item) = item else {
                state.idle_workers += 1;
                state = wait(&self.changed, state);
                state.idle_workers -= 1;
                continue;
            };
            state.running.push((item.device.clone(), item.job));
            drop(state);
            item.device.run_job(kernel, item.job);
            state = lock(&self.state);
            {
                let same = is(&item.device, item.job);
                state.running.retain(|(of, what)| !same(of, *what));
            }
            self.changed.notify_all();
            drop(state);
            // What it queued counts already.
            drop(item);
            state = lock(&self.state);
        }
    }

    fn watch_deadlines(&self, kernel: &Arc<Kernel>) {
        let mut state = lock(&self.state);
        while !state.ends {
            let now = Instant::now();
            let over = state.deadlines.iter().position(|(at, _)| *at <= now);
            if let Some(place) = over {
                let (_, device) = state.deadlines.swap_remove(place);
                drop(state);
                self.queue(kernel, &device, Job::Overdue);
                state = lock(&self.state);
                continue;
            }
            state = match state.deadlines.iter().map(|(at, _)| *at).min() {
                None => wait(&self.deadline, state),
                Some(at) => match self
                    .deadline
                    .wait_timeout(state, at.saturating_duration_since(now))
                {
                    Ok((state, _)) => state,
                    Err(poisoned) => poisoned.into_inner().0,
                },
            };
        }
    }
}
