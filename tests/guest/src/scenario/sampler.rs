//! `perf record` beside a workload: what kernel people record, printed as they print it.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Stdio};

use anyhow::{Context, Result, ensure};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use crate::tools::command;

const CONTROL: &str = "/perf.control";
const ANSWERS: &str = "/perf.answers";
const DATA: &str = "/perf.data";

/// The kernel with its callers, by the clock, as the machine has no counters, and not while it is idle, which
/// it mostly is.
pub(super) const CALLERS: &[&str] = &["-e", "cpu-clock:kI", "-g"];
/// Programs, too, and nobody's callers.
pub(super) const EVERYTHING: &[&str] = &["-e", "cpu-clock:I"];
const PER_SECOND: &str = "50000";

/// `perf` at work; it has said that it records.
pub(super) struct Sampler {
    perf: Child,
    control: File,
    answers: BufReader<File>,
}

impl Sampler {
    /// Starts it, and waits until it records.
    pub(super) fn start(what: &[&str]) -> Result<Self> {
        for pipe in [CONTROL, ANSWERS] {
            if !std::path::Path::new(pipe).exists() {
                mkfifo(pipe, Mode::S_IRUSR | Mode::S_IWUSR).context("make a pipe")?;
            }
        }
        // Both ways, so that neither side waits for the other to open it.
        let open = |path| OpenOptions::new().read(true).write(true).open(path);
        let control = open(CONTROL).context("open a pipe")?;
        let answers = BufReader::new(open(ANSWERS).context("open a pipe")?);
        let perf = command("perf")
            .args(["record", "-a", "-F", PER_SECOND])
            .args(what)
            .args(["--no-buildid", "--delay", "-1", "--output", DATA])
            .arg(format!("--control=fifo:{CONTROL},{ANSWERS}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("start perf")?;
        let mut sampler = Self {
            perf,
            control,
            answers,
        };
        sampler.tell("enable")?;
        Ok(sampler)
    }

    /// Ends the recording, and gives what `perf script` prints of it.
    pub(super) fn script(self) -> Result<String> {
        self.stop(&["script", "--header", "--fields", "+symoff"])
    }

    /// Ends the recording, and gives what `perf report` prints of it: share, program, object and symbol, by share.
    pub(super) fn report(self) -> Result<String> {
        let sort = ["--sort", "comm,dso,sym"];
        let plain = ["report", "--stdio", "--no-children", "-t", "\t"];
        self.stop(&[&plain[..], &sort].concat())
    }

    /// Ends the recording, and gives what a command of perf prints of it.
    fn stop(mut self, how: &[&str]) -> Result<String> {
        self.tell("disable")?;
        self.tell("stop")?;
        let status = self.perf.wait().context("wait for perf")?;
        ensure!(status.success(), "perf record: {status}");
        let printed = command("perf")
            .args(how)
            .args(["--input", DATA])
            .stdin(Stdio::null())
            .output()
            .context("start perf")?;
        let said = String::from_utf8_lossy(&printed.stderr);
        ensure!(printed.status.success(), "perf: {}: {said}", printed.status);
        String::from_utf8(printed.stdout).context("perf prints no text")
    }

    fn tell(&mut self, what: &str) -> Result<()> {
        writeln!(self.control, "{what}").context("tell perf")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).context("hear perf")?;
        // It ends an answer with a zero, which the next one begins with.
        let answer = answer.trim_matches(['\0', '\n']);
        ensure!(answer == "ack", "perf answers {answer:?} to {what:?}");
        Ok(())
    }
}
