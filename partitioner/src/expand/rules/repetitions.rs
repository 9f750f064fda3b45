//! What matchers and transcribers have in common: single tokens, and `$( … ) separator times`.

use proc_macro2::Delimiter;

use super::Times;
use crate::expand::token::{Entry, Row, Token};

/// A token that is neither a group nor behind a `$`.
pub(super) fn lone(row: &Row, at: usize) -> syn::Result<(Token, usize)> {
    row.token(at)
        .ok_or_else(|| syn::Error::new(row.span(at), "unexpected token"))
}

/// The inside of `$( … )`, from where to where.
pub(super) fn repetition(row: &Row, at: usize) -> Option<(usize, usize)> {
    match row.entry(at + 1) {
        Some(Entry::Open(group, close)) if group.delimiter() == Delimiter::Parenthesis => {
            Some((at + 2, *close))
        }
        _ => None,
    }
}

fn times(row: &Row, at: usize) -> Option<Times> {
    match row.mark(at).as_str() {
        "?" => Some(Times::Optional),
        "*" => Some(Times::Any),
        "+" => Some(Times::Some),
        _ => None,
    }
}

/// A separator: as it is compared, and where it stands.
pub(super) type Separator = Option<(Token, usize)>;

/// What stands behind `$( … )`: a separator, if there is one, and how often.
pub(super) fn repeated(row: &Row, at: usize) -> syn::Result<(Separator, Times, usize)> {
    if let Some(times) = times(row, at) {
        return Ok((None, times, at + 1));
    }
    let (separator, next) = lone(row, at)?;
    match times(row, next) {
        Some(Times::Optional) => Err(syn::Error::new(
            row.span(at),
            "a separator between at most one",
        )),
        Some(times) => Ok((Some((separator, at)), times, next + 1)),
        None => Err(syn::Error::new(
            row.span(next),
            "expected `*`, `+` or `?` behind a repetition",
        )),
    }
}
