//! The device of a split driver, used by hand: what a user half may and may not do with it.

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd};
use std::ptr::NonNull;

use nix::errno::Errno;
use nix::libc;
use nix::sys::mman::{MapFlags, ProtFlags, mmap};
use runtime_wire::bell::Words;
use runtime_wire::protocol::{AREA_SIZE, BELL_SIZE, BELLS, IOCTL_TYPE, MESSAGE_SIZE, SLOT_SIZE};

/// The opened device, mapped or not.
#[derive(Debug)]
pub(crate) struct SplitDevice {
    file: File,
    area: Option<NonNull<u8>>,
}

impl SplitDevice {
    /// Opens the device.
    pub(crate) fn open(path: &str) -> std::io::Result<Self> {
        let file = File::options().read(true).write(true).open(path)?;
        Ok(Self { file, area: None })
    }

    /// Any request; no request of this device touches memory through its argument.
    pub(crate) fn request(&self, request: u8, argument: u64) -> Result<usize, Errno> {
        let number = u64::from(IOCTL_TYPE) << 8 | u64::from(request);
        // SAFETY: the argument is a number.
        let outcome = unsafe { libc::ioctl(self.file.as_raw_fd(), number, argument) };
        Errno::result(outcome).map(|value| value as usize)
    }

    /// Maps so many bytes; what was mapped is kept where it is the whole area.
    pub(crate) fn map(&mut self, length: usize, protection: ProtFlags) -> Result<(), Errno> {
        let size = std::num::NonZeroUsize::new(length).ok_or(Errno::EINVAL)?;
        // SAFETY: a new mapping at an address of the kernel's choice.
        let area = unsafe {
            mmap(
                None,
                size,
                protection,
                MapFlags::MAP_SHARED,
                self.file.as_fd(),
                0,
            )
        }?;
        if length == AREA_SIZE {
            self.area = Some(area.cast());
        }
        Ok(())
    }

    /// The words by which a slot's thread polls.
    pub(crate) fn bell(&self, slot: usize) -> Option<&Words> {
        let offset = BELLS + slot * BELL_SIZE;
        assert!(offset + BELL_SIZE <= AREA_SIZE);
        // SAFETY: inside the mapping, which stays and is aligned to pages; the kernel uses these words at once, too.
        let words = |area: NonNull<u8>| unsafe { &*area.as_ptr().add(offset).cast() };
        self.area.map(words)
    }

    fn message(&self, slot: usize, message: usize) -> Option<*mut u8> {
        let offset = slot * SLOT_SIZE + message;
        assert!(offset + MESSAGE_SIZE <= AREA_SIZE);
        // SAFETY: inside the mapping, by the check above.
        self.area.map(|area| unsafe { area.as_ptr().add(offset) })
    }

    /// Writes into a message of a slot.
    pub(crate) fn write(&self, slot: usize, message: usize, bytes: &[u8]) {
        assert!(bytes.len() <= MESSAGE_SIZE);
        if let Some(to) = self.message(slot, message) {
            // SAFETY: inside the mapping, which only this thread and the kernel use.
            unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, bytes.len()) }
        }
    }

    /// A message of a slot.
    pub(crate) fn read(&self, slot: usize, message: usize) -> Vec<u8> {
        let mut bytes = vec![0; MESSAGE_SIZE];
        if let Some(from) = self.message(slot, message) {
            // SAFETY: inside the mapping, which only this thread and the kernel use.
            unsafe { std::ptr::copy_nonoverlapping(from, bytes.as_mut_ptr(), MESSAGE_SIZE) }
        }
        bytes
    }
}
