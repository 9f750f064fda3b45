//! Reads transcribers.

use std::collections::BTreeMap;

use proc_macro2::TokenTree;

use super::repetitions::{repeated, repetition};
use super::{Template, refused};
use crate::expand::token::{Entry, Row};

/// The transcriber between two places.
pub(super) fn templates(
    row: &Row,
    from: usize,
    to: usize,
    names: &BTreeMap<String, usize>,
) -> syn::Result<Vec<Template>> {
    let mut list = Vec::new();
    let mut at = from;
    while at < to {
        if let Some(Entry::Open(group, close)) = row.entry(at) {
            let inner = templates(row, at + 1, *close, names)?;
            list.push(Template::Group(group.clone(), inner));
            at = close + 1;
        } else if let Some(Entry::Leaf(TokenTree::Group(group))) = row.entry(at) {
            let inside = Row::new(group.stream()).map_err(refused)?;
            let inner = templates(&inside, 0, inside.end(), names)?;
            list.push(Template::Group(group.clone(), inner));
            at += 1;
        } else if row.is(at, '$') {
            let (template, next) = quoted_template(row, at, names)?;
            list.push(template);
            at = next;
        } else {
            let Some((trees, next)) = row.single(at) else {
                return Err(syn::Error::new(row.span(at), "unexpected token"));
            };
            list.push(Template::Token(trees));
            at = next;
        }
    }
    Ok(list)
}

/// What a `$` of a transcriber starts.
fn quoted_template(
    row: &Row,
    at: usize,
    names: &BTreeMap<String, usize>,
) -> syn::Result<(Template, usize)> {
    if let Some((start, close)) = repetition(row, at) {
        let (separator, _, next) = repeated(row, close + 1)?;
        let inner = templates(row, start, close, names)?;
        let mut variables = Vec::new();
        used(&inner, &mut variables);
        return Ok((
            Template::Repeat {
                inner,
                separator: separator
                    .and_then(|(_, place)| row.single(place))
                    .map(|(trees, _)| trees)
                    .unwrap_or_default(),
                variables,
                span: row.span(at),
            },
            next,
        ));
    }
    if let Some(name) = row.ident(at + 1) {
        if name == "crate" {
            return Ok((Template::Crate(name.span()), at + 2));
        }
        if let Some(number) = names.get(&name.to_string()) {
            return Ok((Template::Variable(*number, name.span()), at + 2));
        }
    } else if row.is(at + 1, '$') {
        // `$$` is one `$`.
        let trees = row.single(at + 1).map(|(trees, _)| trees);
        return Ok((Template::Token(trees.unwrap_or_default()), at + 2));
    } else if let Some(Entry::Open(group, _)) = row.entry(at + 1) {
        return Err(syn::Error::new(
            group.span_open(),
            "expressions of metavariables are not known",
        ));
    }
    // A `$` of a definition inside this one.
    let trees = row.single(at).map(|(trees, _)| trees);
    Ok((Template::Token(trees.unwrap_or_default()), at + 1))
}

/// The variables that a transcriber uses.
fn used(list: &[Template], variables: &mut Vec<usize>) {
    for template in list {
        match template {
            Template::Group(_, inner) | Template::Repeat { inner, .. } => used(inner, variables),
            Template::Variable(number, _) => {
                if !variables.contains(number) {
                    variables.push(*number);
                }
            }
            Template::Token(_) | Template::Crate(_) => {}
        }
    }
}
