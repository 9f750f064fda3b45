//! Looks into the arguments of the macros whose meaning is known.
//!
//! A call inside `dev_info!` or `assert!` is a call. A macro that is not known is refused elsewhere
//! (`MD0006`); here its arguments are simply not there.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprPath, Lit, Macro, Pat, Token};

use crate::api::Api;

/// What a macro's arguments are.
#[derive(Debug, Default)]
pub struct Arguments {
    /// Expressions, names captured by a format string included.
    pub expressions: Vec<Expr>,
    /// Patterns.
    pub patterns: Vec<Pat>,
}

const EXPRESSIONS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "format_args",
    "panic",
    "unreachable",
    "write",
    "writeln",
];

/// Macros without anything of the driver in their arguments.
const OPAQUE: &[&str] = &[
    "concat",
    "env",
    "file",
    "include_bytes",
    "include_str",
    "line",
    "stringify",
];

/// The arguments of a macro; `None` if it is not known, or its arguments are not what is expected.
pub fn arguments(api: &Api, call: &Macro) -> Option<Arguments> {
    let name = call.path.segments.last()?.ident.to_string();
    let name = name.as_str();
    if OPAQUE.contains(&name) {
        return Some(Arguments::default());
    }
    if name == "matches" {
        return matches.parse2(call.tokens.clone()).ok();
    }
    if EXPRESSIONS.contains(&name) || api.macros.contains(name) {
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        let list = parser.parse2(call.tokens.clone()).ok()?;
        let mut expressions: Vec<Expr> = list.into_iter().map(value).collect();
        expressions.extend(captured(call.tokens.clone()));
        return Some(Arguments {
            expressions,
            patterns: Vec::new(),
        });
    }
    None
}

/// Of `name = value`, the value.
fn value(expression: Expr) -> Expr {
    match expression {
        Expr::Assign(assign) => *assign.right,
        other => other,
    }
}

fn matches(input: ParseStream<'_>) -> syn::Result<Arguments> {
    let mut expressions = vec![input.parse()?];
    input.parse::<Token![,]>()?;
    let pattern = Pat::parse_multi_with_leading_vert(input)?;
    if input.parse::<Option<Token![if]>>()?.is_some() {
        expressions.push(input.parse()?);
    }
    input.parse::<Option<Token![,]>>()?;
    Ok(Arguments {
        expressions,
        patterns: vec![pattern],
    })
}

/// The names that format strings among the tokens capture: `{name}` and `{name:?}`.
fn captured(tokens: TokenStream) -> Vec<Expr> {
    let mut found = Vec::new();
    for token in tokens {
        let TokenTree::Literal(literal) = token else {
            continue;
        };
        let Lit::Str(text) = Lit::new(literal) else {
            continue;
        };
        for part in text.value().split('{').skip(1) {
            let name: String = part
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect();
            if let Ok(ident) = syn::parse_str::<syn::Ident>(&name) {
                let mut path = ExprPath {
                    attrs: Vec::new(),
                    qself: None,
                    path: ident.into(),
                };
                if let Some(segment) = path.path.segments.first_mut() {
                    segment.ident.set_span(text.span());
                }
                found.push(Expr::Path(path));
            }
        }
    }
    found
}
