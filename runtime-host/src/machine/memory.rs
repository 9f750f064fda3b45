//! Memory that a driver and a card share: all raw accesses to it.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::ptr::NonNull;

/// Zeroed pages that both sides read and write at any time.
///
/// # Invariants
///
/// `memory` is `layout.size()` bytes, allocated with `layout`, which is page-aligned.
#[derive(Debug)]
pub(crate) struct Pages {
    memory: NonNull<u8>,
    layout: Layout,
}

// SAFETY: it is memory; who accesses it does so with volatile accesses.
unsafe impl Send for Pages {}

impl Pages {
    pub(crate) fn new(size: usize) -> Option<Self> {
        let layout = Layout::from_size_align(size.max(1), 4096).ok()?;
        // SAFETY: the size is not zero.
        let memory = NonNull::new(unsafe { alloc_zeroed(layout) })?;
        // INVARIANT: just allocated.
        Some(Self { memory, layout })
    }

    pub(crate) fn as_ptr(&self) -> *mut u8 {
        self.memory.as_ptr()
    }

    fn place(&self, offset: usize, size: usize) -> *mut u8 {
        assert!(
            offset
                .checked_add(size)
                .is_some_and(|end| end <= self.layout.size()),
            "outside the mapping, which the caller checked"
        );
        // SAFETY: inside the allocation, as was just checked.
        unsafe { self.memory.as_ptr().add(offset) }
    }

    /// Reads, in one access where the size and the alignment allow it.
    pub(crate) fn read(&self, offset: usize, into: &mut [u8]) {
        let place = self.place(offset, into.len());
        macro_rules! whole {
            ($ty:ty) => {
                into.copy_from_slice(
                    // SAFETY: inside, and aligned as its match arm says; any bytes are a value.
                    &unsafe { place.cast::<$ty>().read_volatile() }.to_ne_bytes(),
                )
            };
        }
        match into.len() {
            2 if offset.is_multiple_of(2) => whole!(u16),
            4 if offset.is_multiple_of(4) => whole!(u32),
            8 if offset.is_multiple_of(8) => whole!(u64),
            _ => {
                for (i, byte) in into.iter_mut().enumerate() {
                    // SAFETY: inside.
                    *byte = unsafe { place.add(i).read_volatile() };
                }
            }
        }
    }

    /// Writes, in one access where the size and the alignment allow it.
    pub(crate) fn write(&self, offset: usize, bytes: &[u8]) {
        let place = self.place(offset, bytes.len());
        macro_rules! whole {
            ($ty:ty, $bytes:expr) => {
                // SAFETY: inside, and aligned as its match arm says.
                unsafe {
                    place
                        .cast::<$ty>()
                        .write_volatile(<$ty>::from_ne_bytes($bytes))
                }
            };
        }
        match *bytes {
            [a, b] if offset.is_multiple_of(2) => whole!(u16, [a, b]),
            [a, b, c, d] if offset.is_multiple_of(4) => whole!(u32, [a, b, c, d]),
            [a, b, c, d, e, f, g, h] if offset.is_multiple_of(8) => {
                whole!(u64, [a, b, c, d, e, f, g, h])
            }
            _ => {
                for (i, byte) in bytes.iter().enumerate() {
                    // SAFETY: inside.
                    unsafe { place.add(i).write_volatile(*byte) };
                }
            }
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout, by the invariant.
        unsafe { dealloc(self.memory.as_ptr(), self.layout) }
    }
}

/// The driver's memory behind a streaming mapping.
///
/// # Invariants
///
/// As long as it exists, `size` bytes at `memory` are valid, and used by nobody else while one of its
/// methods runs: the driver gave them to the device, and has them back only through the IOMMU.
#[derive(Debug)]
pub(crate) struct Window {
    memory: NonNull<u8>,
    size: usize,
}

// SAFETY: by the invariant, accesses do not overlap with anyone's.
unsafe impl Send for Window {}

impl Window {
    /// # Safety
    ///
    /// The invariant holds until the result is dropped, which is when the driver unmaps the memory.
    pub(crate) unsafe fn new(memory: *mut u8, size: usize) -> Option<Self> {
        // INVARIANT: the caller's promise.
        Some(Self {
            memory: NonNull::new(memory)?,
            size,
        })
    }

    pub(crate) fn address(&self) -> usize {
        self.memory.as_ptr().addr()
    }

    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// A copy of all of it.
    pub(crate) fn copy_out(&self) -> Vec<u8> {
        // SAFETY: by the invariant.
        unsafe { std::slice::from_raw_parts(self.memory.as_ptr(), self.size) }.to_vec()
    }

    /// Replaces the first bytes.
    pub(crate) fn copy_in(&mut self, bytes: &[u8]) {
        let length = bytes.len().min(self.size);
        // SAFETY: by the invariant, and within both.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.memory.as_ptr(), length);
        }
    }
}
