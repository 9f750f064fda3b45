//! What the agent asks of the machine that it runs in, while it runs: to take a card away.
//!
//! The emulator connects its result port and its monitor (QMP, qemu.readthedocs.io, "QEMU Machine
//! Protocol Specification") to two sockets of ours. A request is a line among the agent's results;
//! all results still reach their file, through the emulator.

use std::io::{BufRead, BufReader};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::qmp::Control;

/// The `event` of a request to take a card away; its `card` says which one.
const UNPLUG: &str = "unplug";

/// Two sockets in a folder of their own, which is removed in the end.
#[derive(Debug)]
pub(crate) struct Monitor {
    folder: tempfile::TempDir,
    results: UnixListener,
    control: UnixListener,
}

impl Monitor {
    /// Makes the sockets. The emulator has to be started after this.
    pub(crate) fn listen() -> Result<Self> {
        // The system's folder, as the path of a socket has to be short.
        let folder = tempfile::tempdir().context("create a folder for sockets")?;
        let bind = |name| UnixListener::bind(folder.path().join(name)).context("make a socket");
        Ok(Self {
            results: bind("results")?,
            control: bind("control")?,
            folder,
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The emulator's arguments for its result port, whose lines go to `file` too, and its monitor.
    pub(crate) fn arguments(&self, file: &Path) -> Vec<String> {
        let results = format!(
            "socket,id=results,path={},logfile={}",
            self.path("results").display(),
            file.display()
        );
        let control = format!("unix:{}", self.path("control").display());
        let words = [
            "-chardev",
            &results,
            "-serial",
            "chardev:results",
            "-qmp",
            &control,
        ];
        words.map(str::to_owned).to_vec()
    }

    /// Does what the agent asks for, until the machine ends.
    pub(crate) fn serve(&self) -> Result<()> {
        let (results, _) = self.results.accept().context("wait for the emulator")?;
        let (control, _) = self.control.accept().context("wait for the emulator")?;
        let mut control = Control::new(control)?;
        for line in BufReader::new(results).lines() {
            // A machine that is killed leaves half a line.
            let Ok(line) = serde_json::from_str::<Value>(&line?) else {
                continue;
            };
            if line["event"] == UNPLUG {
                control.execute("device_del", &json!({ "id": line["card"] }))?;
            }
        }
        Ok(())
    }

    /// Lets [`Monitor::serve`] end where the emulator has not come.
    pub(crate) fn ended(&self) {
        for name in ["results", "control"] {
            // Nobody may be listening any more.
            drop(UnixStream::connect(self.path(name)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_request_reaches_the_emulator() {
        let monitor = Monitor::listen().unwrap();
        std::thread::scope(|scope| {
            let serving = scope.spawn(|| monitor.serve());
            let mut results = UnixStream::connect(monitor.path("results")).unwrap();
            let control = UnixStream::connect(monitor.path("control")).unwrap();
            let mut replies = control.try_clone().unwrap();
            let mut requests = BufReader::new(control).lines();
            writeln!(replies, r#"{{"QMP": {{}}}}"#).unwrap();
            assert!(requests.next().unwrap().unwrap().contains("capabilities"));
            writeln!(replies, r#"{{"return": {{}}}}"#).unwrap();
            writeln!(results, r#"{{"event": "unplug", "card": "card0"}}"#).unwrap();
            let request = requests.next().unwrap().unwrap();
            assert!(request.contains("device_del") && request.contains("card0"));
            writeln!(replies, r#"{{"event": "OTHER"}}"#).unwrap();
            writeln!(replies, r#"{{"error": {{"desc": "no such card"}}}}"#).unwrap();
            let error = serving.join().unwrap().unwrap_err();
            assert!(format!("{error}").contains("no such card"));
        });
    }

    #[test]
    fn an_emulator_that_does_not_come_is_not_waited_for() {
        let monitor = Monitor::listen().unwrap();
        std::thread::scope(|scope| {
            let serving = scope.spawn(|| monitor.serve());
            monitor.ended();
            assert!(serving.join().unwrap().is_err());
        });
    }
}
