//! Round trips with what Linux has: the floor (a wake-up and a wait each way, in a module of the bench),
//! an eventfd, a pipe; and system calls that come back at once.

use std::fs::File;
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Child, Stdio};

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::sys::eventfd::EventFd;
use nix::unistd::{pipe, read, write};
use serde_json::json;

use super::partner;
use crate::measure::{Cost, cost};
use crate::report;
use crate::sys::request_without_memory;

const FLOOR: &str = "/dev/bench-floor";

// Requests of the floor's device.
const RETURN: u8 = 0;
const CALL: u8 = 1;
const SERVE: u8 = 2;
const FINISH: u8 = 3;

/// Round trips that count.
pub(super) const CALLS: usize = 200;

/// What ends a partner that waits for an eventfd.
pub(super) const END: u64 = 2;

/// Reports a round trip.
pub(super) fn result(name: &str, instructions: &Cost) {
    report::line(&json!({ "event": "primitive", "name": name, "instructions": instructions }));
}

pub(super) fn measure() -> Result<()> {
    let cheapest = cost(CALLS, || Ok(nix::unistd::getppid()), || Ok(()))?;
    result("system call", &cheapest);
    floor()?;
    eventfd()?;
    through_pipes()
}

fn request(file: &File, number: u8) -> Result<usize, Errno> {
    request_without_memory(file.as_fd(), b'f', number)
}

fn open_floor() -> Result<File> {
    File::open(FLOOR).with_context(|| format!("open {FLOOR}"))
}

/// The floor's caller, with its server.
pub(super) struct Floor {
    device: File,
    server: Child,
}

impl Floor {
    pub(super) fn start() -> Result<Self> {
        Ok(Self {
            device: open_floor()?,
            server: partner::start("floor", Stdio::null(), Stdio::null())?,
        })
    }

    /// The number of the server's process.
    pub(super) fn server(&self) -> u32 {
        self.server.id()
    }

    /// A request that returns at once.
    fn nothing(&self) -> Result<usize> {
        Ok(request(&self.device, RETURN)?)
    }

    /// Wakes the server and waits for it.
    pub(super) fn call(&self) -> Result<usize> {
        Ok(request(&self.device, CALL)?)
    }

    pub(super) fn end(mut self) -> Result<()> {
        request(&self.device, FINISH).context("end the server")?;
        ensure!(self.server.wait()?.success(), "the floor's server failed");
        Ok(())
    }
}

fn floor() -> Result<()> {
    let floor = Floor::start()?;
    let empty = cost(CALLS, || floor.nothing(), || Ok(()))?;
    let pair = cost(CALLS, || floor.call(), || Ok(()))?;
    floor.end()?;
    result("device request that returns", &empty);
    result("floor", &pair);
    Ok(())
}

/// The floor's other process.
pub(super) fn serve() -> Result<()> {
    let file = open_floor()?;
    loop {
        match request(&file, SERVE) {
            Ok(_) => {}
            Err(Errno::ESHUTDOWN) => return Ok(()),
            Err(error) => return Err(error).context("serve"),
        }
    }
}

/// A process that answers one eventfd by the other.
pub(super) fn echo(there: &EventFd, back: &EventFd) -> Result<std::process::Child> {
    let copy = |event: &EventFd| -> Result<OwnedFd> { Ok(event.as_fd().try_clone_to_owned()?) };
    partner::start("echo", copy(there)?.into(), copy(back)?.into())
}

fn eventfd() -> Result<()> {
    let (there, back) = (EventFd::new()?, EventFd::new()?);
    let mut echo = echo(&there, &back)?;
    let spent = cost(
        CALLS,
        || {
            there.write(1)?;
            Ok(back.read()?)
        },
        || Ok(()),
    )?;
    there.write(END).context("end the partner")?;
    ensure!(echo.wait()?.success(), "the partner failed");
    result("eventfd", &spent);
    Ok(())
}

fn through_pipes() -> Result<()> {
    let (their_input, there) = pipe().context("make a pipe")?;
    let (back, their_output) = pipe().context("make a pipe")?;
    // The child has copies under the numbers 0 and 1; others would keep the pipe open.
    for end in [&there, &back] {
        let flag = nix::fcntl::FcntlArg::F_SETFD(nix::fcntl::FdFlag::FD_CLOEXEC);
        nix::fcntl::fcntl(end, flag).context("keep a pipe from the partner")?;
    }
    let mut echo = partner::start("echo", their_input.into(), their_output.into())?;
    let mut buffer = [0; 1];
    let spent = cost(
        CALLS,
        || {
            write(&there, &[1])?;
            Ok(read(&back, &mut buffer)?)
        },
        || Ok(()),
    )?;
    drop(there);
    ensure!(echo.wait()?.success(), "the partner failed");
    result("pipe", &spent);
    Ok(())
}
