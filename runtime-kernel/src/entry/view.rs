//! What administrators are shown about the split: the files of the debugfs directory.

use super::Entry;
use crate::channel::Channel;
use crate::ffi::RawDevice;
use crate::memory::Shared;
use crate::profile;
use crate::split::KernelHalf;
use crate::{Driver, Error};
use core::ffi::{c_int, c_void};
use core::fmt::{self, Write};

/// Numbers of `enum md_view`.
const PLACEMENTS: u32 = 0;
const CROSSINGS: u32 = 1;
const INCARNATION: u32 = 2;

/// A buffer of the caller's. What does not fit is measured all the same.
struct Page {
    buffer: *mut u8,
    size: usize,
    length: usize,
}

impl Write for Page {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let room = self.size.saturating_sub(self.length).min(text.len());
        // SAFETY: the buffer has `size` bytes, of which `length` are written already; where there is
        // no room left, nothing is, and the offset stays inside.
        unsafe {
            let place = self.buffer.add(self.length.min(self.size));
            core::ptr::copy_nonoverlapping(text.as_ptr(), place, room);
        }
        self.length = self.length.saturating_add(text.len());
        Ok(())
    }
}

impl<D: Driver + KernelHalf> Entry<D> {
    pub(super) unsafe extern "C" fn view(
        md: *mut c_void,
        which: u32,
        buffer: *mut u8,
        size: usize,
    ) -> usize {
        let mut page = Page {
            buffer,
            size,
            length: 0,
        };
        // SAFETY: the glue passes a live device, and removes the files before the channel goes.
        let channel = unsafe { Shared::<Channel>::borrow_raw((*md.cast::<RawDevice>()).channel) };
        // A page takes whatever it is given.
        let _ = match (which, channel) {
            (PLACEMENTS, _) => page.write_str(D::PLACEMENTS),
            (CROSSINGS, Some(channel)) => channel.write_crossings(&mut page),
            (INCARNATION, Some(channel)) => channel.write_incarnation(&mut page),
            _ => Ok(()),
        };
        page.length
    }

    pub(super) const PROFILE: Option<unsafe extern "C" fn(*mut u8, usize) -> usize> =
        match D::PROFILE {
            Some(_) => Some(Self::profile),
            None => None,
        };

    pub(super) const START_PROFILE: Option<unsafe extern "C" fn(*const u8, usize) -> c_int> =
        match D::PROFILE {
            Some(_) => Some(Self::start_profile),
            None => None,
        };

    unsafe extern "C" fn profile(buffer: *mut u8, size: usize) -> usize {
        let mut page = Page {
            buffer,
            size,
            length: 0,
        };
        if let Some(table) = D::PROFILE {
            // A page takes whatever it is given.
            let _ = profile::write(table(), &mut page);
        }
        page.length
    }

    unsafe extern "C" fn start_profile(name: *const u8, length: usize) -> c_int {
        // SAFETY: the glue passes so many bytes.
        let name = unsafe { core::slice::from_raw_parts(name, length) };
        let started = match D::PROFILE {
            Some(table) => profile::start(table(), name),
            None => Err(Error::EINVAL),
        };
        super::errno(started)
    }
}
