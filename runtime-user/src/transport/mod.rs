//! How requests of `runtime_wire::protocol` reach the kernel half: [`DeviceFile`] by the system calls
//! of a character device; [`HostSocket`] by messages to the host backend, where the "kernel" is an
//! ordinary process. The rest of this crate does not know which.

mod device_file;
mod host_socket;

use device_file::DeviceFile;
use host_socket::HostSocket;
use nix::errno::Errno;
use nix::sys::mman::{MapFlags, ProtFlags, mmap};
use nix::sys::stat::{SFlag, fstat};
use runtime_wire::protocol::AREA_SIZE;
use std::fs::OpenOptions;
use std::io;
use std::num::NonZeroUsize;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::ptr::NonNull;

/// The way to the kernel half.
#[derive(Debug)]
pub(crate) enum Transport {
    DeviceFile(DeviceFile),
    HostSocket(HostSocket),
}

/// Opens the device at `path`: a character device, or a socket of the host backend.
pub(crate) fn open(path: &Path) -> io::Result<OwnedFd> {
    if std::fs::metadata(path)?.file_type().is_socket() {
        return UnixStream::connect(path).map(Into::into);
    }
    OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .map(Into::into)
}

impl Transport {
    /// Takes over what [`open`] returned, maybe in another process.
    pub(crate) fn new(file: OwnedFd) -> Result<Self, Errno> {
        let kind = SFlag::from_bits_truncate(fstat(&file)?.st_mode) & SFlag::S_IFMT;
        if kind == SFlag::S_IFSOCK {
            HostSocket::new(file).map(Self::HostSocket)
        } else {
            Ok(Self::DeviceFile(DeviceFile::new(file)))
        }
    }

    /// The release of the kernel, as the kernel half calls it.
    pub(crate) fn kernel(&self) -> String {
        match self {
            Self::DeviceFile(_) => std::fs::read_to_string("/proc/sys/kernel/osrelease")
                .map_or_else(|_| "unknown".into(), |release| release.trim().into()),
            Self::HostSocket(_) => "host".into(),
        }
    }

    /// Connects as the user half of the plan with this fingerprint.
    pub(crate) fn connect(&self, fingerprint: u64) -> Result<(), Errno> {
        match self {
            Self::DeviceFile(file) => file.connect(fingerprint),
            Self::HostSocket(socket) => socket.connect(fingerprint),
        }
    }

    /// Maps the slot area.
    pub(crate) fn map(&self) -> Result<NonNull<u8>, Errno> {
        let file = match self {
            Self::DeviceFile(file) => file.as_fd(),
            Self::HostSocket(socket) => socket.area(),
        };
        let length = NonZeroUsize::new(AREA_SIZE).ok_or(Errno::EINVAL)?;
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: a fresh mapping at an address of the system's choice.
        let area = unsafe { mmap(None, length, access, MapFlags::MAP_SHARED, file, 0) }?;
        Ok(area.cast())
    }

    /// Makes request `request` about slot `slot`, with so many bytes in its message; returns the
    /// length of the message that came back.
    pub(crate) fn exchange(&self, request: u8, slot: usize, length: usize) -> Result<usize, Errno> {
        let argument = slot as u64 | (length as u64) << 8;
        match self {
            Self::DeviceFile(file) => file.ioctl(request, argument),
            Self::HostSocket(socket) => socket.exchange(slot, request, argument),
        }
    }
}
