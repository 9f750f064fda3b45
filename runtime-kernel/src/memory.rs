//! Fallible allocation. There is no global allocator: what cannot be had is an error to handle.

use crate::{Error, Result, ffi};
use core::ops::Deref;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering, fence};
use partitioner_macros::kernel_only;

/// Zeroed memory for one `T`, not yet a `T`.
fn allocate<T>(count: usize) -> Result<NonNull<T>> {
    const { assert!(align_of::<T>() <= 8, "kmalloc aligns to 8 bytes") };
    let size = size_of::<T>().checked_mul(count).ok_or(Error::ENOMEM)?;
    // SAFETY: no condition; a null result is handled here.
    NonNull::new(unsafe { ffi::md_allocate(size.max(1)) })
        .map(NonNull::cast)
        .ok_or(Error::ENOMEM)
}

fn free<T>(memory: NonNull<T>) {
    // SAFETY: only called with what `allocate` returned, once.
    unsafe { ffi::md_free(memory.as_ptr().cast()) }
}

/// A boxed value.
#[derive(Debug)]
pub(crate) struct Owned<T>(NonNull<T>);

impl<T> Owned<T> {
    pub(crate) fn new(value: T) -> Result<Self> {
        let memory = allocate::<T>(1)?;
        // SAFETY: fresh memory of the right size and alignment.
        unsafe { memory.write(value) };
        Ok(Self(memory))
    }

    /// Gives the value to C; [`Owned::from_raw`] takes it back.
    pub(crate) fn into_raw(self) -> *mut T {
        let raw = self.0.as_ptr();
        core::mem::forget(self);
        raw
    }

    /// # Safety
    ///
    /// `raw` came from [`Owned::into_raw`] and is not used otherwise from now on.
    pub(crate) unsafe fn from_raw(raw: *mut T) -> Option<Self> {
        NonNull::new(raw).map(Self)
    }
}

impl<T> Deref for Owned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: owned and initialised.
        unsafe { self.0.as_ref() }
    }
}

impl<T> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: owned, initialised, dropped once.
        unsafe { self.0.drop_in_place() };
        free(self.0);
    }
}

/// A counted reference to a shared value.
#[derive(Debug)]
pub(crate) struct Shared<T>(NonNull<Counted<T>>);

#[derive(Debug)]
struct Counted<T> {
    count: AtomicUsize,
    value: T,
}

// SAFETY: as `alloc::sync::Arc`.
unsafe impl<T: Send + Sync> Send for Shared<T> {}
// SAFETY: as `alloc::sync::Arc`.
unsafe impl<T: Send + Sync> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Result<Self> {
        let counted = Owned::new(Counted {
            count: AtomicUsize::new(1),
            value,
        })?;
        NonNull::new(counted.into_raw())
            .map(Self)
            .ok_or(Error::ENOMEM)
    }

    pub(crate) fn into_raw(self) -> *mut core::ffi::c_void {
        let raw = self.0.as_ptr().cast();
        core::mem::forget(self);
        raw
    }

    /// # Safety
    ///
    /// `raw` came from [`Shared::into_raw`] and carries one reference, which passes to the result.
    pub(crate) unsafe fn from_raw(raw: *mut core::ffi::c_void) -> Option<Self> {
        NonNull::new(raw.cast()).map(Self)
    }

    /// # Safety
    ///
    /// `raw` came from [`Shared::into_raw`] and its reference outlives `'a`.
    pub(crate) unsafe fn borrow_raw<'a>(raw: *mut core::ffi::c_void) -> Option<&'a T> {
        // SAFETY: the caller's promise; the value lives as long as a reference does.
        unsafe { raw.cast::<Counted<T>>().as_ref() }.map(|counted| &counted.value)
    }

    /// # Safety
    ///
    /// As for [`Shared::borrow_raw`], for the duration of the call.
    pub(crate) unsafe fn clone_raw(raw: *mut core::ffi::c_void) -> Option<Self> {
        // SAFETY: the caller's promise.
        let borrowed = core::mem::ManuallyDrop::new(unsafe { Self::from_raw(raw) }?);
        Some(Self::clone(&borrowed))
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        // SAFETY: a reference keeps the value alive.
        unsafe { self.0.as_ref() }
            .count
            .fetch_add(1, Ordering::Relaxed);
        Self(self.0)
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: a reference keeps the value alive.
        &unsafe { self.0.as_ref() }.value
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        // SAFETY: our reference keeps the value alive until the count is lowered.
        if unsafe { self.0.as_ref() }
            .count
            .fetch_sub(1, Ordering::Release)
            != 1
        {
            return;
        }
        fence(Ordering::Acquire);
        // SAFETY: that was the last reference, so the value is ours alone.
        drop(unsafe { Owned::from_raw(self.0.as_ptr()) });
    }
}

/// Bytes of its own.
#[derive(Debug)]
pub(crate) struct Copied {
    bytes: NonNull<u8>,
    length: usize,
}

// SAFETY: it owns its bytes, which do not change.
unsafe impl Send for Copied {}
// SAFETY: as above.
unsafe impl Sync for Copied {}

impl Copied {
    /// A copy of these. May sleep.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self> {
        let memory = allocate::<u8>(bytes.len())?;
        // SAFETY: fresh memory of that length.
        unsafe {
            memory
                .as_ptr()
                .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len())
        };
        Ok(Self {
            bytes: memory,
            length: bytes.len(),
        })
    }
}

impl Deref for Copied {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        // SAFETY: `length` bytes, all written by `of`.
        unsafe { core::slice::from_raw_parts(self.bytes.as_ptr(), self.length) }
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        free(self.bytes);
    }
}

/// A fixed number of counters.
#[derive(Debug)]
pub(crate) struct Counts {
    counts: NonNull<AtomicU64>,
    length: usize,
}

// SAFETY: it owns its counters, which are made to be shared.
unsafe impl Send for Counts {}
// SAFETY: as above.
unsafe impl Sync for Counts {}

impl Counts {
    /// So many, all 0.
    pub(crate) fn new(length: usize) -> Result<Self> {
        let counts = allocate(length)?;
        Ok(Self { counts, length })
    }

    /// Counter `index`, where there is one.
    pub(crate) fn get(&self, index: usize) -> Option<&AtomicU64> {
        // SAFETY: `length` counters; all zeroes is one.
        let counts = unsafe { core::slice::from_raw_parts(self.counts.as_ptr(), self.length) };
        counts.get(index)
    }
}

impl Drop for Counts {
    fn drop(&mut self) {
        free(self.counts);
    }
}

/// A fixed number of places, a power of two, each empty or holding a `T`. An index is taken modulo
/// that number, so no access is out of bounds.
///
/// # Invariants
///
/// `places` points to `mask + 1` initialised values, and `mask + 1` is a power of two.
#[derive(Debug)]
#[kernel_only]
pub struct Slots<T> {
    places: NonNull<Option<T>>,
    mask: u32,
}

// SAFETY: it owns its values, as `Vec` does.
unsafe impl<T: Send> Send for Slots<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for Slots<T> {}

impl<T> Slots<T> {
    /// `count` empty places; `EINVAL` unless it is a power of two.
    pub fn new(count: u32) -> Result<Self> {
        if !count.is_power_of_two() {
            return Err(Error::EINVAL);
        }
        let places = allocate::<Option<T>>(count as usize)?;
        for i in 0..count as usize {
            // SAFETY: within the fresh allocation.
            unsafe { places.add(i).write(None) };
        }
        // INVARIANT: `count` values were just written.
        Ok(Self {
            places,
            mask: count - 1,
        })
    }

    /// The number of places.
    pub fn count(&self) -> u32 {
        self.mask + 1
    }

    fn place(&self, index: u32) -> NonNull<Option<T>> {
        // SAFETY: masked, so within the allocation by the invariant.
        unsafe { self.places.add((index & self.mask) as usize) }
    }

    /// The value at `index`.
    #[inline]
    pub fn get(&self, index: u32) -> Option<&T> {
        // SAFETY: initialised; shared access through `&self`.
        unsafe { self.place(index).as_ref() }.as_ref()
    }

    /// The value at `index`, to change.
    #[inline]
    pub fn get_mut(&mut self, index: u32) -> Option<&mut T> {
        // SAFETY: initialised; exclusive access through `&mut self`.
        unsafe { self.place(index).as_mut() }.as_mut()
    }

    /// Puts a value there; returns what was there.
    #[inline]
    pub fn put(&mut self, index: u32, value: T) -> Option<T> {
        // SAFETY: initialised; exclusive access through `&mut self`.
        unsafe { self.place(index).as_mut() }.replace(value)
    }

    /// Takes the value out.
    #[inline]
    pub fn take(&mut self, index: u32) -> Option<T> {
        // SAFETY: initialised; exclusive access through `&mut self`.
        unsafe { self.place(index).as_mut() }.take()
    }
}

impl<T> Drop for Slots<T> {
    fn drop(&mut self) {
        for i in 0..=self.mask {
            drop(self.take(i));
        }
        free(self.places);
    }
}
