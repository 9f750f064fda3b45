//! Memory that the device reads and writes.
//!
//! [`Coherent`]: memory that both sides see, as descriptor rings. [`Mapped`] and [`Received`]: packet
//! buffers that belong to the device until they are unmapped (or synced); the types do not let the
//! CPU touch them meanwhile.

use crate::{Device, Error, Result, SkBuff, ffi};
use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;
use partitioner_macros::kernel_only;

/// The layout of a descriptor that the device shares.
#[kernel_only]
pub trait Descriptor {
    /// Bytes of one descriptor: a multiple of its alignment.
    const SIZE: usize;
}

/// An integer that a [`Field`] can have.
pub trait Integer: Copy + sealed::Sealed {
    #[doc(hidden)]
    fn in_cpu_order(self) -> Self;
    #[doc(hidden)]
    fn in_wire_order(self) -> Self;
}
mod sealed {
    pub trait Sealed {}
}
macro_rules! integers {
    ($($ty:ident)*) => {$(
        impl sealed::Sealed for $ty {}
        impl Integer for $ty {
            #[inline]
            fn in_cpu_order(self) -> Self { $ty::from_le(self) }
            #[inline]
            fn in_wire_order(self) -> Self { $ty::to_le(self) }
        }
    )*};
}
integers!(u8 u16 u32);

/// A little-endian integer field of a descriptor `D`.
#[derive(Debug)]
#[kernel_only]
pub struct Field<D, T> {
    offset: usize,
    _types: PhantomData<(D, T)>,
}

impl<D, T> Clone for Field<D, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<D, T> Copy for Field<D, T> {}

impl<D: Descriptor, T: Integer> Field<D, T> {
    /// The field at `offset` bytes; does not compile as a constant unless it is aligned and inside.
    pub const fn at(offset: usize) -> Self {
        assert!(offset.is_multiple_of(size_of::<T>()) && offset + size_of::<T>() <= D::SIZE);
        assert!(D::SIZE.is_multiple_of(size_of::<T>()));
        Self {
            offset,
            _types: PhantomData,
        }
    }
}

/// Coherent memory: a power of two of descriptors. Positions are taken modulo their number.
///
/// # Invariants
///
/// `memory` is `size = (mask + 1) * D::SIZE` bytes of live coherent memory of the device, page-aligned.
#[derive(Debug)]
#[kernel_only]
pub struct Coherent<D> {
    device: *mut ffi::RawDevice,
    memory: NonNull<u8>,
    address: u64,
    mask: u32,
    size: usize,
    _type: PhantomData<D>,
}

// SAFETY: accesses are volatile; nothing is tied to a task.
unsafe impl<D> Send for Coherent<D> {}

impl<D: Descriptor> Coherent<D> {
    /// Zeroed descriptors; `EINVAL` unless `count` is a power of two. The result lives in the driver's
    /// state, and so not longer than the device.
    pub fn new(device: &Device, count: u32) -> Result<Self> {
        if !count.is_power_of_two() {
            return Err(Error::EINVAL);
        }
        let size = (count as usize).checked_mul(D::SIZE).ok_or(Error::ENOMEM)?;
        let mut address = 0;
        // SAFETY: the device lives; null is handled.
        let memory = NonNull::new(unsafe { ffi::md_dma_alloc(device.raw(), size, &mut address) });
        // INVARIANT: just allocated with this size.
        let memory = memory.ok_or(Error::ENOMEM)?;
        Ok(Self {
            device: device.raw(),
            memory,
            address,
            mask: count - 1,
            size,
            _type: PhantomData,
        })
    }

    /// The number of descriptors.
    pub fn count(&self) -> u32 {
        self.mask + 1
    }

    /// Where the device finds the first one; below 2^32, as the driver's mask demands.
    pub fn address(&self) -> u32 {
        self.address as u32
    }

    #[inline]
    fn place<T: Integer>(&self, index: u32, field: Field<D, T>) -> *mut T {
        let offset = (index & self.mask) as usize * D::SIZE + field.offset;
        // SAFETY: masked, so inside by the invariant; the field's constructor checked the offset.
        unsafe { self.memory.as_ptr().add(offset).cast() }
    }

    /// Reads a field.
    #[inline]
    pub fn load<T: Integer>(&self, index: u32, field: Field<D, T>) -> T {
        // SAFETY: inside and aligned; volatile, since the device writes there.
        unsafe { self.place(index, field).read_volatile() }.in_cpu_order()
    }

    /// Reads a field; later reads of memory see what the device wrote before it.
    #[inline]
    pub fn load_acquire<T: Integer>(&self, index: u32, field: Field<D, T>) -> T {
        let value = self.load(index, field);
        barrier::read();
        value
    }

    /// Writes a field.
    #[inline]
    pub fn store<T: Integer>(&mut self, index: u32, field: Field<D, T>, value: T) {
        // SAFETY: inside and aligned; volatile, since the device reads there.
        unsafe {
            self.place(index, field)
                .write_volatile(value.in_wire_order())
        }
    }

    /// Writes a field after everything written before: how a descriptor passes to the device.
    #[inline]
    pub fn store_release<T: Integer>(&mut self, index: u32, field: Field<D, T>, value: T) {
        barrier::write();
        self.store(index, field, value);
    }
}

impl<D> Drop for Coherent<D> {
    fn drop(&mut self) {
        // SAFETY: allocated by `new` with this size; the device lives as long as the state.
        unsafe { ffi::md_dma_free(self.device, self.size, self.memory.as_ptr(), self.address) }
    }
}

mod barrier {
    use core::sync::atomic::{Ordering, compiler_fence};

    #[cfg(not(target_arch = "x86_64"))]
    compile_error!("the barriers of coherent memory are written for x86-64 only");

    // x86 keeps stores in order among themselves, and loads too: the compiler alone must be held back.
    #[inline]
    pub(super) fn write() {
        compiler_fence(Ordering::Release);
    }

    #[inline]
    pub(super) fn read() {
        compiler_fence(Ordering::Acquire);
    }
}

/// A packet that the device transmits: it belongs to the device until [`Mapped::unmap`].
///
/// # Invariants
///
/// The packet's `length` bytes are mapped at `address`, for the device to read. The packet is taken out
/// once, by `release`, by whom the value is not used afterwards.
#[derive(Debug)]
#[kernel_only]
pub struct Mapped {
    device: *mut ffi::RawDevice,
    skb: ManuallyDrop<SkBuff>,
    address: u64,
    length: u32,
}

// SAFETY: an owned packet and its mapping may be used from any context.
unsafe impl Send for Mapped {}

impl Mapped {
    /// Gives a packet to the device; it is lost when it cannot be mapped.
    #[inline]
    pub fn new(device: &Device, mut skb: SkBuff) -> Result<Self> {
        let length = skb.len();
        let data = skb.data_mut();
        // SAFETY: the packet's bytes, which stay where they are while we own it.
        let address =
            unsafe { ffi::md_dma_map(device.raw(), data, length as usize, ffi::TO_DEVICE) };
        if address == u64::MAX {
            return Err(Error::ENOMEM);
        }
        // INVARIANT: just mapped.
        Ok(Self {
            device: device.raw(),
            skb: ManuallyDrop::new(skb),
            address,
            length,
        })
    }

    /// Where the device finds it.
    #[inline]
    pub fn address(&self) -> u32 {
        self.address as u32
    }

    /// Its length in bytes.
    #[inline]
    pub fn length(&self) -> u32 {
        self.length
    }

    /// Takes the packet back from the device, which must be done with it.
    #[inline]
    pub fn unmap(self) -> SkBuff {
        // SAFETY: owned, and not dropped any more.
        unsafe { ManuallyDrop::new(self).release() }
    }

    /// # Safety
    ///
    /// The value is not used afterwards.
    #[inline]
    unsafe fn release(&mut self) -> SkBuff {
        // SAFETY: mapped by the invariant; the device lives as long as the state. The packet is taken
        // once by the caller's promise.
        unsafe {
            ffi::md_dma_unmap(
                self.device,
                self.address,
                self.length as usize,
                ffi::TO_DEVICE,
            );
            ManuallyDrop::take(&mut self.skb)
        }
    }
}

impl Drop for Mapped {
    fn drop(&mut self) {
        // SAFETY: this is the last use.
        drop(unsafe { self.release() });
    }
}

/// A buffer that the device receives into: it belongs to the device except inside
/// [`Received::peek`], until [`Received::unmap`].
///
/// # Invariants
///
/// The packet has `size` bytes of room, mapped at `address` for the device to write. The packet is taken
/// out once, by `release`, by whom the value is not used afterwards.
#[derive(Debug)]
#[kernel_only]
pub struct Received {
    device: *mut ffi::RawDevice,
    skb: ManuallyDrop<SkBuff>,
    address: u64,
    size: u32,
}

// SAFETY: an owned packet and its mapping may be used from any context.
unsafe impl Send for Received {}

impl Received {
    /// An empty buffer of `size` bytes, given to the device.
    pub fn new(device: &Device, size: u32) -> Result<Self> {
        let mut skb = SkBuff::allocate(device, size)?;
        let data = skb.data_mut();
        // SAFETY: the packet's free room, which stays where it is while we own it.
        let address =
            unsafe { ffi::md_dma_map(device.raw(), data, size as usize, ffi::FROM_DEVICE) };
        if address == u64::MAX {
            return Err(Error::ENOMEM);
        }
        // INVARIANT: just mapped.
        Ok(Self {
            device: device.raw(),
            skb: ManuallyDrop::new(skb),
            address,
            size,
        })
    }

    /// Where the device writes.
    #[inline]
    pub fn address(&self) -> u32 {
        self.address as u32
    }

    /// Bytes of room.
    #[inline]
    pub fn size(&self) -> u32 {
        self.size
    }

    /// Lends the first `length` bytes to the CPU, then gives the buffer back to the device.
    #[inline]
    pub fn peek<R>(&mut self, length: u32, body: impl FnOnce(&[u8]) -> R) -> R {
        let length = length.min(self.size) as usize;
        let data = self.skb.data_mut();
        // SAFETY: mapped by the invariant; between the two syncs the bytes belong to the CPU, and `size` of
        // them were allocated (zeroed or written by the device, so initialised).
        let result = unsafe {
            ffi::md_dma_sync_for_cpu(self.device, self.address, length);
            body(core::slice::from_raw_parts(data, length))
        };
        // SAFETY: as above.
        unsafe { ffi::md_dma_sync_for_device(self.device, self.address, length) };
        result
    }

    /// A packet with a copy of the first `length` bytes; the buffer stays the device's. `ENOMEM` where there is
    /// no memory for it.
    #[inline]
    pub fn copy(&mut self, length: u32) -> Result<SkBuff> {
        let (from, length) = (self.skb.data_mut(), length.min(self.size));
        // SAFETY: mapped by the invariant, so that `length` bytes may be read once they are synchronised, which
        // the glue does; null is handled; a fresh buffer is ours alone.
        unsafe { SkBuff::from_raw(ffi::md_dma_copy(self.device, from, self.address, length)) }
            .ok_or(Error::ENOMEM)
    }

    /// Takes the buffer back as a packet of `length` bytes.
    #[inline]
    pub fn unmap(self, length: u32) -> SkBuff {
        let length = length.min(self.size);
        // SAFETY: owned, and not dropped any more.
        let mut skb = unsafe { ManuallyDrop::new(self).release() };
        skb.grow(length);
        skb
    }

    /// # Safety
    ///
    /// The value is not used afterwards.
    #[inline]
    unsafe fn release(&mut self) -> SkBuff {
        // SAFETY: mapped by the invariant; the device lives as long as the state. The packet is taken
        // once by the caller's promise.
        unsafe {
            ffi::md_dma_unmap(
                self.device,
                self.address,
                self.size as usize,
                ffi::FROM_DEVICE,
            );
            ManuallyDrop::take(&mut self.skb)
        }
    }
}

impl Drop for Received {
    fn drop(&mut self) {
        // SAFETY: this is the last use.
        drop(unsafe { self.release() });
    }
}
