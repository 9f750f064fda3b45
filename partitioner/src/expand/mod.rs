//! Expands the `macro_rules!` of a crate, as the compiler does, without the compiler.
//!
//! [`Definition`] is one macro: `rules` reads it, `matcher` chooses the rule and binds its variables
//! (`fragment` says what a `$x:expr` takes, `token` what one token is), `transcribe` writes the result, and
//! `invisible` keeps or drops the invisible groups around what was captured. [`Table`] says which macro a name
//! means, [`parse`] reads a result as what its place wants, [`derive`] says what the derives of the standard
//! library make. [`Budget`] bounds all of it.
//!
//! Tokens keep their spans: those of the call say where in the call they stood, those of the definition
//! where in the definition. The macros of the standard library are not here.

pub mod derive;
mod fragment;
mod invisible;
mod keywords;
mod limits;
mod matcher;
pub mod parse;
mod rules;
mod scope;
#[cfg(test)]
mod tests;
mod token;
mod transcribe;

use std::fmt;

use proc_macro2::Span;

pub use invisible::visible;
pub use limits::Budget;
pub use rules::Definition;
pub use scope::{Position, Table};

/// Why a call has no expansion.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// Where: a token of the call, or of the definition.
    pub span: Span,
    /// In words, to follow "failed to expand the macro: ".
    pub message: String,
}

/// The kinds of [`Failure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// No rule matches the call; the span is the token that the last rule to get far did not expect.
    NoRule,
    /// A rule wants a fragment (an expression, a type, …) and what stands there does not read as one.
    Fragment,
    /// The variables of a repetition have different lengths, or one is used at a wrong depth.
    Repetition,
    /// The expansion is larger, or nested deeper, than the [`Budget`] allows.
    Limit,
    /// More than one way to match stays open, which the compiler refuses, too.
    Ambiguous,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, span: Span, message: impl Into<String>) -> Failure {
        Failure {
            kind,
            span,
            message: message.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
