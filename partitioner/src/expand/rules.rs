//! A `macro_rules!` definition as it is read: its rules, each a matcher and a transcriber.

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use super::fragment::Kind;
use super::limits::{self, Budget};
use super::matcher::{self, Program};
use super::token::{Entry, Row, Token};
use super::transcribe;
use super::{Failure, FailureKind};

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

/// The matcher between two places.
fn patterns(row: &Row, from: usize, to: usize) -> syn::Result<Vec<Pattern>> {
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

/// A token that is neither a group nor behind a `$`.
fn lone(row: &Row, at: usize) -> syn::Result<(Token, usize)> {
    row.token(at)
        .ok_or_else(|| syn::Error::new(row.span(at), "unexpected token"))
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

/// The inside of `$( … )`, from where to where.
fn repetition(row: &Row, at: usize) -> Option<(usize, usize)> {
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
type Separator = Option<(Token, usize)>;

/// What stands behind `$( … )`: a separator, if there is one, and how often.
fn repeated(row: &Row, at: usize) -> syn::Result<(Separator, Times, usize)> {
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

/// The transcriber between two places.
fn templates(
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
