//! What a user half counted, asked of its launcher by signals.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Gid, Pid, Uid, chown};
use std::os::fd::AsFd;

/// How long it may take to write one, in milliseconds.
const IN_TIME: u16 = 10_000;

/// Where a user half writes its profile.
#[derive(Debug)]
pub(crate) struct UserProfile {
    directory: PathBuf,
}

impl UserProfile {
    /// A directory of its own, that this user may write to.
    pub(crate) fn new(user: u32) -> Result<Self> {
        let directory = PathBuf::from(format!("/run/profiles/{user}"));
        std::fs::create_dir_all(&directory).context("make a directory for a profile")?;
        chown(
            &directory,
            Some(Uid::from_raw(user)),
            Some(Gid::from_raw(user)),
        )
        .context("give a directory to a user half")?;
        Ok(Self { directory })
    }

    /// The file.
    pub(crate) fn file(&self) -> PathBuf {
        self.directory.join("user.json")
    }

    /// Sends a signal to the launcher, and gives what the user half then writes.
    pub(crate) fn ask(&self, launcher: Pid, signal: Signal) -> Result<String> {
        let file = self.file();
        if file.exists() {
            std::fs::remove_file(&file)?;
        }
        let changes = Inotify::init(InitFlags::IN_CLOEXEC)?;
        // It comes in one step, under another name first.
        changes.add_watch(&self.directory, AddWatchFlags::IN_MOVED_TO)?;
        kill(launcher, signal).context("ask for a profile")?;
        while !file.exists() {
            let mut wait = [PollFd::new(changes.as_fd(), PollFlags::POLLIN)];
            let came = poll(&mut wait, PollTimeout::from(IN_TIME))?;
            ensure!(came > 0, "a user half writes no profile");
            changes.read_events()?;
        }
        std::fs::read_to_string(&file).context("read a user half's profile")
    }
}
