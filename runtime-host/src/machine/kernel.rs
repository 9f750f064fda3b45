//! What belongs to a host as a whole.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::thread::JoinHandle;

use crate::machine::card::{Slot, SlotId};
use crate::machine::clock::{Alarm, Clock, MILLISECOND};
use crate::machine::failures::Failures;
use crate::machine::file::Files;
use crate::machine::hardware::Hardware;
use crate::machine::log::Log;
use crate::machine::module::Module;
use crate::machine::net::Rtnl;
use crate::machine::ports::Ports;
use crate::machine::resources::{Faults, Resources};
use crate::machine::softirq::{Softirq, Softirqs};
use crate::machine::workqueue::{Job, Workqueue};
use crate::parts::activity::Activity;
use crate::parts::shim::lock;

/// Deadline of a call to the user half where no parameter says otherwise, in milliseconds.
const UPCALL_TIMEOUT_MS: u32 = 2_000;

/// The state of one host.
#[derive(Debug)]
pub(crate) struct Kernel {
    pub(crate) name: String,
    pub(crate) activity: Activity,
    pub(crate) clock: Clock,
    pub(crate) work: Workqueue,
    pub(crate) softirqs: Softirqs,
    pub(crate) hardware: Hardware,
    pub(crate) log: Log,
    pub(crate) resources: Resources,
    pub(crate) failures: Failures,
    pub(crate) faults: Arc<Faults>,
    pub(crate) rtnl: Rtnl,
    pub(crate) files: Files,
    pub(crate) upcall_timeout_ms: AtomicU32,
    pub(crate) module: Mutex<Option<Arc<Module>>>,
    pub(crate) ports: Ports,
    slots: RwLock<Vec<Arc<Slot>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Kernel {
    pub(crate) fn new(name: &str) -> std::io::Result<Arc<Self>> {
        let activity = Activity::default();
        let kernel = Arc::new(Self {
            name: name.to_owned(),
            clock: Clock::default(),
            work: Workqueue::default(),
            softirqs: Softirqs::default(),
            hardware: Hardware::new(activity.clone()),
            activity,
            log: Log::new(),
            resources: Resources::default(),
            failures: Failures::default(),
            faults: Arc::default(),
            rtnl: Rtnl::default(),
            files: Files::new()?,
            upcall_timeout_ms: AtomicU32::new(UPCALL_TIMEOUT_MS),
            module: Mutex::default(),
            ports: Ports::default(),
            slots: RwLock::default(),
            threads: Mutex::default(),
        });
        kernel.work.start(&kernel);
        let own = kernel.clone();
        let softirq = kernel.spawn("softirq", move || own.softirqs.run(&own));
        let own = kernel.clone();
        let hardware = kernel.spawn("hardware", move || own.hardware.run(&own));
        lock(&kernel.threads).extend([softirq, hardware]);
        Ok(kernel)
    }

    /// A thread of this host.
    pub(crate) fn spawn(&self, what: &str, body: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
        let name = format!("{what} of {}", self.name);
        match std::thread::Builder::new().name(name).spawn(body) {
            Ok(thread) => thread,
            Err(error) => crate::machine::context::bug(&format!("no thread for {what}: {error}")),
        }
    }

    /// The first name that no interface has. Under RTNL.
    pub(crate) fn free_interface_name(&self) -> String {
        let taken: Vec<String> = self
            .slots()
            .iter()
            .filter_map(|slot| slot.device()?.net.name_if_registered())
            .collect();
        let mut names = (0..).map(|number| format!("eth{number}"));
        names.find(|name| !taken.contains(name)).unwrap_or_default()
    }

    pub(crate) fn reset_upcall_timeout(&self) {
        self.upcall_timeout_ms
            .store(UPCALL_TIMEOUT_MS, Ordering::Relaxed);
    }

    /// Puts a card into the next slot, with a thread for its interrupts.
    pub(crate) fn plug(
        self: &Arc<Self>,
        card: Box<dyn crate::machine::card::Card>,
        ports: Option<u16>,
    ) -> SlotId {
        let mut slots = self
            .slots
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = SlotId(slots.len());
        let slot = Arc::new(Slot::new(self, id, card, ports));
        slots.push(slot.clone());
        let own = self.clone();
        let thread = self.spawn(&format!("interrupt {}", slot.name()), move || {
            crate::machine::device::serve_interrupts(&own, &slot);
        });
        lock(&self.threads).push(thread);
        id
    }

    pub(crate) fn slot(&self, id: SlotId) -> Option<Arc<Slot>> {
        self.slots().get(id.0).cloned()
    }

    pub(crate) fn slots(&self) -> Vec<Arc<Slot>> {
        self.slots
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .clone()
    }

    /// The slot whose I/O region has `port`, and the offset there.
    pub(crate) fn slot_at(&self, port: u16) -> Option<(Arc<Slot>, u16)> {
        self.slots().into_iter().find_map(|slot| {
            let offset = port.checked_sub(slot.io_base)?;
            (offset < slot.io_size).then_some((slot, offset))
        })
    }

    /// Lets time pass on this thread, which delays or sleeps.
    pub(crate) fn pass(self: &Arc<Self>, nanoseconds: u64) {
        self.clock.pass(nanoseconds);
        self.catch_up();
    }

    /// Lets so many milliseconds pass, as they would on an idle machine: what becomes due runs to its
    /// end before the clock goes on. What waits for a user half is waited for.
    pub(crate) fn advance(self: &Arc<Self>, milliseconds: u64) {
        self.activity.wait_idle();
        let end = self.clock.now() + milliseconds * MILLISECOND;
        while let Some(next) = self.clock.next().filter(|&next| next <= end) {
            self.clock.reach(next);
            self.catch_up();
            self.activity.wait_idle();
        }
        self.clock.reach(end);
        self.catch_up();
        self.activity.wait_idle();
    }

    /// Shows the time to the cards, and starts what is due.
    fn catch_up(self: &Arc<Self>) {
        for slot in self.slots() {
            slot.with_card(self, |_, _| ());
        }
        while let Some((device, alarm)) = self.clock.take_due() {
            match alarm {
                Alarm::Work(number) => self.work.queue(self, &device, Job::Work(number)),
                Alarm::Timer(number) => {
                    self.softirqs.raise(self, &device, Softirq::Timer(number));
                }
                Alarm::Watchdog => self.softirqs.raise(self, &device, Softirq::Watchdog),
            }
        }
    }

    /// Ends all threads.
    pub(crate) fn end(&self) {
        for slot in self.slots() {
            slot.line.end();
        }
        self.softirqs.end();
        self.hardware.end();
        self.work.end();
        for thread in std::mem::take(&mut *lock(&self.threads)) {
            let _ = thread.join();
        }
    }
}
