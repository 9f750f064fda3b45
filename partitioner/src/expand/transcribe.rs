//! Writes the result of a rule.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use super::invisible;
use super::limits::{self, Budget};
use super::matcher::{Binding, Fragment};
use super::rules::Template;
use super::{Failure, FailureKind};

/// What the template makes of the bindings.
pub(super) fn transcribe(
    body: &[Template],
    bindings: &[Binding],
    krate: &str,
    budget: &mut Budget,
) -> Result<TokenStream, Failure> {
    let mut writer = Writer {
        bindings: bindings.iter().collect(),
        krate,
        budget,
    };
    let mut trees = Vec::new();
    writer.write(body, &mut trees)?;
    Ok(invisible::settle(trees).into_iter().collect())
}

struct Writer<'a> {
    /// What each variable stands for in the round that is being written.
    bindings: Vec<&'a Binding>,
    krate: &'a str,
    budget: &'a mut Budget,
}

impl Writer<'_> {
    fn write(&mut self, body: &[Template], into: &mut Vec<TokenTree>) -> Result<(), Failure> {
        for template in body {
            match template {
                Template::Token(trees) => {
                    if let Some(first) = trees.first() {
                        self.budget.produce(trees.len(), first.span())?;
                    }
                    into.extend(trees.iter().cloned());
                }
                Template::Group(group, inner) => {
                    self.budget.produce(2, group.span_open())?;
                    let mut trees = Vec::new();
                    self.write(inner, &mut trees)?;
                    into.push(group_like(group, trees.into_iter().collect()));
                }
                Template::Crate(span) => {
                    self.budget.produce(1, *span)?;
                    into.push(TokenTree::Ident(Ident::new(self.krate, *span)));
                }
                Template::Variable(number, span) => match self.bindings[*number] {
                    Binding::One(fragment) => self.insert(fragment, *span, into)?,
                    Binding::Many(_) => {
                        return Err(Failure::new(
                            FailureKind::Repetition,
                            *span,
                            "a variable that still repeats at this depth",
                        ));
                    }
                },
                Template::Repeat {
                    inner,
                    separator,
                    variables,
                    span,
                } => self.repeat(inner, separator, variables, *span, into)?,
            }
        }
        Ok(())
    }

    fn repeat(
        &mut self,
        inner: &[Template],
        separator: &[TokenTree],
        variables: &[usize],
        span: Span,
        into: &mut Vec<TokenTree>,
    ) -> Result<(), Failure> {
        let mut repeated = Vec::new();
        let mut rounds = None;
        for number in variables {
            let Binding::Many(list) = self.bindings[*number] else {
                continue;
            };
            if *rounds.get_or_insert(list.len()) != list.len() {
                return Err(Failure::new(
                    FailureKind::Repetition,
                    span,
                    "variables that repeat a different number of times",
                ));
            }
            repeated.push((*number, list));
        }
        let Some(rounds) = rounds else {
            return Err(Failure::new(
                FailureKind::Repetition,
                span,
                "a repetition without a variable that repeats",
            ));
        };
        let outside: Vec<&Binding> = repeated
            .iter()
            .map(|(number, _)| self.bindings[*number])
            .collect();
        for round in 0..rounds {
            // An empty round takes time, too.
            self.budget.produce(1 + separator.len(), span)?;
            if round > 0 {
                into.extend(separator.iter().cloned());
            }
            for (number, list) in &repeated {
                self.bindings[*number] = &list[round];
            }
            self.write(inner, into)?;
        }
        for ((number, _), binding) in repeated.iter().zip(outside) {
            self.bindings[*number] = binding;
        }
        Ok(())
    }

    fn insert(
        &mut self,
        fragment: &Fragment,
        span: Span,
        into: &mut Vec<TokenTree>,
    ) -> Result<(), Failure> {
        let stream: TokenStream = fragment.trees.iter().cloned().collect();
        self.budget.produce(limits::size(&stream)? + 1, span)?;
        let invisible = matches!(
            fragment.trees.as_slice(),
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::None
        );
        if fragment.kind.transparent() || invisible || fragment.trees.is_empty() {
            into.extend(fragment.trees.iter().cloned());
        } else {
            let mut group = Group::new(Delimiter::None, stream);
            let first = fragment.trees.first().map_or(span, TokenTree::span);
            let last = fragment.trees.last().map_or(span, TokenTree::span);
            group.set_span(first.join(last).unwrap_or(first));
            into.push(TokenTree::Group(group));
        }
        Ok(())
    }
}

/// A group with other contents, in the same place.
pub(super) fn group_like(group: &Group, stream: TokenStream) -> TokenTree {
    let mut new = Group::new(group.delimiter(), stream);
    new.set_span(group.span());
    TokenTree::Group(new)
}
