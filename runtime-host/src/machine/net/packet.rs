//! Socket buffers: linear, with headroom, with an end.

use std::ptr::NonNull;
use std::sync::Arc;

use crate::machine::context;
use crate::machine::kernel::Kernel;
use crate::machine::resources::Kind;

/// Room before the packet: what the stack wants, and two bytes that align the network header.
const HEADROOM: usize = 64 + 2;

/// A packet. The driver has a pointer to it while it owns it.
#[derive(Debug)]
pub(crate) struct Packet {
    buffer: Box<[u8]>,
    length: usize,
}

impl Packet {
    /// An empty packet with room for `room` bytes.
    pub(crate) fn with_room(room: usize) -> Self {
        // The stack's buffers come in sizes; a packet's end is its own.
        let buffer = vec![0; HEADROOM + room].into_boxed_slice();
        Self { buffer, length: 0 }
    }

    pub(crate) fn new(bytes: &[u8]) -> Self {
        let mut packet = Self::with_room(bytes.len());
        let place = packet.put(bytes.len());
        // SAFETY: `put` returned a place for so many bytes, in a buffer that is ours alone.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), place, bytes.len()) };
        packet
    }

    pub(crate) fn length(&self) -> usize {
        self.length
    }

    pub(crate) fn data(&mut self) -> *mut u8 {
        // SAFETY: the buffer has the headroom.
        unsafe { self.buffer.as_mut_ptr().add(HEADROOM) }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.buffer
            .get(HEADROOM..HEADROOM + self.length)
            .unwrap_or(&[])
    }

    /// Appends `length` bytes; returns where they are. Beyond the end of the buffer the machine stops.
    pub(crate) fn put(&mut self, length: usize) -> *mut u8 {
        let old = self.length;
        if HEADROOM + old + length > self.buffer.len() {
            context::bug(&format!(
                "skb_over_panic: {length} bytes appended to {old} in a buffer for {}",
                self.buffer.len() - HEADROOM
            ));
        }
        self.length += length;
        // SAFETY: inside, as was just checked.
        unsafe { self.data().add(old) }
    }

    /// Pads with zeroes to `length` bytes, in another buffer where this one is too short.
    pub(crate) fn pad(&mut self, length: usize) {
        if length > self.length {
            let mut bytes = self.bytes().to_vec();
            bytes.resize(length, 0);
            *self = Self::new(&bytes);
        }
    }

    /// Gives it to the driver.
    pub(crate) fn into_raw(self, kernel: &Kernel) -> *mut std::ffi::c_void {
        let size = self.length;
        let raw = Box::into_raw(Box::new(self));
        kernel.resources.take(Kind::Packet, raw.addr(), size);
        raw.cast()
    }

    /// Takes it back.
    ///
    /// # Safety
    ///
    /// `raw` is the driver's, from `into_raw`, and the driver uses it no more. That it is one is checked.
    pub(crate) unsafe fn from_raw(kernel: &Arc<Kernel>, raw: *mut std::ffi::c_void) -> Self {
        if kernel
            .resources
            .give_back(Kind::Packet, raw.addr())
            .is_none()
        {
            context::bug("a packet given up that the driver does not own");
        }
        // SAFETY: it was in the list of packets, so it came from `into_raw` and was not taken back.
        *unsafe { Box::from_raw(raw.cast::<Self>()) }
    }

    /// The packet behind a pointer that the driver owns.
    ///
    /// # Safety
    ///
    /// `raw` is the driver's, from `into_raw`, used by this thread only while the result is.
    pub(crate) unsafe fn borrow_raw<'a>(raw: *mut std::ffi::c_void) -> &'a mut Self {
        match NonNull::new(raw.cast::<Self>()) {
            // SAFETY: the caller's promise.
            Some(mut packet) => unsafe { packet.as_mut() },
            None => context::bug("a null pointer used as a packet"),
        }
    }
}
