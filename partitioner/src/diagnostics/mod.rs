//! What the partitioner says about a driver that it refuses.
//!
//! A diagnostic has a stable id, a span where there is one, a reason and one help. The ids and their
//! long explanations are in `catalogue`; `render` draws them as rustc does. Mistakes accumulate: a stage
//! reports all that it finds, and nothing is emitted after an error.

mod catalogue;
mod render;

pub use catalogue::{Code, Summary, all, explain};
pub use render::{human, json};

use crate::source::Span;

/// One mistake.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// Its stable id.
    pub code: Code,
    /// What is wrong: a lowercase fragment.
    pub title: String,
    /// Where, and what about it.
    pub primary: Option<(Span, String)>,
    /// Other places that one has to see to understand it.
    pub context: Vec<(Span, String)>,
    /// Why it is wrong, in addition to the labels.
    pub notes: Vec<String>,
    /// What to do.
    pub help: String,
}

impl Diagnostic {
    /// A mistake without a place.
    pub fn new(code: Code, title: impl Into<String>, help: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            title: title.into(),
            primary: None,
            context: Vec::new(),
            notes: Vec::new(),
            help: help.into(),
        }
    }

    /// The place to blame.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.primary = Some((span, label.into()));
        self
    }

    /// Another place.
    #[must_use]
    pub fn with(mut self, span: Span, label: impl Into<String>) -> Diagnostic {
        self.context.push((span, label.into()));
        self
    }

    /// A reason.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.notes.push(note.into());
        self
    }
}

/// The mistakes that ended a run. At least one.
#[derive(Clone, Debug)]
pub struct Refusal(pub Vec<Diagnostic>);

impl From<Diagnostic> for Refusal {
    fn from(diagnostic: Diagnostic) -> Refusal {
        Refusal(vec![diagnostic])
    }
}

/// What a stage returns.
pub type Outcome<T> = Result<T, Refusal>;

/// Collects mistakes until the end of a stage.
#[derive(Debug, Default)]
pub struct Report {
    found: Vec<Diagnostic>,
}

impl Report {
    /// Adds a mistake.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds those of a refused part, or hands its result on.
    pub fn take<T>(&mut self, outcome: Outcome<T>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(Refusal(found)) => {
                self.found.extend(found);
                None
            }
        }
    }

    /// Ends stages that do not need each other: the results of both, or the mistakes of either.
    ///
    /// # Errors
    /// All that was added. A result that is missing has its mistakes here.
    pub fn both<A, B>(self, first: Option<A>, second: Option<B>) -> Outcome<(A, B)> {
        match (first, second) {
            (Some(first), Some(second)) => self.finish().map(|()| (first, second)),
            _ => Err(Refusal(self.found)),
        }
    }

    /// Ends a stage that has found something.
    pub fn refusal(self) -> Refusal {
        Refusal(self.found)
    }

    /// Ends the stage: refuses if anything was found.
    ///
    /// # Errors
    /// All that was added.
    pub fn finish(self) -> Outcome<()> {
        if self.found.is_empty() {
            Ok(())
        } else {
            Err(Refusal(self.found))
        }
    }
}
