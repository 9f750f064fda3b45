//! What a variable of a macro takes: where a fragment can start, and how far it goes.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Block, Expr, Item, Meta, Pat, Path, Token, Type};

use super::keywords;
use super::limits;
use super::token::{Entry, Row, detach};

/// The kinds of fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Block,
    Expression,
    /// `expr_2021`.
    OldExpression,
    Ident,
    Item,
    Lifetime,
    Literal,
    Meta,
    Pattern,
    /// `pat_param`: without `|` at its top.
    SinglePattern,
    Path,
    Statement,
    Tree,
    Type,
    Visibility,
}

impl Kind {
    /// The kind with this name.
    pub(super) fn named(name: &str) -> Option<Kind> {
        Some(match name {
            "block" => Kind::Block,
            "expr" => Kind::Expression,
            "expr_2021" => Kind::OldExpression,
            "ident" => Kind::Ident,
            "item" => Kind::Item,
            "lifetime" => Kind::Lifetime,
            "literal" => Kind::Literal,
            "meta" => Kind::Meta,
            "pat" => Kind::Pattern,
            "pat_param" => Kind::SinglePattern,
            "path" => Kind::Path,
            "stmt" => Kind::Statement,
            "tt" => Kind::Tree,
            "ty" => Kind::Type,
            "vis" => Kind::Visibility,
            _ => return None,
        })
    }

    /// Whether what was captured is inserted as if the call's tokens had been written there.
    pub(super) fn transparent(self) -> bool {
        matches!(self, Kind::Ident | Kind::Lifetime | Kind::Tree)
    }
}

/// Whether a fragment of this kind can start here: what the compiler looks at to choose a way.
pub(super) fn may_start(kind: Kind, row: &Row, at: usize, edition: u16) -> bool {
    let entry = match row.entry(at) {
        None | Some(Entry::Close(..)) => return false,
        Some(entry) => entry,
    };
    let modern = edition >= 2024 && kind == Kind::Expression;
    match (kind, entry) {
        (Kind::Tree | Kind::Item | Kind::Statement, _) => true,
        (_, Entry::Leaf(TokenTree::Group(group))) => may_be(kind, &group.stream()),
        (Kind::Ident, Entry::Leaf(TokenTree::Ident(ident))) => ident != "_",
        (Kind::Lifetime, _) => row.is(at, '\''),
        (Kind::Block, entry) => opens(entry, Delimiter::Brace),
        (Kind::Expression | Kind::OldExpression, Entry::Leaf(TokenTree::Ident(ident))) => {
            ident != "let"
                && (ident != "const" || modern)
                && (keywords::starts_expression(ident) || ident == "_" && modern)
        }
        (Kind::Expression | Kind::OldExpression, Entry::Leaf(TokenTree::Punct(_))) => {
            row.is(at, '\'') || EXPRESSION.contains(&row.mark(at).as_str())
        }
        (Kind::Expression | Kind::OldExpression, _) => true,
        (Kind::Type, Entry::Leaf(TokenTree::Ident(ident))) => keywords::starts_type(ident),
        (Kind::Type, Entry::Leaf(TokenTree::Punct(_))) => {
            row.is(at, '\'') || TYPE.contains(&row.mark(at).as_str())
        }
        (Kind::Type, entry) => {
            opens(entry, Delimiter::Parenthesis) || opens(entry, Delimiter::Bracket)
        }
        (Kind::Pattern | Kind::SinglePattern, Entry::Leaf(TokenTree::Punct(_))) => {
            let mark = row.mark(at);
            PATTERN.contains(&mark.as_str()) || mark == "|" && kind == Kind::Pattern
        }
        (Kind::Pattern | Kind::SinglePattern, Entry::Open(group, _)) => {
            group.delimiter() != Delimiter::Brace
        }
        (Kind::Pattern | Kind::SinglePattern, _) => true,
        (Kind::Literal, Entry::Leaf(TokenTree::Ident(ident))) => {
            ident == "true" || ident == "false"
        }
        (Kind::Literal, entry) => {
            row.is(at, '-') && row.mark(at) == "-"
                || matches!(entry, Entry::Leaf(TokenTree::Literal(_)))
        }
        (Kind::Path | Kind::Meta, Entry::Leaf(TokenTree::Ident(_))) => true,
        (Kind::Path | Kind::Meta, _) => row.mark(at) == "::",
        (Kind::Visibility, Entry::Leaf(TokenTree::Ident(_))) => true,
        (Kind::Visibility, _) => row.is(at, ',') || may_start(Kind::Type, row, at, edition),
        (Kind::Ident, _) => false,
    }
}

const EXPRESSION: &[&str] = &[
    "!", "-", "*", "|", "||", "&", "&&", "..", "...", "..=", "<", "<<", "::", "#",
];
const TYPE: &[&str] = &["!", "*", "&", "&&", "?", "<", "<<", "::"];
const PATTERN: &[&str] = &["&", "&&", "-", "..", "...", "..=", "::", "<", "<<"];

fn opens(entry: &Entry, delimiter: Delimiter) -> bool {
    matches!(entry, Entry::Open(group, _) if group.delimiter() == delimiter)
}

/// Whether what was captured before can be this kind of fragment.
fn may_be(kind: Kind, captured: &TokenStream) -> bool {
    match kind {
        Kind::Ident | Kind::Lifetime => false,
        Kind::Visibility => true,
        _ => whole(kind, captured),
    }
}

/// Whether all of the tokens are one fragment.
fn whole(kind: Kind, tokens: &TokenStream) -> bool {
    Row::new(tokens.clone()).is_ok_and(|row| {
        !row.closes(0) && take(kind, &row, 0).is_ok_and(|(_, next)| next == row.end())
    })
}

/// The fragment that starts here, and the place behind it.
///
/// # Errors
///
/// When what stands here is none, although it starts like one.
pub(super) fn take(kind: Kind, row: &Row, at: usize) -> syn::Result<(Vec<TokenTree>, usize)> {
    if let Some(Entry::Leaf(TokenTree::Group(group))) = row.entry(at) {
        let unit = !matches!(
            kind,
            Kind::Expression | Kind::OldExpression | Kind::Statement | Kind::Item | Kind::Type
        );
        // An expression goes on behind what was captured: `$a + 1`.
        if unit && (kind == Kind::Tree || whole(kind, &group.stream())) {
            return Ok((vec![TokenTree::Group(group.clone())], at + 1));
        }
    }
    if let Some((trees, next)) = row.single(at)
        && (kind == Kind::Tree || obvious(kind, row, at, next))
    {
        return Ok((trees, next));
    }
    match kind {
        Kind::Lifetime => {
            let error = || syn::Error::new(row.span(at), "expected a lifetime");
            row.single(at).ok_or_else(error)
        }
        Kind::Literal => literal(row, at),
        Kind::Visibility => Ok(visibility(row, at)),
        _ => prefix(row, at, |input| read(kind, input)),
    }
}

/// Whether the one token or group here is all of the fragment, for sure and at a glance.
fn obvious(kind: Kind, row: &Row, at: usize, next: usize) -> bool {
    let alone = row.closes(next) || matches!(row.mark(next).as_str(), "," | ";" | "=>");
    match (kind, row.entry(at)) {
        (Kind::Ident, Some(Entry::Leaf(TokenTree::Ident(_)))) => true,
        (Kind::Block, Some(entry)) => opens(entry, Delimiter::Brace),
        (
            Kind::Expression | Kind::OldExpression,
            Some(Entry::Leaf(TokenTree::Literal(_)) | Entry::Open(..)),
        ) => alone,
        (
            Kind::Expression | Kind::OldExpression | Kind::Type | Kind::Path,
            Some(Entry::Leaf(TokenTree::Ident(ident))),
        ) => alone && (!keywords::reserved(ident) || ident == "self" || ident == "Self"),
        _ => false,
    }
}

fn literal(row: &Row, at: usize) -> syn::Result<(Vec<TokenTree>, usize)> {
    let start = if row.is(at, '-') { at + 1 } else { at };
    let found = match row.entry(start) {
        Some(Entry::Leaf(TokenTree::Literal(_))) => true,
        Some(Entry::Leaf(TokenTree::Ident(ident))) => {
            start == at && (ident == "true" || ident == "false")
        }
        _ => false,
    };
    if !found {
        return Err(syn::Error::new(row.span(start), "expected a literal"));
    }
    Ok(collect(row, at, start + 1))
}

/// The trees between two places of the same group.
fn collect(row: &Row, at: usize, end: usize) -> (Vec<TokenTree>, usize) {
    let mut trees = Vec::new();
    let mut place = at;
    while place < end {
        let Some((tree, next)) = row.tree(place) else {
            break;
        };
        trees.push(tree);
        place = next;
    }
    (trees, place)
}

/// `pub`, `pub(crate)`, …; or nothing.
fn visibility(row: &Row, at: usize) -> (Vec<TokenTree>, usize) {
    if row.ident(at).is_none_or(|ident| ident != "pub") {
        return (Vec::new(), at);
    }
    let mut end = at + 1;
    if let Some(Entry::Open(group, close)) = row.entry(end)
        && group.delimiter() == Delimiter::Parenthesis
        && let Some(first) = row.ident(end + 1)
        && (first == "in"
            || *close == end + 2 && (first == "crate" || first == "self" || first == "super"))
    {
        end = close + 1;
    }
    collect(row, at, end)
}

/// How many trees to look at first.
const GLANCE: usize = 16;
/// Behind a fragment that was read for sure there are at least as many.
const AHEAD: usize = 4;

/// Reads from here with `syn`, and finds out how far it went.
///
/// What follows may be long, and is looked at again for each fragment: so it sees a few trees first, then twice
/// as many, until it stops well before the end of what it sees.
fn prefix(
    row: &Row,
    at: usize,
    read: impl Fn(ParseStream<'_>) -> syn::Result<()>,
) -> syn::Result<(Vec<TokenTree>, usize)> {
    let mut limit = GLANCE;
    loop {
        let (trees, behind, all) = row.window(at, limit);
        let seen: TokenStream = trees.iter().cloned().collect();
        limits::parseable(&seen)?;
        let rest = |input: ParseStream<'_>| {
            read(input)?;
            input.parse::<TokenStream>()
        };
        match rest.parse2(seen) {
            Ok(rest) => {
                let left = rest.clone().into_iter().count();
                if all || left >= AHEAD {
                    return cut(row, at, trees, &behind, left, rest);
                }
            }
            Err(error) if all => return Err(error),
            Err(_) => {}
        }
        limit *= 2;
    }
}

fn cut(
    row: &Row,
    at: usize,
    mut trees: Vec<TokenTree>,
    behind: &[usize],
    left: usize,
    rest: TokenStream,
) -> syn::Result<(Vec<TokenTree>, usize)> {
    let error = || syn::Error::new(row.span(at), "a fragment ends within a captured one");
    let length = trees.len().checked_sub(left).ok_or_else(error)?;
    // The rest must be what was seen: else `syn` went into an invisible group and came half through.
    if let (Some(first), Some(seen)) = (rest.into_iter().next(), trees.get(length))
        && (std::mem::discriminant(&first) != std::mem::discriminant(seen)
            || first.span().byte_range() != seen.span().byte_range())
    {
        return Err(error());
    }
    trees.truncate(length);
    detach(&mut trees);
    let next = length.checked_sub(1).map_or(at, |index| behind[index]);
    Ok((trees, next))
}

fn read(kind: Kind, input: ParseStream<'_>) -> syn::Result<()> {
    match kind {
        Kind::Block => input.parse::<Block>().map(drop),
        Kind::Expression | Kind::OldExpression => input.parse::<Expr>().map(drop),
        Kind::Ident => input.call(syn::Ident::parse_any).map(drop),
        Kind::Item => input.parse::<Item>().map(drop),
        Kind::Meta => meta(input),
        Kind::Pattern => Pat::parse_multi_with_leading_vert(input).map(drop),
        Kind::SinglePattern => Pat::parse_single(input).map(drop),
        Kind::Path => input.parse::<Path>().map(drop),
        Kind::Statement => statement(input),
        Kind::Type => input.parse::<Type>().map(drop),
        // Read without `syn`.
        Kind::Lifetime | Kind::Literal | Kind::Tree | Kind::Visibility => Ok(()),
    }
}

/// What an attribute says. `syn` reads an expression behind `=` only if it is simple.
fn meta(input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    if ahead.parse::<Meta>().is_ok() {
        return input.parse::<Meta>().map(drop);
    }
    input.call(Path::parse_mod_style)?;
    input.parse::<Token![=]>()?;
    input.parse::<Expr>().map(drop)
}

/// A statement without the `;` behind it.
fn statement(input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    ahead.call(syn::Attribute::parse_outer)?;
    if ahead.peek(Token![let]) {
        input.call(syn::Attribute::parse_outer)?;
        input.parse::<Token![let]>()?;
        Pat::parse_multi_with_leading_vert(input)?;
        if input.parse::<Option<Token![:]>>()?.is_some() {
            input.parse::<Type>()?;
        }
        if input.parse::<Option<Token![=]>>()?.is_some() {
            input.parse::<Expr>()?;
            if input.parse::<Option<Token![else]>>()?.is_some() {
                input.parse::<Block>()?;
            }
        }
        return Ok(());
    }
    let ahead = input.fork();
    if matches!(ahead.parse::<Item>(), Ok(item) if !matches!(item, Item::Macro(_))) {
        return input.parse::<Item>().map(drop);
    }
    input.parse::<Expr>().map(drop)
}
