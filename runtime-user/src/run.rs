//! The user half's process: connects, and serves one slot in each thread until the kernel ends it.

use crate::connection::Connection;
use crate::profile;
use crate::split::{Upcall, UserHalf};
use crate::transport::{self, Transport};
use crate::{Device, wire::Reader, wire::Writer};
use nix::errno::Errno;
use runtime_wire::protocol::{HEADER_SIZE, MESSAGE_SIZE, SLOTS, Status, UPCALL_STATE};
use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::OnceLock;

/// Where the launcher leaves the opened device.
pub const DEVICE_FD: RawFd = 3;

/// How a user half ends; the values are its exit codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It was called wrongly, or cannot open the device.
    Usage = 2,
    /// The kernel ended the incarnation.
    Ended = 3,
    /// The device is gone.
    Gone = 4,
    /// The module was built from another plan.
    Mismatch = 5,
}

impl Exit {
    /// Ends the process.
    pub(crate) fn now(self) -> ! {
        std::process::exit(self as i32)
    }
}

/// The user half's `main`: `PROGRAM DEVICE`, or started by `microdriver-launch`, which passes the opened device.
pub fn run<D: UserHalf>() -> ExitCode {
    let exit = match open().and_then(|file| serve::<D>(file)) {
        Ok(exit) => exit,
        Err(message) => {
            eprintln!("error: {message}");
            Exit::Usage
        }
    };
    ExitCode::from(exit as u8)
}

fn open() -> Result<OwnedFd, String> {
    let mut arguments = std::env::args_os().skip(1);
    match (arguments.next(), arguments.next()) {
        (Some(path), None) if path == "--help" || path == "-h" => {
            Err("usage: PROGRAM DEVICE\nThe user half of a split driver; microdriver-launch starts it without privileges.".into())
        }
        // SAFETY: the launcher left the device there, for us alone.
        (Some(flag), None) if flag == "--inherited" => Ok(unsafe { OwnedFd::from_raw_fd(DEVICE_FD) }),
        (Some(path), None) => transport::open(Path::new(&path))
            .map_err(|error| format!("cannot open {}: {error}", path.display())),
        _ => Err("expected one argument: the device, as /dev/microdriver/0000:00:03.0".into()),
    }
}

struct Half<D> {
    connection: &'static Connection,
    device: Device,
    state: OnceLock<D>,
}

fn serve<D: UserHalf>(file: OwnedFd) -> Result<Exit, String> {
    let connected =
        Transport::new(file).and_then(|transport| Connection::new(transport, D::FINGERPRINT));
    let connection = match connected {
        Ok(connection) => &*Box::leak(Box::new(connection)),
        Err(Errno::ENODEV) => return Ok(Exit::Gone),
        Err(Errno::EPROTO) => {
            eprintln!(
                "error: the loaded module was built from another plan; build both halves from one"
            );
            return Ok(Exit::Mismatch);
        }
        Err(Errno::EBUSY) => return Err("another user half is connected to this device".into()),
        Err(error) => return Err(format!("cannot connect: {error}")),
    };
    profile::start(D::PROFILE, &connection.kernel())?;
    let half = Half::<D> {
        connection,
        device: Device::new(),
        state: OnceLock::new(),
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..SLOTS)
            .map(|index| {
                scope.spawn({
                    let half = &half;
                    move || half.serve_slot(index)
                })
            })
            .collect();
        for thread in threads {
            // A thread that ends for any reason ends the process, so that nothing waits for it.
            let _ = thread.join();
        }
    });
    Ok(Exit::Ended)
}

impl<D: UserHalf> Half<D> {
    fn serve_slot(&self, index: usize) {
        let mut buffer = vec![0; MESSAGE_SIZE - HEADER_SIZE];
        let mut reply = 0;
        loop {
            let (header, payload) = match self.connection.next(index, reply) {
                Ok(call) => call,
                Err(Errno::ENODEV) => Exit::Gone.now(),
                Err(_) => Exit::Ended.now(),
            };
            let mut call = Upcall {
                arguments: Reader::new(payload),
                reply: Writer::new(&mut buffer),
            };
            let outcome =
                catch_unwind(AssertUnwindSafe(|| self.serve_call(header.code, &mut call)));
            let length = call.reply.length();
            let (status, length) = match outcome {
                Ok(Ok(())) => (Status::Done, length),
                Ok(Err(refused)) => {
                    eprintln!("call {} refused: {refused:?}", self.name(header.code));
                    (Status::Refused, 0)
                }
                Err(_) => {
                    eprintln!("call {} panicked", self.name(header.code));
                    (Status::Panicked, 0)
                }
            };
            let payload = buffer.get(..length).unwrap_or(&[]);
            reply = self
                .connection
                .reply(index, header.sequence, status, payload);
        }
    }

    fn serve_call(&self, number: u16, call: &mut Upcall<'_>) -> Result<(), crate::split::Refused> {
        if number != UPCALL_STATE {
            return profile::called(self.name(number), || {
                D::upcall(self.state.get(), &self.device, number, call)
            });
        }
        let state = D::lift_state(Device::new(), &mut call.arguments)?;
        call.arguments.finish()?;
        // A second one would be the kernel's mistake; the first stays.
        let _ = self.state.set(state);
        Ok(())
    }

    fn name(&self, number: u16) -> &'static str {
        D::UPCALLS
            .get(usize::from(number))
            .copied()
            .unwrap_or("state")
    }
}
