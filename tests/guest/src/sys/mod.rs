//! System calls without a safe wrapper elsewhere, each made safe here.

mod clock;
mod ethtool;
mod interface;
mod packet;
mod split_device;

use std::fs::File;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};

use anyhow::{Context, Result, anyhow};
use nix::errno::Errno;
use nix::sched::{CloneFlags, setns};

pub(crate) use clock::instructions;
pub(crate) use ethtool::{Ethtool, Plain};
pub(crate) use interface::{Address, Interface, Mii};
pub(crate) use packet::{Frames, Ping};
pub(crate) use split_device::SplitDevice;

/// A request to a device that reads and writes no memory: its argument is 0.
pub(crate) fn request_without_memory(
    device: BorrowedFd<'_>,
    group: u8,
    number: u8,
) -> Result<usize, Errno> {
    let request = u64::from(group) << 8 | u64::from(number);
    // SAFETY: the argument is 0; a device that takes it for an address finds nothing there, and fails.
    let outcome = unsafe { nix::libc::ioctl(device.as_raw_fd(), request, 0) };
    Errno::result(outcome).map(|value| value as usize)
}

/// Waits until what was written to a terminal has been sent.
pub(crate) fn drain(terminal: &File) -> Result<()> {
    // SAFETY: tcdrain takes a descriptor and no memory; it is open as long as `terminal`.
    let outcome = unsafe { nix::libc::tcdrain(terminal.as_raw_fd()) };
    Errno::result(outcome).context("tcdrain")?;
    Ok(())
}

/// All that is in the kernel's log.
pub(crate) fn kernel_log() -> Result<String> {
    // Commands of syslog(2).
    const READ_ALL: i32 = 3;
    const SIZE_BUFFER: i32 = 10;
    // SAFETY: this command takes no memory.
    let size = unsafe { nix::libc::klogctl(SIZE_BUFFER, std::ptr::null_mut(), 0) };
    let size = Errno::result(size).context("size of the kernel's log")?;
    let mut buffer = vec![0_u8; usize::try_from(size)?];
    // SAFETY: the buffer has `size` bytes.
    let length = unsafe { nix::libc::klogctl(READ_ALL, buffer.as_mut_ptr().cast(), size) };
    let length = Errno::result(length).context("read the kernel's log")?;
    buffer.truncate(usize::try_from(length)?);
    Ok(String::from_utf8_lossy(&buffer).into_owned())
}

/// Runs `make` in a network namespace that `ip netns` made, or in the present one.
///
/// What is opened in a namespace stays in it, so a thread enters it and ends.
pub(crate) fn in_namespace<T: Send>(
    namespace: Option<&str>,
    make: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    let Some(name) = namespace else {
        return make();
    };
    let path = format!("/run/netns/{name}");
    let file = OwnedFd::from(File::open(&path).with_context(|| format!("open {path}"))?);
    std::thread::scope(|scope| {
        let thread = scope.spawn(move || {
            setns(&file, CloneFlags::CLONE_NEWNET).context("enter a network namespace")?;
            make()
        });
        thread
            .join()
            .unwrap_or_else(|_| Err(anyhow!("a thread panicked")))
    })
}
