//! Errors that tell the reader what to do next.

use std::fmt;

/// An error with a help line, found again in an [`anyhow::Error`] chain by whoever prints it.
#[derive(Debug)]
pub struct Problem {
    what: String,
    help: String,
}

impl Problem {
    /// What to do about it; one line, without the word "help".
    #[must_use]
    pub fn help(&self) -> &str {
        &self.help
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Problem {}

/// An [`anyhow::Error`] made of what went wrong and what helps.
#[must_use]
pub fn problem(what: impl Into<String>, help: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Problem {
        what: what.into(),
        help: help.into(),
    })
}

/// The help lines of a chain of errors, outermost first.
#[must_use]
pub fn help_of(error: &anyhow::Error) -> Vec<&str> {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<Problem>())
        .map(Problem::help)
        .collect()
}
