//! A user half's process.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

#[derive(Debug)]
struct State {
    child: Child,
    ended: Option<ExitStatus>,
}

/// A process and the thread that waits for its end.
#[derive(Debug)]
pub(crate) struct UserHalf {
    pid: Pid,
    shared: Arc<(Mutex<State>, Condvar)>,
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl UserHalf {
    /// Starts it; `ended` is called when it ends.
    pub(crate) fn start(
        program: &Path,
        device: &Path,
        profile: Option<&Path>,
        wrapper: &[String],
        poll: Option<Duration>,
        ended: impl FnOnce() + Send + 'static,
    ) -> anyhow::Result<Self> {
        let mut words = wrapper.iter().map(std::ffi::OsStr::new);
        let mut command = match words.next() {
            Some(first) => {
                let mut command = Command::new(first);
                command.args(words).arg(program);
                command
            }
            None => Command::new(program),
        };
        if let Some(profile) = profile {
            command.env("MICRODRIVER_PROFILE", profile);
        }
        if let Some(poll) = poll {
            command.args(["--poll", &poll.as_micros().to_string()]);
        }
        let child = command
            .arg(device)
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot run {}", program.display()))?;
        let pid = Pid::from_raw(i32::try_from(child.id())?);
        let shared = Arc::new((Mutex::new(State { child, ended: None }), Condvar::new()));
        let own = shared.clone();
        std::thread::spawn(move || {
            // Its number stays its own until it is reaped, which is under the lock that `signal` takes.
            let _ = waitid(Id::Pid(pid), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
            let mut state = lock(&own.0);
            state.ended = state.child.wait().ok();
            own.1.notify_all();
            drop(state);
            ended();
        });
        Ok(Self { pid, shared })
    }

    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw()
    }

    pub(crate) fn has_ended(&self) -> bool {
        lock(&self.shared.0).ended.is_some()
    }

    /// Sends a signal, unless it has ended. SIGSTOP: and waits until all its threads have stopped.
    pub(crate) fn signal(&self, signal: Signal) {
        let state = lock(&self.shared.0);
        if state.ended.is_some() {
            return;
        }
        let sent = kill(self.pid, signal);
        if sent.is_ok() && signal == Signal::SIGSTOP {
            let stopped = WaitPidFlag::WSTOPPED | WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
            let _ = waitid(Id::Pid(self.pid), stopped);
        }
    }

    /// Waits until it ends.
    pub(crate) fn wait(&self) -> ExitStatus {
        let mut state = lock(&self.shared.0);
        loop {
            if let Some(status) = state.ended {
                return status;
            }
            state = self
                .shared
                .1
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}
