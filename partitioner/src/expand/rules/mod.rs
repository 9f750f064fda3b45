//! A `macro_rules!` definition as it is read: its rules, each a matcher and a transcriber.

mod patterns;
mod repetitions;
mod templates;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::expand::fragment::Kind;
use crate::expand::limits::{self, Budget};
use crate::expand::matcher::{self, Program};
use crate::expand::token::{Entry, Row, Token};
use crate::expand::transcribe;
use crate::expand::{Failure, FailureKind};
use patterns::patterns;
use templates::templates;

/// One `macro_rules!` definition.
#[derive(Debug)]
pub struct Definition {
    rules: Vec<Rule>,
    krate: String,
    edition: u16,
}

#[derive(Debug)]
struct Rule {
    program: Program,
    body: Vec<Template>,
}

/// How often something is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    /// `?`
    Optional,
    /// `*`
    Any,
    /// `+`
    Some,
}

/// A piece of a matcher.
#[derive(Debug)]
pub(super) enum Pattern {
    /// A token that stands for itself.
    Token(Token),
    /// A group.
    Group(Delimiter, Vec<Pattern>),
    /// `$( … ) separator times`.
    Repeat {
        /// What is repeated.
        inner: Vec<Pattern>,
        /// What stands between.
        separator: Option<Token>,
        /// How often.
        times: Times,
        /// For messages.
        span: Span,
    },
    /// `$name:kind`.
    Variable(Ident, Kind),
}

/// A piece of a transcriber.
#[derive(Debug)]
pub(super) enum Template {
    /// A token that stands for itself: as many trees as it has characters.
    Token(Vec<TokenTree>),
    /// A group; the original is there for its delimiter and span.
    Group(Group, Vec<Template>),
    /// `$( … ) separator times`.
    Repeat {
        /// What is repeated.
        inner: Vec<Template>,
        /// What stands between.
        separator: Vec<TokenTree>,
        /// The variables inside.
        variables: Vec<usize>,
        /// For messages.
        span: Span,
    },
    /// `$name`, by number.
    Variable(usize, Span),
    /// `$crate`.
    Crate(Span),
}

impl Definition {
    /// Reads what stands between the outer braces of a `macro_rules!`.
    ///
    /// # Errors
    ///
    /// When the compiler would refuse the definition for its form.
    pub fn parse(tokens: TokenStream) -> syn::Result<Definition> {
        let row = Row::new(tokens).map_err(refused)?;
        let mut rules = Vec::new();
        let mut at = 0;
        while at < row.end() {
            let Some(Entry::Open(_, close)) = row.entry(at) else {
                return Err(syn::Error::new(row.span(at), "expected a matcher"));
            };
            let pattern = patterns(&row, at + 1, *close)?;
            at = close + 1;
            if row.mark(at) != "=>" {
                return Err(syn::Error::new(row.span(at), "expected `=>`"));
            }
            at += 2;
            let Some(Entry::Open(_, close)) = row.entry(at) else {
                return Err(syn::Error::new(row.span(at), "expected a transcriber"));
            };
            let program = Program::new(&pattern)?;
            let body = templates(&row, at + 1, *close, &program.names)?;
            rules.push(Rule { program, body });
            at = close + 1;
            if row.is(at, ';') {
                at += 1;
            } else if at < row.end() {
                return Err(syn::Error::new(row.span(at), "expected `;`"));
            }
        }
        if rules.is_empty() {
            return Err(syn::Error::new(row.span(0), "a macro without rules"));
        }
        Ok(Definition {
            rules,
            krate: "crate".to_owned(),
            edition: 2021,
        })
    }

    /// The definition of another crate: `$crate` becomes this name instead of `crate`.
    #[must_use]
    pub fn of_crate(mut self, name: &str) -> Definition {
        if syn::parse_str::<Ident>(name).is_ok() {
            name.clone_into(&mut self.krate);
        }
        self
    }

    /// The edition of the definition, 2021 if nobody says; from 2024 on `_` and `const { … }` are an `expr`.
    #[must_use]
    pub fn with_edition(mut self, edition: u16) -> Definition {
        self.edition = edition;
        self
    }

    /// Expands one call: `input` is what stands between its delimiters.
    ///
    /// # Errors
    ///
    /// When no rule matches, or the result is beyond the budget of one call.
    pub fn expand(&self, input: TokenStream) -> Result<TokenStream, Failure> {
        self.expand_within(input, &mut Budget::default())
    }

    /// Expands one call within the budget of the call that it comes from.
    ///
    /// # Errors
    ///
    /// When no rule matches, or the result is beyond the budget.
    pub fn expand_within(
        &self,
        input: TokenStream,
        budget: &mut Budget,
    ) -> Result<TokenStream, Failure> {
        let row = Row::new(input)?;
        budget.step(row.end() + 1, row.span(0))?;
        let mut best: Option<(usize, Failure)> = None;
        for rule in &self.rules {
            match matcher::run(&rule.program, &row, self.edition, budget) {
                Ok(bindings) => {
                    let result =
                        transcribe::transcribe(&rule.body, &bindings, &self.krate, budget)?;
                    limits::size(&result)?;
                    return Ok(result);
                }
                Err(miss) if !miss.last => {
                    if best.as_ref().is_none_or(|(reach, _)| miss.reach > *reach) {
                        best = Some((miss.reach, miss.failure));
                    }
                }
                Err(miss) => return Err(miss.failure),
            }
        }
        Err(match best {
            Some((_, failure)) => failure,
            None => Failure::new(FailureKind::NoRule, row.span(0), "a macro without rules"),
        })
    }
}

fn refused(failure: Failure) -> syn::Error {
    syn::Error::new(failure.span, failure.message)
}
