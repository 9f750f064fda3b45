//! A driver instance: what the C glue's `struct md_device` is, and how it comes and goes.

use std::ffi::{c_int, c_void};
use std::mem::offset_of;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use runtime_kernel::{DriverTable, RawDevice};

use crate::machine::Errno;
use crate::machine::card::{Found, Slot};
use crate::machine::clock::Alarm;
use crate::machine::context::{self, Caller, Mode};
use crate::machine::file::DeviceFile;
use crate::machine::kernel::Kernel;
use crate::machine::log::Level;
use crate::machine::module::Module;
use crate::machine::net::Net;
use crate::machine::resources::Kind;
use crate::machine::softirq::Softirq;
use crate::machine::spin::SpinLock;
use crate::machine::workqueue::Job;
use crate::parts::napi::Napi;
use crate::parts::shim::lock;

/// Work items and timers of a device.
pub(crate) const WORKS: u32 = 4;
pub(crate) const TIMERS: u32 = 2;

/// Tells a `net_device`, an `md_device` and a `napi_struct` from other memory.
const NETDEV_MAGIC: u64 = 0x6e65_7464_6576_2121;
const NAPI_MAGIC: u64 = 0x6e61_7069_2121_2121;

/// What the driver's pointers point into: a `net_device` whose private area is the `md_device`.
#[repr(C)]
struct NetDevice {
    magic: u64,
    md: MdDevice,
}

#[repr(C)]
struct MdDevice {
    /// What the driver sees of it.
    head: RawDevice,
    napi_magic: u64,
    /// What only we see: one reference.
    device: OnceLock<Arc<Device>>,
}

/// Distances that the kernel runtime adds to find the device.
pub(crate) const NETDEV_TO_DEVICE: usize = offset_of!(NetDevice, md);
pub(crate) const NAPI_IN_DEVICE: usize = offset_of!(MdDevice, napi_magic);

/// The memory of a device, until `free`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Raw(*mut NetDevice);

// SAFETY: the memory may be used from any thread; its fields say how.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

impl Raw {
    fn netdev(self) -> *mut c_void {
        self.0.cast()
    }

    fn md(self) -> *mut RawDevice {
        // SAFETY: within the allocation.
        unsafe { &raw mut (*self.0).md.head }
    }

    fn napi(self) -> *mut c_void {
        // SAFETY: within the allocation.
        unsafe { (&raw mut (*self.0).md.napi_magic).cast() }
    }
}

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

/// The device behind a pointer that the driver passed.
///
/// # Safety
///
/// `md` is what the driver got, and its device is not removed yet; the result is used only so long.
pub(crate) unsafe fn of_md<'a>(md: *const RawDevice) -> &'a Arc<Device> {
    // SAFETY: the head is the first field of an `MdDevice`, by the caller's promise.
    match unsafe { (*md.cast::<MdDevice>()).device.get() } {
        Some(device) => device,
        None => context::bug("a device is used before it exists"),
    }
}

/// The same, for a `net_device`.
///
/// # Safety
///
/// As for `of_md`.
pub(crate) unsafe fn of_netdev<'a>(netdev: *const c_void) -> &'a Arc<Device> {
    let netdev = netdev.cast::<NetDevice>();
    // SAFETY: the caller's promise.
    unsafe {
        if (*netdev).magic != NETDEV_MAGIC {
            context::bug("a pointer to a net_device points elsewhere");
        }
        of_md(&raw const (*netdev).md.head)
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
        let head = RawDevice {
            state: std::ptr::null(),
            channel: std::ptr::null_mut(),
            netdev: std::ptr::null_mut(),
            io_base: slot.io_base.into(),
            io_size: slot.io_size.into(),
            wide_registers: AtomicU16::new(0),
        };
        let raw = Raw(Box::into_raw(Box::new(NetDevice {
            magic: NETDEV_MAGIC,
            md: MdDevice {
                head,
                napi_magic: NAPI_MAGIC,
                device: OnceLock::new(),
            },
        })));
        // SAFETY: nobody else has the pointer yet.
        unsafe { (*raw.md()).netdev = raw.netdev() };
        let device = Arc::new(Self {
            raw,
            kernel: kernel.clone(),
            slot: slot.clone(),
            module: module.clone(),
            number,
            register_lock: SpinLock::new(),
            napi: Napi::new(),
            completed: AtomicBool::new(false),
            irq_known: AtomicBool::new(matches!(slot.found, Found::OnPci(_))),
            net: Net::new(),
            file: Mutex::default(),
        });
        // SAFETY: as above.
        let _ = unsafe { (*raw.0).md.device.set(device.clone()) };
        device
    }

    /// Frees what the driver's pointers point to.
    fn free(&self) {
        // SAFETY: made by `Box::into_raw` in `new`; the driver is done with it, and this is called once,
        // by whoever probed or removes the device.
        drop(unsafe { Box::from_raw(self.raw.0) });
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

    /// Runs a work item.
    pub(crate) fn run_job(self: &Arc<Self>, kernel: &Arc<Kernel>, job: Job) {
        context::enter(kernel, Mode::Process, || {
            let (table, exports) = (self.table(), &self.module.exports);
            let state = self.state();
            // SAFETY: removal waits for work before the state and the device go.
            unsafe {
                match job {
                    Job::Work(number) if !state.is_null() => (table.work)(state, number),
                    Job::Work(_) => {}
                    Job::Connect => (exports.channel_connected)(self.md()),
                    Job::Deferred => (exports.channel_deferred)(self.md()),
                    Job::RxMode => self.net.call_set_rx_mode(table, state),
                    Job::TxTimeout => (table.tx_timeout)(state, 0),
                    Job::Expire => (exports.channel_expire)(self.md()),
                }
            }
        });
    }

    /// Binds the driver to the card in `slot`, as the PCI core does.
    pub(crate) fn probe(
        kernel: &Arc<Kernel>,
        slot: &Arc<Slot>,
        module: &Arc<Module>,
        number: usize,
    ) -> Result<Arc<Self>, Errno> {
        let device = Self::new(kernel, slot, module, number);
        slot.bind(Some(device.clone()));
        let probed = context::enter(kernel, Mode::Process, || device.probe_inside());
        if let Err(errno) = probed {
            device.cancel_all();
            slot.bind(None);
            device.free();
            let text = format!(
                "{}: probe of {} failed with error {}",
                module.name,
                slot.name(),
                errno.0
            );
            kernel.log.write(Level::Error, text);
            return Err(errno);
        }
        if module.is_split() {
            device.log(
                Level::Info,
                &format!("waiting for the user half at {}", device.name()),
            );
        }
        Ok(device)
    }

    fn probe_inside(self: &Arc<Self>) -> Result<(), Errno> {
        if !self.module.is_split() {
            // SAFETY: a fresh device.
            return Errno::check(unsafe { (self.table().attach)(self.md()) });
        }
        // SAFETY: a fresh device.
        Errno::check(unsafe { (self.module.exports.channel_create)(self.md()) })?;
        match DeviceFile::open(self) {
            Ok(file) => {
                *lock(&self.file) = Some(file);
                Ok(())
            }
            Err(error) => {
                self.log(Level::Error, &format!("no device file: {error}"));
                // SAFETY: made above, used by nobody.
                unsafe {
                    (self.module.exports.channel_shutdown)(self.md());
                    (self.module.exports.channel_put)(self.channel());
                }
                Err(Errno::EIO)
            }
        }
    }

    /// Unbinds the driver, as the glue's `remove` does, in its order.
    pub(crate) fn remove(self: &Arc<Self>) {
        let file = lock(&self.file).take();
        if let Some(file) = file {
            file.close();
        }
        context::enter(&self.kernel, Mode::Process, || {
            let exports = &self.module.exports;
            self.net.unregister(self);
            if !self.channel().is_null() {
                // SAFETY: a live channel.
                unsafe { (exports.channel_shutdown)(self.md()) };
            }
            self.kernel.work.cancel_and_wait(self, Job::Connect);
            // A connection that was being served may have registered it meanwhile.
            self.net.unregister(self);
            self.cancel_all();
            if !self.state().is_null() {
                // SAFETY: attached; nothing runs any more.
                unsafe { (self.table().detach)(self.md()) };
            }
            if !self.channel().is_null() {
                // SAFETY: the device's own reference, given back once.
                unsafe { (exports.channel_put)(self.channel()) };
            }
        });
        if self
            .kernel
            .resources
            .give_back(Kind::Interrupt, self.raw.md().addr())
            .is_some()
        {
            context::bug("the driver is detached with its interrupt requested");
        }
        self.slot.bind(None);
        self.free();
    }

    fn cancel_all(self: &Arc<Self>) {
        let kernel = &self.kernel;
        context::enter(kernel, Mode::Process, || {
            for job in [Job::Deferred, Job::RxMode, Job::TxTimeout, Job::Expire] {
                kernel.work.cancel_and_wait(self, job);
            }
            for number in 0..WORKS {
                kernel.clock.cancel(self, Alarm::Work(number));
                kernel.work.cancel_and_wait(self, Job::Work(number));
                // One that ran may have scheduled itself again.
                kernel.clock.cancel(self, Alarm::Work(number));
            }
            for number in 0..TIMERS {
                self.disarm_timer(number);
            }
        });
    }

    pub(crate) fn disarm_timer(self: &Arc<Self>, number: u32) {
        self.kernel.clock.cancel(self, Alarm::Timer(number));
        self.kernel
            .softirqs
            .cancel_and_wait(self, Softirq::Timer(number));
        self.kernel.clock.cancel(self, Alarm::Timer(number));
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

    /// The text of the `crossings` file, and the fingerprint. Nothing for an unsplit driver.
    pub(crate) fn crossings(&self) -> Option<(String, u64)> {
        if self.channel().is_null() {
            return None;
        }
        let exports = &self.module.exports;
        let mut page = vec![0; 4096];
        context::enter(&self.kernel, Mode::Process, || {
            // SAFETY: the channel lives as long as the device, the page has that size.
            unsafe {
                let length =
                    (exports.channel_counters)(self.channel(), page.as_mut_ptr(), page.len());
                page.truncate(usize::try_from(length).unwrap_or(0));
                let text = String::from_utf8_lossy(&page).into_owned();
                Some((text, (exports.channel_fingerprint)(self.channel())))
            }
        })
    }

    /// A text about the split, by its number in the table.
    pub(crate) fn view(&self, which: u32) -> String {
        let mut page = vec![0; 1 << 16];
        context::enter(&self.kernel, Mode::Process, || {
            // SAFETY: the device lives, the page has that size.
            let length = unsafe {
                (self.module.table.view)(self.md(), which, page.as_mut_ptr(), page.len())
            };
            assert!(length <= page.len(), "a view of {length} bytes");
            page.truncate(length);
        });
        String::from_utf8_lossy(&page).into_owned()
    }

    /// A system call of a user half. `file` is what `open_file` returned.
    pub(crate) fn ioctl(
        &self,
        file: FileHandle,
        caller: &Caller,
        command: u32,
        argument: u64,
    ) -> i64 {
        context::enter_as(&self.kernel, Mode::Process, caller, || {
            // SAFETY: an open file.
            unsafe { (self.module.exports.file_ioctl)(file.0, command, argument) }
        })
    }

    pub(crate) fn open_file(&self, caller: &Caller) -> Result<FileHandle, Errno> {
        context::enter_as(&self.kernel, Mode::Process, caller, || {
            // SAFETY: the device is bound: who removes it closes the device file first.
            let file = unsafe { (self.module.exports.file_open)(self.channel()) };
            match file.addr() as isize {
                error @ -4095..=-1 => Err(Errno(error as i32)),
                _ => Ok(FileHandle(file)),
            }
        })
    }

    pub(crate) fn file_area(&self, file: FileHandle) -> usize {
        // SAFETY: an open file.
        unsafe { (self.module.exports.file_area)(file.0) }.addr()
    }
}

/// Closes a file; the device may be gone.
pub(crate) fn release_file(
    kernel: &Arc<Kernel>,
    module: &Module,
    caller: &Caller,
    file: FileHandle,
) {
    context::enter_as(kernel, Mode::Process, caller, || {
        // SAFETY: an open file, closed once: its last system call has returned.
        unsafe { (module.exports.file_release)(file.0) }
    });
}

/// What a kernel half calls an open file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileHandle(*mut c_void);

// SAFETY: system calls come from any thread.
unsafe impl Send for FileHandle {}
// SAFETY: as above.
unsafe impl Sync for FileHandle {}

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
