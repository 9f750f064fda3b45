//! The virtual machine.
//!
//! Always emulated (`-accel tcg`), so that it runs the same where there is no hardware support,
//! and so that instructions can be counted. One serial port carries the console, a second one the
//! results, one JSON object a line.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::kernel::Kernel;
use crate::kernel_log;
use crate::monitor::Monitor;
use crate::process::{Finished, Task, tail};

/// How a machine's time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// As on the wall.
    Real,
    /// A nanosecond an instruction (`-icount`): the same run takes the same time, always.
    Instructions,
}

/// A machine to run once.
#[derive(Debug, Clone)]
pub struct Machine {
    /// For the logs: their files are `<name>.console` and `<name>.jsonl`.
    pub name: String,
    /// How its time passes.
    pub clock: Clock,
    /// Its processors, each a thread of the emulator. More than one only where time passes as on the wall.
    pub processors: u32,
    /// Its memory in megabytes.
    pub memory: u32,
    /// It is killed after this time.
    pub deadline: Duration,
    /// Words for the kernel's command line, which the agent reads too.
    pub command_line: Vec<String>,
    /// Network cards, all wired to each other. Each is the name of an emulated device.
    pub cards: Vec<String>,
    /// Events of the emulator to trace, into `<name>.trace`.
    pub trace: Vec<String>,
    /// May the agent ask for its cards to be taken away? See [`Machine::run`].
    pub unplugs: bool,
}

/// What a machine left.
#[derive(Debug, Clone)]
pub struct Report {
    /// What the agent reported, in order.
    pub lines: Vec<Value>,
    /// Lines of the kernel log that tell of a fault.
    pub faults: Vec<String>,
    /// The console's log.
    pub console: PathBuf,
    /// The emulator's trace; empty where none was asked for.
    pub trace: PathBuf,
    /// How long it ran, on the wall.
    pub took: Duration,
}

/// The `event` of the agent's last line if all went well.
const DONE: &str = "done";

impl Machine {
    /// A machine with two `pcnet` cards.
    #[must_use]
    pub fn new(name: impl Into<String>, clock: Clock) -> Self {
        Self {
            name: name.into(),
            clock,
            processors: 1,
            memory: 512,
            deadline: Duration::from_secs(180),
            command_line: Vec::new(),
            cards: vec!["pcnet".to_owned(); 2],
            trace: Vec::new(),
            unplugs: false,
        }
    }

    /// All arguments but those of the port for the results.
    fn arguments(
        &self,
        kernel: &Kernel,
        initrd: &Path,
        console: &Path,
        trace: &Path,
    ) -> Vec<String> {
        let mut arguments: Vec<String> = Vec::new();
        let mut add = |words: &[&str]| arguments.extend(words.iter().map(|&w| w.to_owned()));
        add(&[
            "-nodefaults",
            "-no-user-config",
            "-display",
            "none",
            "-monitor",
            "none",
        ]);
        add(&["-machine", "pc", "-accel", "tcg", "-no-reboot"]);
        add(&["-smp", &self.processors.to_string()]);
        if self.processors > 1 {
            // Threads of this emulator may leave garbage in the flags after CMPXCHG16B, with which the next
            // interrupt ends in a double fault. The kernel does without the instruction where it is not there.
            add(&["-cpu", "qemu64,-cx16"]);
        }
        add(&["-m", &self.memory.to_string()]);
        if self.clock == Clock::Instructions {
            add(&["-icount", "shift=0,sleep=off"]);
        }
        // Time of day and random numbers would otherwise come from the host.
        add(&["-rtc", "base=2026-01-01T00:00:00,clock=vm", "-seed", "1"]);
        add(&["-serial", &format!("file:{}", console.display())]);
        if !self.trace.is_empty() {
            add(&["-D", &trace.display().to_string()]);
        }
        for event in &self.trace {
            add(&["-trace", event]);
        }
        add(&["-kernel", &kernel.image.display().to_string()]);
        add(&["-initrd", &initrd.display().to_string()]);
        for (index, card) in self.cards.iter().enumerate() {
            let address = format!("52:54:00:12:34:{:02x}", 0x56 + index);
            add(&["-netdev", &format!("hubport,id=net{index},hubid=0")]);
            // A fixed slot, so that the PCI address does not depend on what else there is.
            add(&[
                "-device",
                &format!(
                    "{card},netdev=net{index},mac={address},id=card{index},addr={:#x}",
                    3 + index
                ),
            ]);
        }
        let mut words = vec![
            "console=ttyS0".to_owned(),
            // A fault ends the machine at once, and the console shows it.
            "panic=-1".to_owned(),
            "oops=panic".to_owned(),
            // The same addresses in every run: hash tables and caches then fill alike.
            "nokaslr".to_owned(),
            "randomize_kstack_offset=off".to_owned(),
            "net.ifnames=0".to_owned(),
            "log_buf_len=4M".to_owned(),
            // Nothing here is about cryptography, and its self tests take a second.
            "cryptomgr.notests".to_owned(),
        ];
        if self.clock == Clock::Instructions {
            // Printing would be counted. The agent reports the kernel's log at the end; what ends
            // the machine is printed all the same.
            words.extend(["loglevel=4", "report_log=yes"].map(str::to_owned));
            // Finding out how fast the clock is takes the kernel billions of instructions, and
            // here it is known: a nanosecond each.
            let known = ["tsc=reliable", "no_timer_check", "lpj=4000000"];
            words.extend(known.map(str::to_owned));
        }
        words.extend(self.command_line.iter().cloned());
        add(&["-append", &words.join(" ")]);
        arguments
    }

    /// Boots `kernel` with `initrd`, and waits until the machine powers itself off.
    ///
    /// Where the machine may ask for it, a line `{"event": "unplug", "card": "card0"}` of the agent
    /// takes the first card away.
    ///
    /// # Errors
    /// The machine cannot be started or does not end in time; the agent failed, or the machine
    /// ended before the agent was done. Faults in the kernel log are no error here: they are in
    /// the report, and the caller decides.
    pub fn run(&self, kernel: &Kernel, initrd: &Path, logs: &Path) -> Result<Report> {
        std::fs::create_dir_all(logs)?;
        let console = logs.join(format!("{}.console", self.name));
        let results = logs.join(format!("{}.jsonl", self.name));
        // What an earlier run left must not be taken for this run's.
        let trace = logs.join(format!("{}.trace", self.name));
        for old in [&console, &results, &trace] {
            std::fs::write(old, "")?;
        }
        let started = Instant::now();
        let ended = self.emulate(self.arguments(kernel, initrd, &console, &trace), &results);
        let took = started.elapsed();
        let log = read_lossy(&console)?;
        let mut lines = parse_lines(&read_lossy(&results)?);
        let log = add_reported_log(log, &mut lines, &console)?;
        let shown = || format!("console: {}\n{}", console.display(), tail(&log, 15));
        if let Err(error) = ended {
            if error.is::<crate::cancel::Cancelled>() {
                return Err(error);
            }
            return Err(error.context(shown()));
        }
        let last = lines.last().cloned().unwrap_or(Value::Null);
        if last["event"] == "failed" {
            bail!(
                "machine {}: {} (console: {})",
                self.name,
                last["error"].as_str().unwrap_or("failed"),
                console.display()
            );
        }
        if last["event"] != DONE {
            bail!("machine {} ended early; {}", self.name, shown());
        }
        Ok(Report {
            lines,
            faults: kernel_log::faults(&log),
            console,
            trace,
            took,
        })
    }
}

impl Machine {
    fn emulate(&self, arguments: Vec<String>, results: &Path) -> Result<Finished> {
        let task = Task::new("qemu-system-x86_64", format!("run machine {}", self.name))
            .deadline(self.deadline);
        if !self.unplugs {
            // The second serial port, as the first one is among the arguments.
            let results = format!("file:{}", results.display());
            return task.args(arguments).args(["-serial", &results]).run();
        }
        let monitor = Monitor::listen()?;
        std::thread::scope(|scope| {
            let serving = scope.spawn(|| monitor.serve());
            let ended = task.args(arguments).args(monitor.arguments(results)).run();
            monitor.ended();
            let served = serving
                .join()
                .unwrap_or_else(|_| bail!("the monitor panicked"));
            // If it did not end well, this is what else was wrong.
            let finished = ended?;
            served?;
            Ok(finished)
        })
    }
}

/// Moves the kernel's log from the agent's report to the console's file.
fn add_reported_log(log: String, lines: &mut Vec<Value>, console: &Path) -> Result<String> {
    let Some(at) = lines.iter().position(|line| line["event"] == "kernel-log") else {
        return Ok(log);
    };
    let reported = lines.remove(at);
    let text = reported["text"].as_str().unwrap_or_default();
    // The whole log is in there, so what was printed of it is not needed twice.
    std::fs::write(console, text)?;
    Ok(text.to_owned())
}

fn read_lossy(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Lines that are no JSON are left out: a machine that is killed leaves half a line.
fn parse_lines(text: &str) -> Vec<Value> {
    text.lines()
        .filter_map(|line| serde_json::from_str(line.trim()).ok())
        .collect()
}

impl Report {
    /// The first line with this `event`.
    #[must_use]
    pub fn event(&self, event: &str) -> Option<&Value> {
        self.lines.iter().find(|line| line["event"] == event)
    }

    /// All lines with this `event`.
    pub fn events<'a>(&'a self, event: &'a str) -> impl Iterator<Item = &'a Value> {
        self.lines.iter().filter(move |line| line["event"] == event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_line_is_left_out() {
        let lines = parse_lines("{\"event\":\"a\"}\r\n{\"event\":\"do");
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["event"], "a");
    }
}
