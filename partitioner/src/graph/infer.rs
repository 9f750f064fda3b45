//! The type of an expression, as far as declarations tell.

use std::collections::BTreeMap;

use syn::{Expr, Item, Lit, Member, Type, UnOp, parse_quote};

use super::walk::Walker;
use crate::api::Offer;
use crate::resolve::{Target, segments};
use crate::types;

/// Methods of the standard library that return what they are called on, references aside.
const SAME: &[&str] = &[
    "clone", "as_ref", "as_mut", "to_owned", "by_ref", "borrow", "as_deref", "inspect", "or",
];

/// Those that return what is inside an `Option` or a `Result`.
const INSIDE: &[&str] = &[
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
];

impl Walker<'_> {
    /// The type, or `None` where it is not known.
    pub(super) fn infer(&self, expression: &Expr) -> Option<Type> {
        match expression {
            Expr::Path(path) if path.qself.is_none() => self.infer_path(&segments(&path.path)),
            Expr::Field(field) => match &field.member {
                Member::Named(name) => self
                    .types
                    .field(&self.infer(&field.base)?, &name.to_string()),
                Member::Unnamed(index) => match types::strip(&self.infer(&field.base)?) {
                    Type::Tuple(tuple) => tuple.elems.iter().nth(index.index as usize).cloned(),
                    _ => None,
                },
            },
            Expr::MethodCall(call) => {
                let receiver = self.infer(&call.receiver)?;
                self.infer_method(&receiver, &call.method.to_string())
            }
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => self.infer_call(&segments(&path.path), call.args.first()),
                _ => None,
            },
            Expr::Try(attempt) => {
                let ty = self.types.expand(&self.infer(&attempt.expr)?);
                types::arguments(&ty).into_iter().next()
            }
            Expr::Reference(inner) => self.infer(&inner.expr),
            Expr::Paren(inner) => self.infer(&inner.expr),
            Expr::Group(inner) => self.infer(&inner.expr),
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
                let inner = self.infer(&unary.expr)?;
                Some(self.types.deref(&inner).unwrap_or(inner))
            }
            Expr::Unary(unary) => self.infer(&unary.expr),
            Expr::Cast(cast) => Some((*cast.ty).clone()),
            Expr::Struct(structure) => {
                let path = segments(&structure.path);
                (path.len() == 1 && path[0] == "Self")
                    .then(|| self.function.self_type.clone())
                    .flatten()
                    .or_else(|| Some(named(path.last()?)))
            }
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(_) => Some(named("str")),
                Lit::Bool(_) => Some(named("bool")),
                _ => None,
            },
            Expr::Binary(binary) => self.infer(&binary.left),
            Expr::Index(index) => match types::strip(&self.infer(&index.expr)?) {
                Type::Array(array) => Some((*array.elem).clone()),
                Type::Slice(slice) => Some((*slice.elem).clone()),
                _ => None,
            },
            Expr::If(branches) => branches
                .then_branch
                .stmts
                .last()
                .and_then(|last| match last {
                    syn::Stmt::Expr(value, None) => self.infer(value),
                    _ => None,
                }),
            _ => None,
        }
    }

    fn infer_path(&self, path: &[String]) -> Option<Type> {
        if let [name] = path {
            if name == "self" {
                return self.function.self_type.clone();
            }
            if let Some(ty) = self.scopes.get(name) {
                return ty.as_ref().map(|ty| types::concrete(ty, self.function));
            }
        }
        for target in self.resolver.resolve(self.types.driver, self.module, path) {
            let Target::Item(id, rest) = target else {
                continue;
            };
            match &self.types.driver.item(id).item {
                Item::Const(item) if rest.is_empty() => return Some((*item.ty).clone()),
                Item::Static(item) if rest.is_empty() => return Some((*item.ty).clone()),
                // A variant of an enum, or a constant of a type: mostly of that type.
                Item::Enum(item) if rest.len() == 1 => return Some(named(&item.ident.to_string())),
                _ => {}
            }
        }
        None
    }

    fn infer_call(&self, path: &[String], first: Option<&Expr>) -> Option<Type> {
        if let [name] = path
            && matches!(name.as_str(), "Some" | "Ok")
        {
            let inner = self.infer(first?)?;
            let wrapper = named(if name == "Some" { "Option" } else { "Result" });
            let wrapper = types::head(&wrapper)?;
            let wrapper = quote::format_ident!("{wrapper}");
            return Some(parse_quote!(#wrapper<#inner>));
        }
        let functions = self.functions_at(path);
        if let [only] = functions.as_slice() {
            let function = self.types.driver.function(*only);
            return function.result().map(|ty| types::concrete(ty, function));
        }
        let of = path.len().checked_sub(2).map(|index| path[index].clone());
        let name = path.last()?;
        if let Some(of) = of.filter(|of| self.types.driver.type_item(of).is_none()) {
            let offer = self.types.api.methods.get(&(of.clone(), name.clone()));
            if let Some(offer) = offer {
                return returned(offer, &named(&of));
            }
        }
        match self.types.api.functions.get(name) {
            Some(offer) if functions.is_empty() => offer.result.clone(),
            _ if name.starts_with(|c: char| c.is_ascii_uppercase()) => Some(named(name)),
            _ => None,
        }
    }

    /// What a method returns when called on a value of this type.
    pub(super) fn infer_method(&self, receiver: &Type, method: &str) -> Option<Type> {
        let receiver = self.types.expand(receiver);
        let name = types::head(&receiver);
        if let Some(name) = &name {
            let owned = self.methods_of(name, method);
            if let Some(first) = owned.first() {
                let function = self.types.driver.function(*first);
                return function.result().map(|ty| types::concrete(ty, function));
            }
            if let Some(offer) = self
                .types
                .api
                .methods
                .get(&(name.clone(), method.to_owned()))
            {
                return returned(offer, &receiver);
            }
        }
        if let Some(target) = self.types.deref(&receiver) {
            return self.infer_method(&target, method);
        }
        let wraps = matches!(name.as_deref(), Some("Option" | "Result"));
        match method {
            _ if SAME.contains(&method) => Some(receiver),
            _ if INSIDE.contains(&method) && wraps => {
                types::arguments(&receiver).into_iter().next()
            }
            "ok_or" | "ok_or_else" if wraps => {
                let inner = types::arguments(&receiver).into_iter().next()?;
                Some(parse_quote!(Result<#inner>))
            }
            "ok" if wraps => {
                let inner = types::arguments(&receiver).into_iter().next()?;
                Some(parse_quote!(Option<#inner>))
            }
            "take" | "map_err" | "filter" if wraps => Some(receiver),
            _ => None,
        }
    }
}

/// The type of a name.
fn named(name: &str) -> Type {
    let ident = quote::format_ident!("{name}");
    parse_quote!(#ident)
}

/// What an API method returns, given what it is called on.
fn returned(offer: &Offer, receiver: &Type) -> Option<Type> {
    let result = offer.result.as_ref()?;
    let mut with: BTreeMap<String, Type> = BTreeMap::new();
    if let Some(of) = &offer.of {
        let names = types::arguments(of)
            .into_iter()
            .filter_map(|argument| types::head(&argument));
        with.extend(names.zip(types::arguments(receiver)));
    }
    with.insert("Self".to_owned(), types::strip(receiver).clone());
    Some(types::substitute(result, &with))
}
