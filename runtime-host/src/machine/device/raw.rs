//! The memory behind the pointers that a driver has of its device, and the way back from them.

use std::ffi::c_void;
use std::mem::offset_of;
use std::sync::atomic::AtomicU16;
use std::sync::{Arc, OnceLock};

use runtime_kernel::RawDevice;

use super::Device;
use crate::machine::card::Slot;
use crate::machine::context;

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
pub(super) struct Raw(*mut NetDevice);

// SAFETY: the memory may be used from any thread; its fields say how.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

impl Raw {
    /// Memory for the device of the card in a slot.
    pub(super) fn new(slot: &Slot) -> Self {
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
        raw
    }

    /// Has the pointers lead to the device.
    pub(super) fn set_device(self, device: &Arc<Device>) {
        // SAFETY: made, and not freed; the driver does not have the pointers yet.
        let _ = unsafe { (*self.0).md.device.set(device.clone()) };
    }

    /// Frees the memory; the driver is done with it, and nobody uses this again.
    pub(super) fn free(self) {
        // SAFETY: made by `Box::into_raw` in `new`, and freed once, by whoever probed or removes the device.
        drop(unsafe { Box::from_raw(self.0) });
    }

    pub(super) fn netdev(self) -> *mut c_void {
        self.0.cast()
    }

    pub(super) fn md(self) -> *mut RawDevice {
        // SAFETY: within the allocation.
        unsafe { &raw mut (*self.0).md.head }
    }

    pub(super) fn napi(self) -> *mut c_void {
        // SAFETY: within the allocation.
        unsafe { (&raw mut (*self.0).md.napi_magic).cast() }
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
