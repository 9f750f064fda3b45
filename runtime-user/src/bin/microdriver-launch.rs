//! `microdriver-launch`: starts a user half without privileges and starts the next one when it ends.
//!
//! It opens the device as root, and the child inherits that one file. Runs in the foreground, as a
//! service manager wants it; SIGTERM or SIGINT ends it and its child.

use nix::libc;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, kill, pthread_sigmask};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use runtime_user::{DEVICE_FD, Exit, PROFILE_VARIABLE, poll_for};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::os::fd::AsRawFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

const HELP: &str = "\
Starts the user half of a split driver without privileges, and the next one when it ends.

Usage: microdriver-launch [--user UID] [--poll MICROSECONDS] [--profile FILE] --device DEVICE USER-HALF

Options:
  --user UID       uid and gid of the user half, not 0 [default: 65534]
  --device DEVICE  its device file
  --poll MICROSECONDS
                   after a call, let it look for the next one for so long before it sleeps: calls that
                   follow each other take less time, and a second processor is busy meanwhile. It stops
                   by itself where no calls come. With one processor it does not poll
  --profile FILE   where a user half of `split --instrument` writes what it counted, in a directory
                   that it may write to: SIGUSR2 starts a recording, SIGUSR1 shows it
  -h, --help       this text

Example: microdriver-launch --device /dev/microdriver/0000:00:03.0 ./driver-user

Exit codes: 0 ended by a signal, or the device is gone; 1 the user half keeps failing;
2 wrong call, or the device cannot be opened; 5 module and user half are from different plans.";

/// So many ends within so long are a crash loop.
const MOST_ENDS: usize = 10;
const WITHIN: Duration = Duration::from_secs(10);

/// What a user half that counts waits for; the launcher passes them on.
const RECORDING: [Signal; 2] = [Signal::SIGUSR1, Signal::SIGUSR2];

struct Options {
    user: u32,
    device: OsString,
    profile: Option<PathBuf>,
    poll: Option<Duration>,
    program: OsString,
}

fn options() -> Result<Option<Options>, String> {
    let (mut user, mut device, mut profile, mut poll) = (65_534, None, None, None);
    let mut program = None;
    let mut arguments = std::env::args_os().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.to_str() {
            Some("-h" | "--help") => return Ok(None),
            Some("--user") => {
                let value = arguments.next().and_then(|value| value.into_string().ok());
                user = value
                    .and_then(|value| value.parse().ok())
                    .filter(|&uid| uid != 0)
                    .ok_or("--user takes a number other than 0")?;
            }
            Some("--device") => device = Some(arguments.next().ok_or("--device takes a path")?),
            Some("--poll") => {
                let value = arguments.next();
                poll = Some(poll_for(value.as_ref().and_then(|value| value.to_str()))?);
            }
            Some("--profile") => {
                let path = arguments.next().ok_or("--profile takes a path")?;
                // The user half runs in another directory.
                let path = std::path::absolute(path).map_err(|_| "--profile takes a path")?;
                profile = Some(path);
            }
            Some(option) if option.starts_with('-') => {
                return Err(format!("unknown option {option}"));
            }
            _ if program.is_none() => program = Some(argument),
            _ => return Err("more than one user half named".into()),
        }
    }
    let device = device.ok_or("no --device given")?;
    Ok(Some(Options {
        user,
        device,
        profile,
        poll,
        program: program.ok_or("no user half named")?,
    }))
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprintln!("error: {message}\nhelp: see microdriver-launch --help");
            return ExitCode::from(Exit::Usage as u8);
        }
    };
    match supervise(&options) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(Exit::Usage as u8)
        }
    }
}

fn supervise(options: &Options) -> Result<ExitCode, String> {
    let mut signals = SigSet::empty();
    for signal in [Signal::SIGTERM, Signal::SIGINT, Signal::SIGCHLD] {
        signals.add(signal);
    }
    if options.profile.is_some() {
        RECORDING.iter().for_each(|&signal| signals.add(signal));
    }
    pthread_sigmask(SigmaskHow::SIG_BLOCK, Some(&signals), None)
        .map_err(|error| format!("cannot block signals: {error}"))?;
    let mut ends = VecDeque::new();
    loop {
        let device = match OpenOptions::new()
            .read(true)
            .write(true)
            .open(&options.device)
        {
            Ok(device) => device,
            // The device file goes with the device.
            Err(error) if !ends.is_empty() && error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(ExitCode::SUCCESS);
            }
            Err(error) => return Err(format!("cannot open {}: {error}", options.device.display())),
        };
        let child = start(options, &device)?;
        drop(device);
        let Some(status) = wait(&signals, child) else {
            return Ok(ExitCode::SUCCESS);
        };
        match status {
            WaitStatus::Exited(_, code) if code == Exit::Gone as i32 => {
                return Ok(ExitCode::SUCCESS);
            }
            WaitStatus::Exited(_, code) if code == Exit::Mismatch as i32 => {
                return Ok(ExitCode::from(Exit::Mismatch as u8));
            }
            _ => eprintln!("the user half ended ({status:?}); starting the next one"),
        }
        ends.push_back(Instant::now());
        while ends.front().is_some_and(|end| end.elapsed() > WITHIN) {
            ends.pop_front();
        }
        if ends.len() >= MOST_ENDS {
            eprintln!(
                "error: the user half ended {MOST_ENDS} times within {} s; giving up",
                WITHIN.as_secs()
            );
            return Ok(ExitCode::FAILURE);
        }
    }
}

fn start(options: &Options, device: &File) -> Result<Pid, String> {
    let mut command = Command::new(&options.program);
    command
        .arg("--inherited")
        .env_clear()
        .current_dir("/")
        .uid(options.user)
        .gid(options.user);
    if let Some(poll) = options.poll {
        command.arg("--poll").arg(poll.as_micros().to_string());
    }
    let mut blocked = SigSet::empty();
    if let Some(profile) = &options.profile {
        command.env(PROFILE_VARIABLE, profile);
        // Until it waits for them.
        RECORDING.iter().for_each(|&signal| blocked.add(signal));
    }
    let device = device.as_raw_fd();
    let launcher = nix::unistd::getpid();
    // SAFETY: between fork and exec only async-signal-safe calls are made, and nothing is allocated.
    unsafe {
        command.pre_exec(move || {
            // The launcher's signal mask is inherited; the child shall have its own.
            pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&blocked), None)?;
            let check = |result: libc::c_int| match result {
                -1 => Err(std::io::Error::last_os_error()),
                _ => Ok(()),
            };
            check(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))?;
            check(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))?;
            if libc::getppid() != launcher.as_raw() {
                return Err(std::io::ErrorKind::BrokenPipe.into());
            }
            if device == DEVICE_FD {
                check(libc::fcntl(device, libc::F_SETFD, 0))
            } else {
                check(libc::dup2(device, DEVICE_FD))
            }
        });
    }
    let child = command
        .spawn()
        .map_err(|error| format!("cannot start {}: {error}", options.program.display()))?;
    i32::try_from(child.id())
        .map(Pid::from_raw)
        .map_err(|error| error.to_string())
}

/// Waits until the child ends; `None` when a signal asked us to end both.
fn wait(signals: &SigSet, child: Pid) -> Option<WaitStatus> {
    loop {
        match signals.wait() {
            Ok(Signal::SIGCHLD) => match waitpid(child, Some(WaitPidFlag::WNOHANG)) {
                Ok(WaitStatus::StillAlive) => {}
                Ok(status) => return Some(status),
                Err(_) => return None,
            },
            // It may have ended by itself meanwhile.
            Ok(signal) if RECORDING.contains(&signal) => drop(kill(child, signal)),
            _ => {
                // It may have ended by itself meanwhile.
                let _ = kill(child, Signal::SIGKILL);
                let _ = waitpid(child, None);
                return None;
            }
        }
    }
}
