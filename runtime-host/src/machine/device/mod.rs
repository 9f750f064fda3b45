//! A driver instance: what the C glue's `struct md_device` is, and calls into its driver. `raw` is the
//! memory that the driver's pointers point to, `lifecycle` how it comes and goes, `channel` what a user
//! half asks of it.

mod channel;
mod lifecycle;
mod raw;

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use runtime_kernel::DriverTable;

use crate::machine::Errno;
use crate::machine::card::{Found, Slot};
use crate::machine::context::{self, Mode};
use crate::machine::file::DeviceFile;
use crate::machine::kernel::Kernel;
use crate::machine::log::Level;
use crate::machine::module::Module;
use crate::machine::net::Net;
use crate::machine::spin::SpinLock;
use crate::machine::workqueue::Job;
use crate::parts::napi::Napi;

pub(crate) use channel::{FileHandle, release_file};
use raw::Raw;
pub(crate) use raw::{NAPI_IN_DEVICE, NETDEV_TO_DEVICE, of_md, of_netdev};

/// Work items and timers of a device.
pub(crate) const WORKS: u32 = 4;
pub(crate) const TIMERS: u32 = 2;

/// One driver instance.
pub(crate) struct Device {
    raw: Raw,
    pub(crate) kernel: Arc<Kernel>,
    pub(crate) slot: Arc<Slot>,
    pub(crate) module: Arc<Module>,
    /// The order in which it was found.
    pub(crate) number: usize,
    pub(crate) register_lock: SpinLock,
    pub(crate) napi: Napi,
    completed: AtomicBool,
    /// No work is scheduled any more.
    pub(crate) going: AtomicBool,
    /// Which interrupt line is its, is known: from PCI, or it was found.
    irq_known: AtomicBool,
    pub(crate) net: Net,
    pub(crate) file: Mutex<Option<DeviceFile>>,
}

impl std::fmt::Debug for Device {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Device")
            .field("slot", &self.slot)
            .finish_non_exhaustive()
    }
}

impl Device {
    /// Makes a device for the card in `slot`; the driver does not know it yet.
    fn new(
        kernel: &Arc<Kernel>,
        slot: &Arc<Slot>,
        module: &Arc<Module>,
        number: usize,
    ) -> Arc<Self> {
        let raw = Raw::new(slot);
        let device = Arc::new(Self {
            raw,
            kernel: kernel.clone(),
            slot: slot.clone(),
            module: module.clone(),
            number,
            register_lock: SpinLock::new(),
            napi: Napi::new(),
            completed: AtomicBool::new(false),
            going: AtomicBool::new(false),
            irq_known: AtomicBool::new(matches!(slot.found, Found::OnPci(_))),
            net: Net::new(),
            file: Mutex::default(),
        });
        raw.set_device(&device);
        device
    }

    /// Frees what the driver's pointers point to. Once, by whoever probed or removes the device.
    fn free(&self) {
        self.raw.free();
    }

    /// Name on the bus.
    pub(crate) fn name(&self) -> &str {
        self.slot.name()
    }

    pub(crate) fn table(&self) -> &'static DriverTable {
        self.module.table
    }

    /// What attach stored. Null before and after.
    pub(crate) fn state(&self) -> *const c_void {
        // SAFETY: the memory lives until `free`, after which nobody asks; read as the glue reads it.
        unsafe { (&raw const (*self.raw.md()).state).read_volatile() }
    }

    pub(crate) fn channel(&self) -> *mut c_void {
        // SAFETY: as above; written while the device is probed.
        unsafe { (*self.raw.md()).channel }
    }

    fn md(&self) -> *mut c_void {
        self.raw.md().cast()
    }

    /// Logs a line about it.
    pub(crate) fn log(&self, level: Level, text: &str) {
        let driver = &self.module.name;
        let line = match self.net.name_if_registered() {
            Some(interface) => format!("{driver} {}: {interface}: {text}", self.name()),
            None => format!("{driver} {}: {text}", self.name()),
        };
        self.kernel.log.write(level, line);
    }

    /// Calls into the driver. `body` gets the table and the state, which is attached.
    ///
    /// The state pointer stays valid while the body runs: it is called where the kernel may call the
    /// driver, which is between registration and unregistration, or from what removal waits for.
    pub(crate) fn call<R>(
        &self,
        mode: Mode,
        body: impl FnOnce(&'static DriverTable, *const c_void) -> R,
    ) -> R {
        context::enter(&self.kernel, mode, || body(self.table(), self.state()))
    }

    pub(crate) fn irq_known(&self) -> bool {
        self.irq_known.load(Ordering::Relaxed)
    }

    pub(crate) fn set_irq_known(&self) {
        self.irq_known.store(true, Ordering::Relaxed);
    }

    pub(crate) fn call_interrupt(&self) -> bool {
        // SAFETY: requested by the driver, and not freed: the line waits for us.
        unsafe { (self.table().interrupt)(self.slot.id.0 as c_int, self.md()) != 0 }
    }

    pub(crate) fn call_poll(&self, budget: c_int) -> c_int {
        self.completed.store(false, Ordering::Relaxed);
        // SAFETY: NAPI is enabled, so the state is there, and whoever disables it waits for us.
        unsafe { (self.table().poll)(self.raw.napi(), budget) }
    }

    /// Whether the last poll completed.
    pub(crate) fn take_completed(&self) -> bool {
        self.completed.swap(false, Ordering::Relaxed)
    }

    pub(crate) fn set_completed(&self) {
        self.completed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn call_timer(&self, number: u32) {
        let state = self.state();
        if !state.is_null() {
            // SAFETY: removal waits for timers before the state goes.
            unsafe { (self.table().timer)(state, number) }
        }
    }

    pub(crate) fn call_start_xmit(&self, packet: *mut c_void) -> c_int {
        // SAFETY: the interface is up; the packet is the driver's from now on.
        unsafe { (self.table().start_xmit)(packet, self.raw.netdev()) }
    }

    /// Whether a call of the user half is overdue, as the kernel's timer asks.
    fn call_overdue(&self, kernel: &Arc<Kernel>) -> bool {
        context::enter(kernel, Mode::Softirq, || {
            // SAFETY: removal waits for work before the state and the device go.
            unsafe { (self.module.exports.channel_overdue)(self.md()) }
        })
    }

    /// Runs a work item.
    pub(crate) fn run_job(self: &Arc<Self>, kernel: &Arc<Kernel>, job: Job) {
        if job == Job::Overdue {
            if self.call_overdue(kernel) {
                kernel.work.queue(kernel, self, Job::Expire);
            }
            return;
        }
        context::enter(kernel, Mode::Process, || {
            let (table, exports) = (self.table(), &self.module.exports);
            let state = self.state();
            // SAFETY: removal waits for work before the state and the device go.
            unsafe {
                match job {
                    Job::Work(number) if !state.is_null() => (table.work)(state, number),
                    Job::Work(_) | Job::Overdue => {}
                    Job::Connect => (exports.channel_connected)(self.md()),
                    Job::Deferred => (exports.channel_deferred)(self.md()),
                    Job::RxMode => self.net.call_set_rx_mode(table, state),
                    Job::TxTimeout => (table.tx_timeout)(state, 0),
                    Job::Expire => (exports.channel_expire)(self.md()),
                }
            }
        });
    }

    /// Suspends or resumes it.
    pub(crate) fn power(&self, on: bool) -> Result<(), Errno> {
        self.call(Mode::Process, |table, state| {
            if state.is_null() {
                return Ok(());
            }
            // SAFETY: attached; called from the power management's only thread.
            Errno::check(unsafe {
                if on {
                    (table.resume)(state)
                } else {
                    (table.suspend)(state)
                }
            })
        })
    }
}

/// The thread of a slot's interrupt line.
pub(crate) fn serve_interrupts(kernel: &Arc<Kernel>, slot: &Arc<Slot>) {
    while slot.line.next() {
        if let Some(device) = slot.device() {
            context::enter(kernel, Mode::HardInterrupt, || device.call_interrupt());
        }
        slot.line.handled(|| {
            let text = format!("irq {}: nobody cared", slot.id.0);
            kernel.faults.record(text.clone());
            kernel.log.write(Level::Error, text);
        });
    }
}
