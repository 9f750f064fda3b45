//! Which fields of the state a body may read, and which it may write.
//!
//! A place is a field of the state, or a part of one: `settings`, `settings.level`. A name bound to a
//! guard or to a reference stands for the place behind it. What is not known to only read may write.

use std::collections::BTreeSet;

use syn::{Expr, Member, Pat};

use super::scope::Variable;
use super::values::transparent;
use super::walk::Walker;
use crate::api;
use crate::driver::state::Sharing;
use crate::resolve::segments;
use crate::types;

/// A field of the state, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) field: String,
    pub(super) part: Option<String>,
}

impl Place {
    fn name(&self) -> String {
        match &self.part {
            None => self.field.clone(),
            Some(part) => format!("{}.{part}", self.field),
        }
    }
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) struct Alias {
    place: Place,
    /// Whether it can write, and was not seen to.
    may_write: bool,
    /// Whether whoever has its value can write.
    writes: bool,
}

/// What is done to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Write,
    Both,
}

impl Walker<'_> {
    /// The place that an expression stands for.
    pub(super) fn place(&self, expression: &Expr) -> Option<Place> {
        match expression {
            Expr::Field(field) => {
                let Member::Named(name) = &field.member else {
                    return self.place(&field.base);
                };
                let name = name.to_string();
                let of = self.infer(&field.base).and_then(|ty| types::head(&ty));
                if of.as_deref() == Some(self.types.driver.state.as_str()) {
                    return Some(Place {
                        field: name,
                        part: None,
                    });
                }
                let mut place = self.place(&field.base)?;
                place.part.get_or_insert(name);
                Some(place)
            }
            Expr::MethodCall(call) => {
                let ty = self.infer(expression)?;
                let name = types::head(&ty)?;
                api::holds_lock(&name)
                    .then(|| self.place(&call.receiver))
                    .flatten()
            }
            Expr::Index(index) => self.place(&index.expr),
            Expr::Try(attempt) => self.place(&attempt.expr),
            Expr::Path(path) => match segments(&path.path).as_slice() {
                [name] => {
                    let (variable, _) = self.scopes.variable(name)?;
                    self.aliases.get(&variable).map(|alias| alias.place.clone())
                }
                _ => None,
            },
            other => self.place(transparent(other)?),
        }
    }

    /// Something is done to the place of an expression, if it has one; its parts are not places of
    /// their own then.
    pub(super) fn access(&mut self, expression: &Expr, use_: Use) -> bool {
        let Some(place) = self.place(expression) else {
            return false;
        };
        self.cover(expression);
        let name = place.name();
        if use_ != Use::Write {
            self.facts.reads.insert(name.clone());
        }
        if use_ != Use::Read {
            self.facts.writes.insert(name);
            self.wrote(expression);
        }
        true
    }

    /// A place stands by itself: it is read; a name whose value can write is given away.
    pub(super) fn stands(&mut self, expression: &Expr) {
        let name = match expression {
            Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
            _ => None,
        };
        let variable = name.and_then(|name| self.scopes.variable(&name));
        let alias = variable.and_then(|(variable, _)| self.aliases.get(&variable));
        let use_ = if alias.is_some_and(|alias| alias.writes) {
            Use::Both
        } else {
            Use::Read
        };
        self.access(expression, use_);
    }

    /// The place of an expression counts for nothing by itself.
    pub(super) fn forget(&mut self, expression: &Expr) {
        if self.place(expression).is_some() {
            self.cover(expression);
        }
    }

    /// If a name is bound to a guard, what is done through the name counts.
    pub(super) fn forget_if_alias(&mut self, value: &Expr, pattern: &Pat) {
        if single(pattern).is_some() && self.is_alias(value) {
            self.forget(value);
        }
    }

    pub(super) fn is_covered(&self, expression: &Expr) -> bool {
        self.covered.contains(&self.span(expression))
    }

    fn cover(&mut self, expression: &Expr) {
        let mut at = Some(expression);
        while let Some(current) = at {
            self.covered.insert(self.span(current));
            at = match current {
                Expr::Field(field) => Some(&field.base),
                Expr::MethodCall(call) => Some(&call.receiver),
                Expr::Index(index) => Some(&index.expr),
                Expr::Try(attempt) => Some(&attempt.expr),
                other => transparent(other),
            };
        }
    }

    /// Whoever may write through a name did.
    fn wrote(&mut self, expression: &Expr) {
        let mut at = expression;
        loop {
            at = match at {
                Expr::Field(field) => &field.base,
                Expr::MethodCall(call) => &call.receiver,
                Expr::Index(index) => &index.expr,
                Expr::Path(path) => {
                    let name = segments(&path.path).join("::");
                    if let Some((variable, _)) = self.scopes.variable(&name)
                        && let Some(alias) = self.aliases.get_mut(&variable)
                    {
                        alias.may_write = false;
                    }
                    return;
                }
                other => match transparent(other) {
                    Some(inner) => inner,
                    None => return,
                },
            };
        }
    }

    fn is_alias(&self, value: &Expr) -> bool {
        matches!(value, Expr::Reference(_)) || self.carries(value)
    }

    /// A name that is bound to a guard or a reference.
    pub(super) fn alias(&mut self, pattern: &Pat, value: &Expr) {
        let Some((name, mutable)) = single(pattern) else {
            return;
        };
        if !self.is_alias(value) {
            return;
        }
        let Some(place) = self.place(value) else {
            return;
        };
        let borrowed = matches!(value, Expr::Reference(to) if to.mutability.is_some());
        if borrowed {
            // From here on the name answers for what is written.
            self.wrote(value);
        }
        if let Some((variable, _)) = self.scopes.variable(&name) {
            let guard = self.carries(value);
            let alias = Alias {
                place,
                may_write: borrowed || (mutable && guard),
                writes: borrowed || guard,
            };
            self.aliases.insert(variable, alias);
        }
    }

    /// A guard that came as an argument stands for the field that its lock is.
    pub(super) fn alias_argument(&mut self, variable: Variable, field: String, mutable: bool) {
        let place = Place { field, part: None };
        let alias = Alias {
            place,
            may_write: mutable,
            writes: true,
        };
        self.aliases.insert(variable, alias);
    }

    /// At the end of a body: guards that could write, and were not seen to, may have; so may a field that
    /// was named in a way that says nothing.
    pub(super) fn finish_accesses(&mut self) {
        let aliases = std::mem::take(&mut self.aliases);
        for alias in aliases.into_values().filter(|alias| alias.may_write) {
            self.facts.reads.insert(alias.place.name());
            self.facts.writes.insert(alias.place.name());
        }
        let is = |name: &str, list: &BTreeSet<String>| {
            list.iter()
                .any(|place| place.split('.').next() == Some(name))
        };
        for field in self.facts.fields.clone() {
            let locked = self.facts.takes.keys().any(|lock| lock.name == field);
            if !locked && !is(&field, &self.facts.reads) && !is(&field, &self.facts.writes) {
                self.facts.reads.insert(field);
            }
        }
        // Access to the device or its registers is not access to the field that stands for it.
        for field in self.fields {
            if let Sharing::Channel | Sharing::Registers = field.sharing
                && self.facts.writes.remove(&field.name)
            {
                self.facts.reads.insert(field.name.clone());
            }
        }
        for list in [&mut self.facts.reads, &mut self.facts.writes] {
            let whole = list.clone();
            list.retain(|place| match place.split_once('.') {
                Some((field, _)) => !whole.contains(field),
                None => true,
            });
        }
    }
}

/// The name of a pattern that is one.
fn single(pattern: &Pat) -> Option<(String, bool)> {
    match pattern {
        Pat::Ident(ident) => Some((ident.ident.to_string(), ident.mutability.is_some())),
        Pat::Type(typed) => single(&typed.pat),
        Pat::Paren(inner) => single(&inner.pat),
        Pat::TupleStruct(tuple) if tuple.elems.len() == 1 => tuple.elems.first().and_then(single),
        _ => None,
    }
}
