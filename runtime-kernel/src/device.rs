//! A driver instance: the device, its network interface and, in a split driver, the channel to
//! the user half.

use crate::ffi::{self, RawDevice};
use crate::profile::apart;
use crate::wire::{Lower, Wire};
use crate::{Attachment, Error, MacAddress, Registers, Result, Text, channel};
use core::ffi::CStr;
use core::marker::PhantomData;
use core::ptr::NonNull;
use core::sync::atomic::Ordering;
use partitioner_macros::{kernel_only, service};

/// Handle to the driver instance. The runtime makes one for each device; a driver cannot copy it,
/// keeps it in its state, and so cannot outlive the device.
///
/// # Invariants
///
/// The pointer is to a live `struct md_device`, which outlives the driver's state.
#[derive(Debug)]
#[repr(transparent)]
pub struct Device {
    raw: NonNull<RawDevice>,
    _not_static: PhantomData<*mut RawDevice>,
}

// SAFETY: every glue function taking the device may be called from any task or context named in its
// documentation; but for its atomic, the mirrored head is written before the state exists and not
// afterwards.
unsafe impl Send for Device {}
// SAFETY: as above.
unsafe impl Sync for Device {}

impl Device {
    /// # Safety
    ///
    /// `raw` is a live device and stays so as long as the result.
    pub(crate) unsafe fn from_raw(raw: *mut RawDevice) -> Option<Self> {
        // INVARIANT: the caller's promise.
        Some(Self {
            raw: NonNull::new(raw)?,
            _not_static: PhantomData,
        })
    }

    pub(crate) fn raw(&self) -> *mut RawDevice {
        self.raw.as_ptr()
    }

    pub(crate) fn head(&self) -> &RawDevice {
        // SAFETY: live by the invariant; but for its atomic, the head is not written while a `Device`
        // exists.
        unsafe { self.raw.as_ref() }
    }

    /// The device's registers.
    #[service]
    pub fn registers(&self) -> Registers {
        Registers::of(self)
    }

    /// From here on, registers that have a wide form are accessed in it, in both halves and whoever
    /// has the handle; or in their other form again. Part of finding out what the device is: during
    /// `Driver::probe` and `Driver::attach` only.
    #[service(posted)]
    pub fn use_wide_registers(&self, wide: bool) {
        let head = self.head();
        let size = if wide { head.io_size as u16 } else { 0 };
        head.wide_registers.store(size, Ordering::Relaxed);
    }

    /// A module parameter's value for this card; `EINVAL` where the driver declares none of that name.
    #[service(parameters)]
    pub fn parameter(&self, name: &str) -> Result<i32> {
        let mut value = 0;
        // SAFETY: the device lives; the name is a valid slice, `value` a valid place.
        let known = unsafe { ffi::md_parameter(self.raw(), name.as_ptr(), name.len(), &mut value) };
        if known { Ok(value) } else { Err(Error::EINVAL) }
    }

    /// Name on the bus, as `0000:00:03.0`, or what stands for one: `ports-0300`.
    #[service(place)]
    pub fn bus_name(&self) -> Text<32> {
        // SAFETY: the device lives, and its name is NUL-terminated and as long-lived.
        let name = unsafe { CStr::from_ptr(ffi::md_bus_name(self.raw())) };
        Text::new(name.to_str().unwrap_or(""))
    }

    /// What the device is attached to.
    #[service(place)]
    pub fn attachment(&self) -> Attachment {
        // SAFETY: the device lives.
        let board = unsafe { ffi::md_on_pci(self.raw()).then(|| ffi::md_subsystem(self.raw())) };
        match board {
            Some(both) => Attachment::Pci(both as u16, (both >> 16) as u16),
            None => Attachment::Ports(self.head().io_base as u16),
        }
    }

    /// Whether there is a carrier.
    #[service(interface)]
    pub fn carrier(&self) -> bool {
        // SAFETY: the device lives.
        unsafe { ffi::md_carrier(self.raw()) }
    }

    /// Tells the stack that the carrier came or went.
    #[service(posted)]
    pub fn set_carrier(&self, on: bool) {
        // SAFETY: the device lives.
        unsafe { ffi::md_set_carrier(self.raw(), on) }
    }

    /// Whether the interface is up (from before `open` to before `stop`).
    #[service(interface)]
    pub fn is_running(&self) -> bool {
        // SAFETY: the device lives.
        unsafe { ffi::md_netdev_running(self.raw()) }
    }

    /// The interface's MTU in bytes.
    #[service(interface)]
    pub fn mtu(&self) -> u32 {
        // SAFETY: the device lives.
        unsafe { ffi::md_mtu(self.raw()) }
    }

    /// The interface's current address.
    #[service(interface)]
    pub fn address(&self) -> MacAddress {
        let mut address = [0; 6];
        // SAFETY: the device lives; the place is 6 bytes.
        unsafe { ffi::md_address(self.raw(), &mut address) };
        MacAddress(address)
    }

    /// Has `Driver::work` called with `work` (0 to 3) in so many milliseconds, replacing a pending call.
    #[service(posted)]
    pub fn schedule_work(&self, work: u32, milliseconds: u32) {
        // SAFETY: the device lives; the glue bounds the number.
        unsafe { ffi::md_schedule_work(self.raw(), work, milliseconds) }
    }

    /// Takes a pending call of `work` back; one under way goes on.
    #[service(posted)]
    pub fn cancel_work(&self, work: u32) {
        // SAFETY: the device lives; the glue bounds the number.
        unsafe { ffi::md_cancel_work(self.raw(), work) }
    }

    /// Has `Driver::timer` called with `timer` (0 or 1) in so many milliseconds, replacing a pending
    /// call. From any context, once the state is attached.
    #[kernel_only]
    pub fn arm_timer(&self, timer: u32, milliseconds: u32) {
        // SAFETY: the device lives; the glue bounds the number.
        unsafe { ffi::md_arm_timer(self.raw(), timer, milliseconds) }
    }

    /// Takes a pending call of `timer` back, and waits for one under way: not from `Driver::timer`,
    /// and not while holding a lock that it takes.
    #[kernel_only]
    pub fn disarm_timer(&self, timer: u32) {
        // SAFETY: the device lives; the glue bounds the number.
        unsafe { ffi::md_disarm_timer(self.raw(), timer) }
    }

    /// Requests the interrupt line, which on PCI is shared.
    #[kernel_only]
    pub fn request_irq(&self) -> Result<()> {
        // SAFETY: the device lives; its state is attached, since only the state holds a `Device`
        // after `attach`, and `interrupt` tolerates a state that is not there yet.
        Error::check(unsafe { ffi::md_request_irq(self.raw()) }).map(drop)
    }

    /// Releases the interrupt line, waiting for a handler under way. Does nothing without one.
    #[kernel_only]
    pub fn free_irq(&self) {
        // SAFETY: the device lives.
        unsafe { ffi::md_free_irq(self.raw()) }
    }

    /// Lets the stack transmit.
    #[kernel_only]
    pub fn start_queue(&self) {
        // SAFETY: the device lives.
        unsafe { ffi::md_queue_start(self.head().netdev) }
    }

    /// Has the stack hold packets back.
    #[kernel_only]
    pub fn stop_queue(&self) {
        // SAFETY: the device lives.
        unsafe { ffi::md_queue_stop(self.head().netdev) }
    }

    /// Whether the queue is stopped.
    #[kernel_only]
    pub fn queue_stopped(&self) -> bool {
        // SAFETY: the device lives.
        unsafe { ffi::md_queue_stopped(self.head().netdev) }
    }

    /// Lets the stack go on transmitting.
    #[kernel_only]
    pub fn wake_queue(&self) {
        // SAFETY: the device lives.
        unsafe { ffi::md_queue_wake(self.head().netdev) }
    }

    /// Stops the queue and waits until no `start_xmit` runs.
    #[kernel_only]
    pub fn disable_transmit(&self) {
        // SAFETY: the device lives.
        unsafe { ffi::md_tx_disable(self.head().netdev) }
    }

    /// Restarts the transmit watchdog's clock.
    #[kernel_only]
    pub fn touch_watchdog(&self) {
        // SAFETY: the device lives.
        unsafe { ffi::md_trans_update(self.head().netdev) }
    }

    /// Marks the interface as absent (before suspend).
    #[kernel_only]
    pub fn detach_interface(&self) {
        // SAFETY: the device lives.
        unsafe { ffi::md_netdev_detach(self.head().netdev) }
    }

    /// Marks it as present again.
    #[kernel_only]
    pub fn attach_interface(&self) {
        // SAFETY: the device lives.
        unsafe { ffi::md_netdev_attach(self.head().netdev) }
    }

    /// Lets NAPI poll. Once for each [`Device::disable_napi`].
    #[kernel_only]
    pub fn enable_napi(&self) {
        // SAFETY: the device lives.
        unsafe { ffi::md_napi_enable(self.raw()) }
    }

    /// Stops NAPI, waiting for a poll under way. Once for each [`Device::enable_napi`].
    #[kernel_only]
    #[service(sleeps)]
    pub fn disable_napi(&self) {
        // SAFETY: the device lives.
        apart(|| unsafe { ffi::md_napi_disable(self.raw()) })
    }

    /// Claims the next poll; the one who gets `true` masks the device and calls [`Device::napi_schedule`].
    #[kernel_only]
    pub fn napi_claim(&self) -> bool {
        // SAFETY: the device lives.
        unsafe { ffi::md_napi_schedule_prep(self.raw()) }
    }

    /// Schedules the claimed poll.
    #[kernel_only]
    pub fn napi_schedule(&self) {
        // SAFETY: the device lives.
        unsafe { ffi::md_napi_schedule(self.raw()) }
    }

    /// Ends a poll that did less than its budget; on `true` the device may interrupt again.
    #[kernel_only]
    pub fn napi_complete(&self, done: u32) -> bool {
        // SAFETY: the device lives; called from its poll.
        unsafe { ffi::md_napi_complete(self.raw(), done as i32) }
    }

    /// Calls a function of the user half and waits for its result.
    #[doc(hidden)]
    pub fn upcall<A: Lower, R: Wire>(&self, number: u16, arguments: &A) -> Result<R> {
        apart(|| channel::upcall(self, number, arguments))
    }

    /// The same of a function whose result depends on its arguments alone: it is called once for each.
    #[doc(hidden)]
    pub fn upcall_once<A: Lower, R: Wire>(&self, number: u16, arguments: &A) -> Result<R> {
        apart(|| channel::upcall_once(self, number, arguments))
    }

    /// Has a function of the user half called later, from any context; of several calls that
    /// wait, the last one counts.
    #[doc(hidden)]
    pub fn defer<A: Lower>(&self, number: u16, arguments: &A) {
        channel::defer(self, number, arguments);
    }
}
