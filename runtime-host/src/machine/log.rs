//! The kernel log.

use std::sync::Mutex;

use crate::parts::shim::lock;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `KERN_ERR`
    Error,
    /// `KERN_WARNING`
    Warning,
    /// `KERN_INFO`
    Info,
    /// `KERN_DEBUG`
    Debug,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How much it matters.
    pub level: Level,
    /// Its text, with the device's and the interface's name in front.
    pub text: String,
}

/// All lines since the host was made. Unlike the kernel's, without a limit to their rate.
#[derive(Debug, Default)]
pub(crate) struct Log {
    lines: Mutex<Vec<Line>>,
    prints: bool,
}

impl Log {
    /// With `RUNTIME_HOST_LOG` in the environment, lines also go to standard error.
    pub(crate) fn new() -> Self {
        Self {
            lines: Mutex::default(),
            prints: std::env::var_os("RUNTIME_HOST_LOG").is_some(),
        }
    }

    pub(crate) fn write(&self, level: Level, text: String) {
        if self.prints {
            eprintln!("{level:?}: {text}");
        }
        lock(&self.lines).push(Line { level, text });
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        lock(&self.lines).clone()
    }

    pub(crate) fn last(&self, count: usize) -> Vec<String> {
        let lines = lock(&self.lines);
        let first = lines.len().saturating_sub(count);
        lines
            .iter()
            .skip(first)
            .map(|line| line.text.clone())
            .collect()
    }
}
