//! Socket buffers.

use crate::{Device, Error, Result, ffi};
use core::ffi::c_void;
use core::ptr::NonNull;
use partitioner_macros::kernel_only;

/// A packet: linear, owned.
///
/// # Invariants
///
/// The pointer is to a `struct sk_buff` that nobody else uses.
#[derive(Debug)]
#[kernel_only]
pub struct SkBuff(NonNull<c_void>);

// SAFETY: an owned packet may be used from any context.
unsafe impl Send for SkBuff {}

impl SkBuff {
    /// # Safety
    ///
    /// `raw` is an `sk_buff` whose ownership passes to the result.
    pub(crate) unsafe fn from_raw(raw: *mut c_void) -> Option<Self> {
        NonNull::new(raw).map(Self)
    }

    pub(crate) fn raw(&self) -> *mut c_void {
        self.0.as_ptr()
    }

    fn into_raw(self) -> *mut c_void {
        let raw = self.raw();
        core::mem::forget(self);
        raw
    }

    /// An empty packet with room for `length` bytes, its network header aligned. From any context.
    pub fn allocate(device: &Device, length: u32) -> Result<Self> {
        // SAFETY: the device lives; null is handled; a fresh buffer is ours alone.
        unsafe { Self::from_raw(ffi::md_skb_alloc(device.head().netdev, length)) }
            .ok_or(Error::ENOMEM)
    }

    /// Bytes in the packet.
    #[expect(
        clippy::len_without_is_empty,
        reason = "an empty packet is no case of its own"
    )]
    #[inline]
    pub fn len(&self) -> u32 {
        // SAFETY: a live buffer.
        unsafe { part::len(self.raw()) }
    }

    /// The packet.
    #[inline]
    pub fn data(&self) -> &[u8] {
        // SAFETY: the buffer is linear, so `len` bytes lie at `data`.
        unsafe { core::slice::from_raw_parts(part::data(self.raw()), self.len() as usize) }
    }

    #[inline]
    pub(crate) fn data_mut(&mut self) -> *mut u8 {
        // SAFETY: a live buffer.
        unsafe { part::data(self.raw()) }
    }

    /// Appends a copy of `bytes`. The caller allocated at least that much room.
    pub fn append(&mut self, bytes: &[u8]) {
        let length = bytes.len() as u32;
        // SAFETY: `skb_put` checks the room (and stops the machine when there is none); the new
        // bytes are ours and do not overlap the source.
        unsafe {
            let place = ffi::md_skb_put(self.raw(), length);
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len());
        }
    }

    pub(crate) fn grow(&mut self, length: u32) {
        // SAFETY: as in `append`; the bytes were written by the device.
        unsafe { ffi::md_skb_put(self.raw(), length) };
    }

    /// Pads with zeroes to at least `length` bytes; the packet is lost when memory is.
    #[inline]
    pub fn pad_to(self, length: u32) -> Result<Self> {
        if self.len() >= length {
            return Ok(self);
        }
        let raw = self.into_raw();
        // SAFETY: a live buffer; the glue frees it when it fails.
        Error::check(unsafe { ffi::md_skb_pad(raw, length) })?;
        // SAFETY: still ours.
        unsafe { Self::from_raw(raw) }.ok_or(Error::ENOMEM)
    }

    /// Frees a transmitted packet. `budget` is the NAPI budget, 0 outside a poll.
    #[inline]
    pub fn consume(self, budget: u32) {
        // SAFETY: ownership passes to the kernel.
        unsafe { ffi::md_skb_consume(self.into_raw(), budget as i32) }
    }

    /// Hands a received packet to the stack. From a poll.
    #[inline]
    pub fn receive(self, device: &Device) {
        // SAFETY: ownership passes to the kernel.
        unsafe { ffi::md_skb_receive(device.head().netdev, self.into_raw()) }
    }

    /// Takes a software time stamp, where one was asked for, before the device gets the packet.
    #[inline]
    pub fn timestamp(&self) {
        // SAFETY: a live buffer.
        unsafe { ffi::md_skb_timestamp(self.raw()) }
    }
}

impl Drop for SkBuff {
    fn drop(&mut self) {
        // SAFETY: owned; freed once.
        unsafe { ffi::md_skb_free(self.raw()) }
    }
}

/// What is read of a buffer: where the glue says that it is, without a call.
#[cfg(target_os = "none")]
mod part {
    use crate::ffi;
    use core::ffi::c_void;

    /// # Safety
    ///
    /// `skb` is a live `sk_buff`.
    #[inline]
    pub(super) unsafe fn len(skb: *const c_void) -> u32 {
        // SAFETY: a live buffer, and the glue's distance to an `unsigned int` in it.
        unsafe {
            skb.byte_add(ffi::md_skb_len_at as usize)
                .cast::<u32>()
                .read()
        }
    }

    /// # Safety
    ///
    /// `skb` is a live `sk_buff`.
    #[inline]
    pub(super) unsafe fn data(skb: *const c_void) -> *mut u8 {
        // SAFETY: as above, to a pointer.
        unsafe {
            skb.byte_add(ffi::md_skb_data_at as usize)
                .cast::<*mut u8>()
                .read()
        }
    }
}

/// Not in a kernel: the host backend has buffers of its own.
#[cfg(not(target_os = "none"))]
mod part {
    pub(super) use crate::ffi::{md_skb_data as data, md_skb_len as len};
}
