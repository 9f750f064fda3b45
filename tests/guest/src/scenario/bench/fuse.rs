//! A file system in user space (linux/fuse.h), which has nothing but a root: what asking for its
//! attributes takes.

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use nix::errno::Errno;
use nix::mount::{MsFlags, mount, umount};
use nix::sys::stat::stat;
use nix::unistd::{read, write};

use super::partner;
use super::primitives::{CALLS, result};
use crate::measure::cost;

const DEVICE: &str = "/dev/fuse";
const PLACE: &str = "/tmp/fuse";

// Requests of linux/fuse.h.
const FORGET: u32 = 2;
const GETATTR: u32 = 3;
const INIT: u32 = 26;
const DESTROY: u32 = 38;
const BATCH_FORGET: u32 = 42;

/// The version of the protocol that is spoken.
const VERSION: [u32; 2] = [7, 31];

/// Bytes of what each answer begins with: its length, an error, and the number of the request.
const HEADER: usize = 16;

/// The largest request: what the kernel wants to be able to write at least.
const LARGEST: usize = 0x21000;

pub(super) fn measure() -> Result<()> {
    let device = File::options()
        .read(true)
        .write(true)
        .open(DEVICE)
        .with_context(|| format!("open {DEVICE}"))?;
    std::fs::create_dir_all(PLACE)?;
    let options = format!(
        "fd={},rootmode=40000,user_id=0,group_id=0",
        device.as_raw_fd()
    );
    let mut server = partner::start(
        "fuse",
        device.as_fd().try_clone_to_owned()?.into(),
        std::process::Stdio::null(),
    )?;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    mount(Some("bench"), PLACE, Some("fuse"), flags, Some(&*options)).context("mount")?;
    let spent = cost(
        CALLS,
        || {
            let attributes = stat(Path::new(PLACE))?;
            ensure!(attributes.st_size == 0x53, "another size");
            Ok(())
        },
        || Ok(()),
    )?;
    umount(PLACE).context("unmount")?;
    drop(device);
    ensure!(server.wait()?.success(), "the file system failed");
    result("FUSE attributes", &spent);
    Ok(())
}

/// The file system: its connection is the standard input.
pub(super) fn serve() -> Result<()> {
    let connection = std::io::stdin();
    let mut buffer = vec![0; LARGEST];
    let mut answer = Vec::with_capacity(128);
    loop {
        let length = match read(connection.as_fd(), &mut buffer) {
            Ok(length) => length,
            Err(Errno::EINTR | Errno::ENOENT) => continue,
            // It is unmounted.
            Err(Errno::ENODEV) => return Ok(()),
            Err(error) => return Err(error).context("read a request"),
        };
        ensure!(length >= 16, "a request of {length} bytes");
        let word =
            |at: usize| -> [u8; 4] { [buffer[at], buffer[at + 1], buffer[at + 2], buffer[at + 3]] };
        answer.resize(HEADER, 0);
        let mut error = 0;
        match u32::from_ne_bytes(word(4)) {
            FORGET | BATCH_FORGET => continue,
            INIT => first(&mut answer),
            GETATTR => attributes(&mut answer),
            DESTROY => {}
            _ => error = -(Errno::ENOSYS as i32),
        }
        let size = u32::try_from(answer.len())?;
        answer[0..4].copy_from_slice(&size.to_ne_bytes());
        answer[4..8].copy_from_slice(&error.to_ne_bytes());
        answer[8..HEADER].copy_from_slice(&buffer[8..HEADER]);
        match write(connection.as_fd(), &answer) {
            Ok(written) if written == answer.len() => {}
            Ok(written) => bail!("answered {written} bytes of {}", answer.len()),
            // Whoever asked is gone.
            Err(Errno::ENOENT) => {}
            Err(error) => return Err(error).context("answer"),
        }
    }
}

/// What is said at first: the version, and the largest write. The rest is 0: nothing special.
fn first(answer: &mut Vec<u8>) {
    answer.resize(HEADER + 64, 0);
    answer[16..20].copy_from_slice(&VERSION[0].to_ne_bytes());
    answer[20..24].copy_from_slice(&VERSION[1].to_ne_bytes());
    answer[36..40].copy_from_slice(&0x20000_u32.to_ne_bytes());
}

/// The root's attributes, which the kernel is not to keep.
fn attributes(answer: &mut Vec<u8>) {
    const ATTRIBUTES: usize = HEADER + 16;
    answer.resize(ATTRIBUTES + 88, 0);
    let mut set = |at: usize, bytes: &[u8]| {
        answer[ATTRIBUTES + at..ATTRIBUTES + at + bytes.len()].copy_from_slice(bytes);
    };
    set(0, &1_u64.to_ne_bytes());
    set(8, &0x53_u64.to_ne_bytes());
    // A directory that everybody may read.
    set(60, &0o040_555_u32.to_ne_bytes());
    set(64, &2_u32.to_ne_bytes());
}
