//! The `macro_rules!` of a crate, by name. Of several under one name, every one that matches is used.

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Block, Expr, ImplItem, Item, Meta, Stmt};

use super::cfg::Config;
use crate::expand::Definition;

#[derive(Debug, Default)]
pub(super) struct Macros {
    definitions: HashMap<String, Vec<Definition>>,
}

impl Macros {
    /// Remembers the definitions among items, those in inline modules included.
    pub(super) fn define_all(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Macro(found) if found.mac.path.is_ident("macro_rules") => {
                    if let Some(name) = &found.ident
                        && let Ok(definition) = Definition::parse(found.mac.tokens.clone())
                    {
                        self.definitions
                            .entry(name.to_string())
                            .or_default()
                            .push(definition);
                    }
                }
                Item::Mod(module) => {
                    if let Some((_, items)) = &module.content {
                        self.define_all(items);
                    }
                }
                _ => {}
            }
        }
    }

    /// What a call makes, once for each definition that matches; `None` if none does.
    fn made(&self, name: &str, tokens: &TokenStream) -> Option<Vec<TokenStream>> {
        let made: Vec<TokenStream> = self
            .definitions
            .get(name)?
            .iter()
            .filter_map(|definition| definition.expand(tokens.clone()).ok())
            .collect();
        (!made.is_empty()).then_some(made)
    }

    /// The items that a call makes.
    pub(super) fn items(&self, name: &str, tokens: &TokenStream) -> Option<Vec<Vec<Item>>> {
        let made = self.made(name, tokens)?;
        let parsed = made
            .into_iter()
            .map(|tokens| syn::parse2::<Items>(tokens).ok().map(|items| items.0));
        parsed.collect()
    }

    /// The methods, constants and types that a call in an impl block makes.
    pub(super) fn members(&self, name: &str, tokens: &TokenStream) -> Option<Vec<ImplItem>> {
        let made = self.made(name, tokens)?;
        let mut all = Vec::new();
        for tokens in made {
            all.extend(syn::parse2::<Members>(tokens).ok()?.0);
        }
        Some(all)
    }

    /// The statements that a call in a body makes.
    pub(super) fn statements(&self, name: &str, tokens: &TokenStream) -> Option<Vec<Vec<Stmt>>> {
        let made = self.made(name, tokens)?;
        let parsed = made.into_iter().map(|tokens| {
            if let Ok(statements) = Block::parse_within.parse2(tokens.clone()) {
                return Some(statements);
            }
            let expression = syn::parse2::<Expr>(tokens).ok()?;
            Some(vec![Stmt::Expr(expression, None)])
        });
        parsed.collect()
    }

    pub(super) fn knows(&self, name: &str) -> bool {
        self.definitions.contains_key(name)
    }
}

struct Items(Vec<Item>);

impl Parse for Items {
    fn parse(input: ParseStream<'_>) -> syn::Result<Items> {
        let mut items = Vec::new();
        while !input.is_empty() {
            items.push(input.parse()?);
        }
        Ok(Items(items))
    }
}

struct Members(Vec<ImplItem>);

impl Parse for Members {
    fn parse(input: ParseStream<'_>) -> syn::Result<Members> {
        let mut items = Vec::new();
        while !input.is_empty() {
            items.push(input.parse()?);
        }
        Ok(Members(items))
    }
}

/// The items of the branches of `cfg_if!` that may be taken.
pub(super) fn cfg_if(tokens: &TokenStream, config: &Config) -> Option<Vec<Vec<Item>>> {
    let mut found = Vec::new();
    let mut taken = Some(true);
    for token in tokens.clone() {
        match token {
            // `#[cfg(…)]`
            TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Bracket => {
                let Ok(Meta::List(list)) = syn::parse2::<Meta>(group.stream()) else {
                    return None;
                };
                taken = config.decide(&list.parse_args::<Meta>().ok()?);
            }
            TokenTree::Group(group) => {
                if taken != Some(false) {
                    found.push(syn::parse2::<Items>(group.stream()).ok()?.0);
                }
                if taken == Some(true) {
                    return Some(found);
                }
                taken = Some(true);
            }
            _ => {}
        }
    }
    Some(found)
}
