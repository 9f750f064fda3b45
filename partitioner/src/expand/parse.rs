//! Reads an expansion as what its place wants.
//!
//! Where captured fragments in their invisible groups cannot be read (`syn` does not know them in patterns, for
//! example), their tokens are tried as if they had been written there.

use proc_macro2::TokenStream;
use syn::parse::{ParseStream, Parser};
use syn::{
    Attribute, Block, Expr, ForeignItem, ImplItem, Item, Pat, Result, Stmt, Token, TraitItem, Type,
};

use super::invisible;
use super::limits;

/// Items: of a module, or among statements.
///
/// # Errors
///
/// When the tokens are none.
pub fn items(tokens: TokenStream) -> Result<Vec<Item>> {
    either(tokens, |input| {
        input.call(Attribute::parse_inner)?;
        all(input)
    })
}

/// Items of an `impl`.
///
/// # Errors
///
/// When the tokens are none.
pub fn impl_items(tokens: TokenStream) -> Result<Vec<ImplItem>> {
    either(tokens, all)
}

/// Items of a trait.
///
/// # Errors
///
/// When the tokens are none.
pub fn trait_items(tokens: TokenStream) -> Result<Vec<TraitItem>> {
    either(tokens, all)
}

/// Items of an `extern` block.
///
/// # Errors
///
/// When the tokens are none.
pub fn foreign_items(tokens: TokenStream) -> Result<Vec<ForeignItem>> {
    either(tokens, all)
}

/// Statements; the last may be an expression.
///
/// # Errors
///
/// When the tokens are none.
pub fn statements(tokens: TokenStream) -> Result<Vec<Stmt>> {
    either(tokens, Block::parse_within)
}

/// An expression; a `;` behind it is passed over, as the compiler does.
///
/// # Errors
///
/// When the tokens are none.
pub fn expression(tokens: TokenStream) -> Result<Expr> {
    either(tokens, |input| {
        let expression = input.parse()?;
        input.parse::<Option<Token![;]>>()?;
        Ok(expression)
    })
}

/// A pattern.
///
/// # Errors
///
/// When the tokens are none.
pub fn pattern(tokens: TokenStream) -> Result<Pat> {
    either(tokens, Pat::parse_multi_with_leading_vert)
}

/// A type.
///
/// # Errors
///
/// When the tokens are none.
pub fn type_(tokens: TokenStream) -> Result<Type> {
    either(tokens, |input| input.parse())
}

fn all<T: syn::parse::Parse>(input: ParseStream<'_>) -> Result<Vec<T>> {
    let mut list = Vec::new();
    while !input.is_empty() {
        list.push(input.parse()?);
    }
    Ok(list)
}

fn either<T>(tokens: TokenStream, read: impl Fn(ParseStream<'_>) -> Result<T>) -> Result<T> {
    limits::parseable(&tokens)?;
    let first = (&read).parse2(tokens.clone());
    match first {
        Err(error) if invisible::any(tokens.clone()) => (&read)
            .parse2(invisible::visible(tokens))
            .map_err(|_| error),
        result => result,
    }
}
