//! What is going on: spinners on a terminal, plain lines elsewhere. All of it on standard error.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Shows steps, any number of them at a time.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    bars: Option<MultiProgress>,
}

/// A step under way. One that is dropped without being finished has failed.
#[derive(Debug)]
pub(crate) struct Step {
    what: String,
    started: Instant,
    bars: Option<MultiProgress>,
    bar: Option<ProgressBar>,
    finished: bool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self {
            bars: terminal.then(MultiProgress::new),
        }
    }

    /// Begins a step.
    pub(crate) fn step(&self, what: impl Into<String>) -> Step {
        let what = what.into();
        let bar = self.bars.as_ref().map(|bars| {
            let bar = bars.add(ProgressBar::new_spinner());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.set_message(what.clone());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            eprintln!("      {what} ...");
        }
        Step {
            what,
            started: Instant::now(),
            bars: self.bars.clone(),
            bar,
            finished: false,
        }
    }

    /// Runs `work` as a step.
    pub(crate) fn run<T>(
        &self,
        what: impl Into<String>,
        work: impl FnOnce() -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let step = self.step(what);
        let result = work()?;
        step.done("");
        Ok(result)
    }
}

impl Step {
    /// The step has succeeded; `note` says more, if there is more to say.
    pub(crate) fn done(mut self, note: &str) {
        self.finish("ok", note);
    }

    fn finish(&mut self, mark: &str, note: &str) {
        self.finished = true;
        let gap = if note.is_empty() { "" } else { ": " };
        let seconds = self.started.elapsed().as_secs_f64();
        let line = format!("{mark:>4}  {}{gap}{note} ({seconds:.1} s)", self.what);
        match (&self.bar, &self.bars) {
            (Some(bar), Some(bars)) => {
                bar.finish_and_clear();
                // A terminal that went away is no reason to stop.
                drop(bars.println(line));
            }
            _ => eprintln!("{line}"),
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if !self.finished {
            let stopped = rig::cancel::requested();
            self.finish(if stopped { "stop" } else { "FAIL" }, "");
        }
    }
}
