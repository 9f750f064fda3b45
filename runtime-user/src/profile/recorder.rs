//! A recording of the user half: begun and written when it is asked for, by signals, since an unprivileged
//! process has nothing else that an administrator could reach.
//!
//! `SIGUSR2` starts from nothing, `SIGUSR1` shows what was counted; either writes the file, in one step. One
//! thread waits for both, and the others never see them. A process in which no recording was started has none to
//! show: one that was started anew in the middle of a recording must not pass for one that saw all of it.

use super::ProfileTable;
use nix::errno::Errno;
use nix::sys::signal::{SigSet, Signal};
use runtime_wire::profile::About;
use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;

/// The environment variable with the name of the file that a recording is written to.
pub const PROFILE_VARIABLE: &str = "MICRODRIVER_PROFILE";

/// What is written where no recording was started.
const NONE: &str = "no recording was started in this process: send it SIGUSR2 first\n";

/// Listens for the signals if there is a file to write; to be called before other threads are there.
/// `kernel` is the release that the kernel half's profile will have.
pub(crate) fn start(
    table: Option<fn() -> &'static ProfileTable>,
    kernel: &str,
) -> Result<(), String> {
    let Some(file) = std::env::var_os(PROFILE_VARIABLE) else {
        return Ok(());
    };
    let Some(table) = table else {
        return Err(format!(
            "{PROFILE_VARIABLE} is set, but this driver was not split with --instrument"
        ));
    };
    let recorder = Recorder {
        table: table(),
        file: file.into(),
        kernel: kernel.to_owned(),
        started: false,
    };
    let signals: SigSet = [Signal::SIGUSR1, Signal::SIGUSR2].into_iter().collect();
    signals
        .thread_block()
        .map_err(|error| format!("cannot block signals: {error}"))?;
    std::thread::spawn(move || recorder.listen(signals));
    Ok(())
}

struct Recorder {
    table: &'static ProfileTable,
    file: PathBuf,
    kernel: String,
    started: bool,
}

impl Recorder {
    fn listen(mut self, signals: SigSet) {
        loop {
            match signals.wait() {
                Ok(Signal::SIGUSR2) => {
                    self.table.clear(0);
                    self.started = true;
                }
                Ok(_) | Err(Errno::EINTR) => {}
                Err(error) => return eprintln!("error: cannot wait for signals: {error}"),
            }
            if let Err(error) = self.write() {
                eprintln!("error: cannot write {}: {error}", self.file.display());
            }
        }
    }

    fn text(&self) -> String {
        if !self.started {
            return NONE.to_owned();
        }
        let about = About {
            workload: "",
            kernel: &self.kernel,
            // The kernel half's profile says how long; the two halves' times must not add up.
            milliseconds: 0,
        };
        let mut text = String::new();
        // A text takes whatever it is given.
        let _ = self.table.write(about, &mut text);
        text
    }

    /// The file has the old bytes or the new ones, whatever happens meanwhile.
    fn write(&self) -> io::Result<()> {
        let mut new = OsString::from(&self.file);
        new.push(format!(".{}", std::process::id()));
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&new)
            .and_then(|mut file| {
                file.write_all(self.text().as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&new, &self.file));
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
        written
    }
}
