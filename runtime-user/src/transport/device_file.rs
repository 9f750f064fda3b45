//! The character device of a kernel module.

use nix::errno::Errno;
use nix::libc;
use runtime_wire::protocol::{CONNECT, ioctl_number};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

/// An open device file.
#[derive(Debug)]
pub(crate) struct DeviceFile(OwnedFd);

impl DeviceFile {
    pub(super) fn new(file: OwnedFd) -> Self {
        Self(file)
    }

    pub(super) fn connect(&self, fingerprint: u64) -> Result<(), Errno> {
        self.ioctl(CONNECT, fingerprint).map(drop)
    }

    pub(super) fn ioctl(&self, request: u8, argument: u64) -> Result<usize, Errno> {
        let number = ioctl_number(request).into();
        // SAFETY: the argument is a number; the kernel touches no memory but the mapped area.
        let result = unsafe { libc::ioctl(self.0.as_raw_fd(), number, argument) };
        Errno::result(result).map(|value| value as usize)
    }
}

impl AsFd for DeviceFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
