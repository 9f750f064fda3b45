//! What goes to a device's channel: the system calls of a user half, and what the kernel shows of the split.

use std::ffi::c_void;
use std::sync::Arc;

use super::Device;
use crate::machine::Errno;
use crate::machine::context::{self, Caller, Mode};
use crate::machine::kernel::Kernel;
use crate::machine::module::Module;

impl Device {
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
