//! Reads matchers.

use proc_macro2::TokenTree;

use super::repetitions::{lone, repeated, repetition};
use super::{Pattern, refused};
use crate::expand::fragment::Kind;
use crate::expand::token::{Entry, Row, Token};

/// The matcher between two places.
pub(super) fn patterns(row: &Row, from: usize, to: usize) -> syn::Result<Vec<Pattern>> {
    let mut list = Vec::new();
    let mut at = from;
    while at < to {
        if let Some(Entry::Open(group, close)) = row.entry(at) {
            let inner = patterns(row, at + 1, *close)?;
            list.push(Pattern::Group(group.delimiter(), inner));
            at = close + 1;
        } else if let Some(Entry::Leaf(TokenTree::Group(group))) = row.entry(at) {
            // What an outer macro captured stands for its tokens.
            let inside = Row::new(group.stream()).map_err(refused)?;
            list.extend(patterns(&inside, 0, inside.end())?);
            at += 1;
        } else if row.is(at, '$') {
            let (pattern, next) = quoted_pattern(row, at)?;
            list.push(pattern);
            at = next;
        } else {
            let (token, next) = lone(row, at)?;
            list.push(Pattern::Token(token));
            at = next;
        }
    }
    Ok(list)
}

/// What a `$` of a matcher starts.
fn quoted_pattern(row: &Row, at: usize) -> syn::Result<(Pattern, usize)> {
    if let Some((inner, close)) = repetition(row, at) {
        let (separator, times, next) = repeated(row, close + 1)?;
        let mut inner = patterns(row, inner, close)?;
        let bar = |(token, _): &(Token, usize)| *token == Token::Mark("|".to_owned());
        if separator.as_ref().is_some_and(bar)
            && let Some(Pattern::Variable(_, kind @ Kind::Pattern)) = inner.last_mut()
        {
            *kind = Kind::SinglePattern;
        }
        return Ok((
            Pattern::Repeat {
                inner,
                separator: separator.map(|(token, _)| token),
                times,
                span: row.span(at),
            },
            next,
        ));
    }
    let Some(name) = row.ident(at + 1) else {
        if row.closes(at + 1) {
            return Ok((Pattern::Token(Token::Mark("$".to_owned())), at + 1));
        }
        if row.is(at + 1, '$') {
            return Ok((Pattern::Token(Token::Mark("$".to_owned())), at + 2));
        }
        return Err(syn::Error::new(
            row.span(at),
            "expected a name or `(` behind `$`",
        ));
    };
    if name == "crate" {
        return Ok((Pattern::Token(Token::Word("crate".to_owned())), at + 2));
    }
    let kind = row.ident(at + 3).filter(|_| row.mark(at + 2) == ":");
    let Some(kind) = kind else {
        return Err(syn::Error::new(
            row.span(at + 1),
            "a variable without the kind of its fragment",
        ));
    };
    let Some(mut parsed) = Kind::named(&kind.to_string()) else {
        return Err(syn::Error::new(
            row.span(at + 3),
            format!("unknown kind of fragment `{kind}`"),
        ));
    };
    // Before edition 2021 a `pat` ended at `|`; since then nothing that starts with `|` may follow one.
    if parsed == Kind::Pattern && row.mark(at + 4) == "|" {
        parsed = Kind::SinglePattern;
    }
    Ok((Pattern::Variable(name.clone(), parsed), at + 4))
}
