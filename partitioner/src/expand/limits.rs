//! What keeps a macro from taking all time, memory or stack.

use proc_macro2::{Span, TokenStream, TokenTree};

use super::{Failure, FailureKind};

/// How deep calls may be nested that come out of expansions: the compiler's default.
const CALLS: usize = 128;
/// How many tokens one top-level call may produce.
const TOKENS: usize = 1_000_000;
/// How much may be compared for one top-level call: steps of the matcher.
const WORK: usize = 50_000_000;
/// How deep groups may be nested.
pub(super) const DEEPEST: usize = 128;

/// What one top-level call, and all that is expanded because of it, may use.
#[derive(Clone, Debug)]
pub struct Budget {
    calls: usize,
    tokens: usize,
    work: usize,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget::new(TOKENS)
    }
}

impl Budget {
    /// A budget with another number of tokens.
    pub fn new(tokens: usize) -> Budget {
        Budget {
            calls: 0,
            tokens,
            work: WORK,
        }
    }

    /// Goes into the expansion of a call; [`Budget::leave`] comes back.
    ///
    /// # Errors
    ///
    /// When more than 128 calls are open.
    pub fn enter(&mut self, call: Span) -> Result<(), Failure> {
        if self.calls >= CALLS {
            return Err(Failure::new(
                FailureKind::Limit,
                call,
                format!("recursion deeper than {CALLS} calls"),
            ));
        }
        self.calls += 1;
        Ok(())
    }

    /// Comes out of the expansion of a call.
    pub fn leave(&mut self) {
        self.calls = self.calls.saturating_sub(1);
    }

    /// Takes tokens that an expansion produced.
    pub(super) fn produce(&mut self, tokens: usize, at: Span) -> Result<(), Failure> {
        match self.tokens.checked_sub(tokens) {
            Some(rest) => {
                self.tokens = rest;
                Ok(())
            }
            None => {
                self.tokens = 0;
                Err(Failure::new(
                    FailureKind::Limit,
                    at,
                    "more tokens than one call may produce",
                ))
            }
        }
    }

    /// Takes steps of the matcher.
    pub(super) fn step(&mut self, steps: usize, at: Span) -> Result<(), Failure> {
        match self.work.checked_sub(steps) {
            Some(rest) => {
                self.work = rest;
                Ok(())
            }
            None => {
                self.work = 0;
                Err(Failure::new(
                    FailureKind::Limit,
                    at,
                    "more work than one call may be",
                ))
            }
        }
    }
}

/// The failure of groups in groups in groups.
pub(super) fn too_deep(at: Span) -> Failure {
    Failure::new(
        FailureKind::Limit,
        at,
        format!("groups nested deeper than {DEEPEST}"),
    )
}

/// How many tokens there are in all depths; refuses what is nested too deep.
pub(super) fn size(tokens: &TokenStream) -> Result<usize, Failure> {
    let mut count = 0;
    let mut open = vec![tokens.clone().into_iter()];
    while let Some(current) = open.last_mut() {
        match current.next() {
            Some(TokenTree::Group(group)) => {
                count += 2;
                if open.len() > DEEPEST {
                    return Err(too_deep(group.span_open()));
                }
                open.push(group.stream().into_iter());
            }
            Some(_) => count += 1,
            None => {
                open.pop();
            }
        }
    }
    Ok(count)
}

/// Refuses what would take too much stack to read.
pub(super) fn parseable(tokens: &TokenStream) -> syn::Result<()> {
    size(tokens)
        .map(drop)
        .map_err(|failure| syn::Error::new(failure.span, failure.message))
}
