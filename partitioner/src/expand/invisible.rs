//! Invisible groups: around what a variable captured, so that it stays one thing.
//!
//! `$a * 2` for `1 + 1` is not `1 + 1 * 2`, and a captured expression `x` is no longer the identifier `x` for
//! the next macro. `syn` reads an invisible group where an expression or a type may be, nowhere else. So a
//! group stays in the arguments of a further macro, and where it changes what an expression or a type means;
//! everywhere else its tokens stand for themselves.

use proc_macro2::{Delimiter, Group, Punct, Spacing, TokenStream, TokenTree};
use syn::{Expr, Type};

use super::keywords;
use super::limits;
use super::token::detach;
use super::transcribe::group_like;

/// The tokens without any invisible group: for the arguments of a macro that does not care what was captured.
pub fn visible(tokens: TokenStream) -> TokenStream {
    if limits::size(&tokens).is_err() {
        return tokens;
    }
    flatten(tokens.into_iter().collect()).into_iter().collect()
}

fn flatten(trees: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut flat = Vec::new();
    for tree in trees {
        match tree {
            TokenTree::Group(group) => {
                let mut inner = flatten(group.stream().into_iter().collect());
                if group.delimiter() == Delimiter::None {
                    detach(&mut inner);
                    flat.append(&mut inner);
                } else {
                    flat.push(group_like(&group, inner.into_iter().collect()));
                }
            }
            leaf => flat.push(leaf),
        }
    }
    flat
}

/// Whether there is an invisible group anywhere.
pub(super) fn any(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|tree| {
        matches!(&tree, TokenTree::Group(group)
            if group.delimiter() == Delimiter::None || any(group.stream()))
    })
}

/// Keeps the invisible groups that matter, and the arguments of further macros as they are.
pub(super) fn settle(trees: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut settled: Vec<TokenTree> = Vec::with_capacity(trees.len());
    let mut trees = trees.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let TokenTree::Group(group) = tree else {
            settled.push(tree);
            continue;
        };
        let stream = group.stream();
        if group.delimiter() != Delimiter::None {
            let place = place(&settled);
            settled.push(match place {
                Place::Arguments => TokenTree::Group(group),
                Place::Attribute => group_like(&group, visible(stream)),
                Place::Other => {
                    let inner = settle(stream.into_iter().collect());
                    group_like(&group, inner.into_iter().collect())
                }
            });
            continue;
        }
        let mut inner = settle(stream.into_iter().collect());
        detach(&mut inner);
        let path_goes_on = is(trees.peek(), ':')
            && matches!(trees.peek(), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint);
        match meaning(&inner, path_goes_on) {
            Meaning::Itself => settled.append(&mut inner),
            Meaning::Type => {
                settled.push(angle('<', &group));
                settled.append(&mut inner);
                settled.push(angle('>', &group));
            }
            Meaning::Unit => settled.push(group_like(&group, inner.into_iter().collect())),
        }
    }
    settled
}

fn is(tree: Option<&TokenTree>, mark: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

fn angle(mark: char, group: &Group) -> TokenTree {
    let mut punct = Punct::new(mark, Spacing::Alone);
    punct.set_span(group.span());
    TokenTree::Punct(punct)
}

/// What a group is, by what stands before it.
enum Place {
    /// The arguments of a macro.
    Arguments,
    /// An attribute.
    Attribute,
    Other,
}

fn place(before: &[TokenTree]) -> Place {
    let back = |count: usize| {
        before
            .len()
            .checked_sub(count)
            .and_then(|index| before.get(index))
    };
    let name = |tree: Option<&TokenTree>| matches!(tree, Some(TokenTree::Ident(ident)) if keywords::names_macro(ident));
    if is(back(1), '#') || is(back(1), '!') && is(back(2), '#') {
        Place::Attribute
    } else if is(back(1), '!') && name(back(2))
        // `macro_rules! name { … }`
        || matches!(back(1), Some(TokenTree::Ident(_))) && is(back(2), '!') && name(back(3))
    {
        Place::Arguments
    } else {
        Place::Other
    }
}

/// What an invisible group is good for.
enum Meaning {
    /// Nothing: its tokens mean the same without it.
    Itself,
    /// A type that a path goes on from: `<T>::new`.
    Type,
    /// To keep its tokens together.
    Unit,
}

fn meaning(inner: &[TokenTree], path_goes_on: bool) -> Meaning {
    let plain_path = inner.iter().all(|tree| {
        matches!(tree, TokenTree::Ident(_))
            || matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ':')
    });
    let starts =
        |word: &str| matches!(inner.first(), Some(TokenTree::Ident(ident)) if ident == word);
    if plain_path || starts("let") || starts("pub") || is(inner.first(), '#') {
        return Meaning::Itself;
    }
    let stream: TokenStream = inner.iter().cloned().collect();
    if limits::parseable(&stream).is_err() {
        return Meaning::Itself;
    }
    let a_type = || syn::parse2::<Type>(stream.clone());
    if path_goes_on {
        return if a_type().is_ok() {
            Meaning::Type
        } else {
            Meaning::Itself
        };
    }
    if inner.len() == 1 {
        return Meaning::Itself;
    }
    match syn::parse2::<Expr>(stream.clone()) {
        Ok(expression) if closed(&expression) => Meaning::Itself,
        Ok(_) => Meaning::Unit,
        Err(_) => match a_type() {
            Ok(Type::Path(_)) | Err(_) => Meaning::Itself,
            Ok(_) => Meaning::Unit,
        },
    }
}

/// Whether nothing around the expression can take a part of it.
fn closed(expression: &Expr) -> bool {
    match expression {
        Expr::Array(_)
        | Expr::Lit(_)
        | Expr::Paren(_)
        | Expr::Path(_)
        | Expr::Repeat(_)
        | Expr::Tuple(_) => true,
        Expr::Call(call) => closed(&call.func),
        Expr::Field(field) => closed(&field.base),
        Expr::Index(index) => closed(&index.expr),
        Expr::MethodCall(call) => closed(&call.receiver),
        Expr::Try(tried) => closed(&tried.expr),
        Expr::Macro(call) => !matches!(call.mac.delimiter, syn::MacroDelimiter::Brace(_)),
        _ => false,
    }
}
