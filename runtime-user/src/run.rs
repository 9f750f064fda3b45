//! The user half's process: connects, and serves one slot in each thread until the kernel ends it.

use crate::connection::Connection;
use crate::options::Options;
use crate::polling::{Habit, Polling};
use crate::profile;
use crate::split::{Upcall, UserHalf};
use crate::transport::Transport;
use crate::{Device, wire::Reader, wire::Writer};
use nix::errno::Errno;
use runtime_wire::protocol::{SLOTS, Status, UPCALL_STATE};
use std::os::fd::RawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
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
    let options = Options::parse(std::env::args_os().skip(1));
    let exit = match options.and_then(|options| serve::<D>(options)) {
        Ok(exit) => exit,
        Err(message) => {
            eprintln!("error: {message}");
            Exit::Usage
        }
    };
    ExitCode::from(exit as u8)
}

struct Half<D> {
    connection: &'static Connection,
    device: Device,
    state: OnceLock<D>,
}

fn serve<D: UserHalf>(options: Options) -> Result<Exit, String> {
    let Options { device, poll } = options;
    let polling = poll.and_then(Polling::new);
    if poll.is_some() && polling.is_none() {
        eprintln!("not polling: there is one processor");
    }
    let connected = Transport::new(device)
        .and_then(|transport| Connection::new(transport, D::FINGERPRINT, polling));
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
        let (mut done, mut habit) = ((0, 0), Habit::default());
        loop {
            let (header, payload) = match self.connection.next(index, done, &mut habit) {
                Ok(call) => call,
                Err(Errno::ENODEV) => Exit::Gone.now(),
                Err(_) => Exit::Ended.now(),
            };
            let mut call = Upcall {
                arguments: Reader::new(payload),
                reply: Writer::new(self.connection.reply_to(index)),
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
            let reply = self
                .connection
                .reply(index, header.sequence, status, length);
            done = (header.sequence, reply);
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
