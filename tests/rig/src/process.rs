//! Child processes with a deadline, which end with us.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

use crate::cancel::{self, Cancelled};

/// How long a task may take to end after SIGTERM before it is killed.
const GRACE: Duration = Duration::from_secs(3);

/// How much of a failed command's output is put into the error.
const TAIL_LINES: usize = 20;

/// A command to run to its end.
///
/// It gets its own process group, so that it and all its children can be ended together, and
/// (through `setpriv`) a death signal, so that it ends even if this process is killed outright.
#[derive(Debug)]
pub struct Task {
    command: Command,
    what: String,
    deadline: Duration,
    log: Option<PathBuf>,
}

/// What a task left.
#[derive(Debug)]
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output; empty if it went to a log.
    pub stdout: String,
    /// Its standard error; empty if it went to a log.
    pub stderr: String,
}

#[derive(Clone, Copy)]
enum Event {
    Ended,
    Cancelled,
}

impl Task {
    /// A task that runs `program`; `what` completes "failed to …" in errors.
    pub fn new(program: impl AsRef<std::ffi::OsStr>, what: impl Into<String>) -> Self {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command.process_group(0).stdin(Stdio::null());
        Self {
            command,
            what: what.into(),
            deadline: Duration::from_secs(600),
            log: None,
        }
    }

    /// Adds one argument.
    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<I: IntoIterator<Item = S>, S: AsRef<std::ffi::OsStr>>(mut self, args: I) -> Self {
        self.command.args(args);
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn env(mut self, key: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(key, value);
        self
    }

    /// Removes an environment variable.
    #[must_use]
    pub fn env_remove(mut self, key: &str) -> Self {
        self.command.env_remove(key);
        self
    }

    /// Runs in this folder.
    #[must_use]
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    /// Ends the task after this time (default: ten minutes).
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sends standard output and error to this file instead of memory.
    #[must_use]
    pub fn log(mut self, path: impl Into<PathBuf>) -> Self {
        self.log = Some(path.into());
        self
    }

    /// Runs the task; a status other than zero is an error that shows the end of the output.
    ///
    /// # Errors
    /// The program cannot be started, fails, takes too long, or is cancelled.
    pub fn run(self) -> Result<Finished> {
        let what = self.what.clone();
        let log = self.log.clone();
        let finished = self.run_any_status()?;
        if finished.status.success() {
            return Ok(finished);
        }
        let (text, place) = match &log {
            Some(path) => (
                std::fs::read_to_string(path).unwrap_or_default(),
                format!(" (whole log: {})", path.display()),
            ),
            None => (
                format!("{}{}", finished.stdout, finished.stderr),
                String::new(),
            ),
        };
        bail!(
            "failed to {what}: {}{place}\n{}",
            finished.status,
            tail(&text, TAIL_LINES)
        );
    }

    /// Runs the task to its end, however it ends.
    ///
    /// # Errors
    /// The program cannot be started, takes too long, or is cancelled.
    pub fn run_any_status(mut self) -> Result<Finished> {
        cancel::check()?;
        let mut outputs = None;
        if let Some(path) = &self.log {
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            let file = File::create(path).with_context(|| format!("write {}", path.display()))?;
            self.command.stdout(file.try_clone()?).stderr(file);
        } else {
            // Files, not pipes: they never fill up, so nobody has to read while it runs.
            let (stdout, stderr) = (tempfile::tempfile()?, tempfile::tempfile()?);
            self.command
                .stdout(stdout.try_clone()?)
                .stderr(stderr.try_clone()?);
            outputs = Some((stdout, stderr));
        }
        let child = self
            .command
            .spawn()
            .with_context(|| format!("failed to {}", self.what))?;
        let status = Supervised::new(child)?.wait(self.deadline, &self.what)?;
        let (stdout, stderr) = match outputs {
            Some((stdout, stderr)) => (text_of(stdout)?, text_of(stderr)?),
            None => (String::new(), String::new()),
        };
        Ok(Finished {
            status,
            stdout,
            stderr,
        })
    }
}

/// A running process group. Dropping it kills the group.
struct Supervised {
    child: Child,
    group: Pid,
}

impl Supervised {
    fn new(child: Child) -> Result<Self> {
        let group = Pid::from_raw(i32::try_from(child.id())?);
        Ok(Self { child, group })
    }

    fn wait(mut self, deadline: Duration, what: &str) -> Result<ExitStatus> {
        let (sender, events) = mpsc::channel();
        let _listening = cancel::listen(sender.clone(), Event::Cancelled);
        let group = self.group;
        // WNOWAIT leaves the process to be reaped here, so its number cannot be reused while
        // somebody may still send a signal to it.
        let waiter = std::thread::spawn(move || {
            let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
            while waitid(Id::Pid(group), flags) == Err(nix::errno::Errno::EINTR) {}
            let _ = sender.send(Event::Ended);
        });
        let stopped = match events.recv_timeout(deadline) {
            Ok(Event::Ended) => None,
            Ok(Event::Cancelled) => Some(Cancelled.into()),
            Err(RecvTimeoutError::Timeout) => Some(anyhow::anyhow!(
                "failed to {what}: not done after {} s, killed",
                deadline.as_secs()
            )),
            Err(RecvTimeoutError::Disconnected) => Some(anyhow::anyhow!("lost track of a process")),
        };
        if stopped.is_some() {
            // The group may have ended on its own in the meantime.
            let _ = killpg(group, Signal::SIGTERM);
            let asked = std::time::Instant::now();
            loop {
                match events.recv_timeout(GRACE.saturating_sub(asked.elapsed())) {
                    Ok(Event::Cancelled) => {}
                    Ok(Event::Ended) => break,
                    Err(_) => {
                        let _ = killpg(group, Signal::SIGKILL);
                        break;
                    }
                }
            }
        }
        if waiter.join().is_err() {
            bail!("lost track of a process");
        }
        // What the leader left behind in its group ends now, before its number is given back.
        let _ = killpg(group, Signal::SIGKILL);
        let status = self.child.wait()?;
        match stopped {
            Some(error) => Err(error),
            None => Ok(status),
        }
    }
}

impl Drop for Supervised {
    fn drop(&mut self) {
        // After `wait` this is a no-op: `Child` remembers that it was reaped.
        if let Ok(None) = self.child.try_wait() {
            let _ = killpg(self.group, Signal::SIGKILL);
            drop(self.child.wait());
        }
    }
}

fn text_of(mut file: File) -> Result<String> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The last lines of a text.
#[must_use]
pub fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

/// Where a program lies: in the folders of `PATH`, then where Debian keeps those for the
/// administrator (which are not in everybody's `PATH`).
#[must_use]
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin", "/usr/bin", "/sbin", "/bin"].map(PathBuf::from))
        .map(|dir| dir.join(name))
        .find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_and_status_are_kept() {
        let finished = Task::new("sh", "run sh")
            .args(["-c", "echo out; echo err >&2; exit 3"])
            .run_any_status()
            .unwrap();
        assert_eq!(finished.stdout, "out\n");
        assert_eq!(finished.stderr, "err\n");
        assert_eq!(finished.status.code(), Some(3));
    }

    #[test]
    fn a_failure_shows_the_end_of_the_output() {
        let error = Task::new("sh", "run sh")
            .args(["-c", "echo reason >&2; exit 1"])
            .run()
            .unwrap_err();
        assert!(format!("{error}").contains("reason"));
    }

    #[test]
    fn a_deadline_ends_the_whole_group() {
        let started = std::time::Instant::now();
        let error = Task::new("sh", "wait for ever")
            .args(["-c", "sleep 60 & sleep 60"])
            .deadline(Duration::from_millis(200))
            .run()
            .unwrap_err();
        assert!(format!("{error}").contains("failed to wait for ever"));
        assert!(started.elapsed() < Duration::from_secs(20));
    }
}
