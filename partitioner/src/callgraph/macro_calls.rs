//! Macro calls in a body: those of the crate are expanded, of the standard library's the arguments are read.
//! Of any other, whatever its tokens name may be called.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Lit, Macro, Pat, Token};

use super::Why;
use super::groups::Query;
use super::reason::Reason;
use super::ty::Ty;
use super::walk::Walker;
use crate::source::Span;

/// How deep macros that make macro calls go.
const DEEPEST: usize = 64;

/// How many calls of macros are expanded in one body: one that calls itself twice has no other end.
const MOST_CALLS: usize = 20_000;

/// Macros of the standard library that only take text or types.
const INERT: &[&str] = &[
    "cfg",
    "column",
    "compile_error",
    "concat",
    "env",
    "file",
    "include_bytes",
    "include_str",
    "line",
    "module_path",
    "option_env",
    "stringify",
];

impl Walker<'_, '_> {
    /// A macro in a body.
    pub(super) fn macro_call(&mut self, call: &Macro) -> Ty {
        let name = call
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        let at = self.span(call);
        if self.macros.knows(&name) && self.depth < DEEPEST && self.expanded < MOST_CALLS {
            self.expanded += 1;
            if let Some(lists) = self.macros.statements(&name, &call.tokens) {
                let made_at = self.made_at.replace(at);
                self.depth += 1;
                let mut result = Reason::Macro.ty();
                for statements in lists {
                    // What a macro declares is seen after it only if the name was given to it: names are
                    // bound in any case, which costs precision alone.
                    result = self.statements(&statements);
                }
                self.depth -= 1;
                self.made_at = made_at;
                return result;
            }
            self.tokens(&call.tokens, at);
            return Reason::Macro.ty();
        }
        let name = name.as_str();
        if INERT.contains(&name) {
            return Ty::foreign(if name == "cfg" { "bool" } else { "str" }, []);
        }
        match name {
            "matches" | "assert_matches" => {
                if let Ok((value, pattern)) = matches.parse2(call.tokens.clone()) {
                    let ty = self.expr(&value);
                    self.locals.push(std::collections::HashMap::new());
                    self.pattern(&pattern, &ty);
                    self.locals.pop();
                } else {
                    self.tokens(&call.tokens, at);
                }
                return Ty::foreign("bool", []);
            }
            "vec" => {
                let tokens = &call.tokens;
                return match syn::parse2::<Expr>(quote::quote!([#tokens])) {
                    Ok(array) => match self.expr(&array) {
                        Ty::Slice(element) => Ty::foreign("Vec", [(*element).clone()]),
                        _ => Reason::Macro.ty(),
                    },
                    Err(_) => Reason::Macro.ty(),
                };
            }
            _ => {}
        }
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        match parser.parse2(call.tokens.clone()) {
            Ok(list) => {
                let mut types = Vec::new();
                for argument in &list {
                    let value = match argument {
                        Expr::Assign(assign) => &*assign.right,
                        other => other,
                    };
                    types.push(self.expr(value));
                }
                self.captured(&call.tokens, &mut types);
                if matches!(name, "write" | "writeln")
                    && let Some(first) = types.first().cloned()
                {
                    self.method(&first, "write_fmt", &[Reason::Inferred.ty()], at);
                    self.calls_back(&first, "write_str", at);
                }
                if matches!(
                    name,
                    "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne"
                ) && let [left, right, ..] = types.as_slice()
                {
                    let (left, right) = (left.clone(), right.clone());
                    self.operator(&left, &["eq"], Some(&right), at);
                }
                types.iter().for_each(|ty| self.calls_back(ty, "fmt", at));
            }
            Err(_) => self.tokens(&call.tokens, at),
        }
        match name {
            "panic" | "unreachable" | "todo" | "unimplemented" => Ty::Never,
            "format" => Ty::foreign("String", []),
            "write" | "writeln" => Ty::foreign("Result", [Ty::unit(), Ty::foreign("Error", [])]),
            "assert" | "assert_eq" | "assert_ne" | "debug_assert" | "debug_assert_eq"
            | "debug_assert_ne" => Ty::unit(),
            _ => Reason::Macro.ty(),
        }
    }

    /// The names that format strings capture.
    fn captured(&mut self, tokens: &TokenStream, types: &mut Vec<Ty>) {
        for token in tokens.clone() {
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
                if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                    types.push(self.local(&name).cloned().unwrap_or(Reason::Macro.ty()));
                }
            }
        }
    }

    /// Tokens that are not understood: whatever they name may be called.
    pub(super) fn tokens(&mut self, tokens: &TokenStream, at: Span) {
        let mut queue = vec![tokens.clone()];
        while let Some(tokens) = queue.pop() {
            for token in tokens {
                match token {
                    TokenTree::Group(group) => queue.push(group.stream()),
                    TokenTree::Ident(ident) => {
                        let name = super::collect::plain(&ident.to_string());
                        self.call_all(Query::named(&name), Why::UnknownReceiver, at);
                        for def in self.index.name(self.scope, &name).iter().copied() {
                            if let super::index::Def::Function(node) = def {
                                self.call(node, Why::UnknownReceiver, at);
                            }
                        }
                        self.callbacks_of(&Reason::Macro.ty(), &name, at);
                    }
                    _ => {}
                }
            }
        }
        self.unknown.get_or_insert(at);
        self.body.unknown.add(Reason::Macro, at);
        for name in [
            "fmt",
            "eq",
            "partial_cmp",
            "index",
            "index_mut",
            "next",
            "into_iter",
            "from",
            "deref",
            "deref_mut",
        ] {
            self.every(name, Why::Callback, at);
        }
    }
}

fn matches(input: ParseStream<'_>) -> syn::Result<(Expr, Pat)> {
    let value = input.parse()?;
    input.parse::<Token![,]>()?;
    let mut pattern = Pat::parse_multi_with_leading_vert(input)?;
    if input.peek(Token![if]) {
        let if_token = input.parse()?;
        let guard = input.parse()?;
        pattern = Pat::Guard(syn::PatGuard {
            attrs: Vec::new(),
            pat: Box::new(pattern),
            if_token,
            guard: Box::new(guard),
        });
    }
    input.parse::<Option<Token![,]>>()?;
    // What else there is, as of `assert_matches!`, is text.
    input.step(|cursor| {
        let mut rest = *cursor;
        while let Some((_, next)) = rest.token_tree() {
            rest = next;
        }
        Ok(((), rest))
    })?;
    Ok((value, pattern))
}
