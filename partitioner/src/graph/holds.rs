//! What is done under which guard, and where guards come in and go: arguments, assignments, closures.

use syn::visit::Visit;
use syn::{Expr, ExprClosure, Pat, Type};

use super::guards::{Guard, Home, Lock, Origin};
use super::walk::Walker;
use super::{Facts, Hold, Then};
use crate::diagnostics::{Code, Diagnostic};
use crate::driver::FunctionId;
use crate::source::Span;
use crate::types;

/// How deep closures are nested that are understood: each is read as often as it is deep.
const DEEPEST_CLOSURE: usize = 5;

impl Walker<'_> {
    /// The guard that keeps the kernel from sleeping, if there is one: the last.
    pub(super) fn atomic_guard(&self) -> Option<Guard> {
        let mut guards = self.held.guards().iter().rev();
        guards.find(|guard| guard.is_atomic()).cloned()
    }

    /// Something is done under everything that is held.
    pub(super) fn under(&mut self, then: &Then, span: Span) {
        for guard in self.held.guards() {
            let key = (guard.lock.clone(), then.clone());
            let places = (guard.span, span);
            self.facts.under.entry(key).or_insert(places);
        }
    }

    /// A lock is taken.
    pub(super) fn takes(&mut self, lock: &Lock, span: Span) {
        self.facts.takes.entry(lock.clone()).or_insert(span);
        self.under(&Then::Takes(lock.clone()), span);
    }

    /// A value is called: a closure that came from elsewhere.
    pub(super) fn calls_a_value(&mut self, span: Span) {
        for guard in self.held.guards() {
            let entry = (guard.lock.clone(), guard.what.clone(), guard.span, span);
            self.facts.values_under.insert(entry);
        }
    }

    /// A value is handed on, and called there, perhaps.
    pub(super) fn forwards(&mut self, functions: &[FunctionId], span: Span) {
        let held: Vec<_> = self
            .held
            .guards()
            .iter()
            .map(|guard| (guard.lock.clone(), guard.what.clone(), guard.span, span))
            .collect();
        for function in functions {
            self.facts
                .forwards
                .entry(*function)
                .or_default()
                .extend(held.iter().cloned());
        }
    }

    /// What a closure does, whoever calls it.
    pub(super) fn facts_of(&mut self, closure: &ExprClosure) -> Facts {
        if self.depth_of_closures > DEEPEST_CLOSURE {
            let title = "closures within closures are nested too deeply";
            let help = "make functions of them";
            let span = self.span(closure);
            self.report
                .add(Diagnostic::new(Code::Unsupported, title, help).at(span, "not understood"));
            return Facts::default();
        }
        let facts = std::mem::take(&mut self.facts);
        let held = std::mem::take(&mut self.held);
        self.closure(closure);
        self.held = held;
        std::mem::replace(&mut self.facts, facts)
    }

    /// An argument: a guard that is one is held.
    pub(super) fn argument(&mut self, typed: &syn::PatType) {
        let ty = types::concrete(&typed.ty, self.function);
        self.scopes.pattern(&typed.pat, Some(ty.clone()));
        let span = self.span(&typed.pat);
        let borrowed = matches!(ty, Type::Reference(_));
        let variable = match &*typed.pat {
            Pat::Ident(ident) => {
                let found = self.scopes.variable(&ident.ident.to_string());
                found.map(|(variable, depth)| (variable, depth, ident.mutability.is_some()))
            }
            _ => None,
        };
        for what in self.guards_within(&ty) {
            let lock = self.lock_of_guard(&ty, &what);
            if let Some((variable, _, mutable)) = variable
                && lock.exact
                && self.fields.iter().any(|field| field.name == lock.name)
            {
                let writes =
                    mutable || matches!(&ty, Type::Reference(to) if to.mutability.is_some());
                self.alias_argument(variable, lock.name.clone(), writes);
            }
            let home = match variable {
                Some((variable, depth, _)) if !borrowed => Home::Bound(variable, depth),
                _ => Home::Scope(0),
            };
            let lock = Origin::Lock(lock);
            self.held.add(Guard {
                span,
                home,
                what,
                lock,
            });
        }
    }

    /// Something that may sleep, under whatever is held.
    pub(super) fn sleeps_here(&mut self, what: &str, span: Span) {
        if let Some(guard) = self.atomic_guard() {
            let hold = Hold {
                span,
                what: format!("{what} while it holds a `{}`", guard.what),
                taken: guard.span,
            };
            self.facts.held_sleeps.insert(hold);
        }
    }

    /// What a place held is gone; it holds these now.
    pub(super) fn assign(&mut self, place: &Expr, guards: Vec<Guard>) {
        let whole = matches!(place, Expr::Path(_));
        let mut base = place;
        while let Expr::Field(field) = base {
            base = &field.base;
        }
        let variable = match base {
            Expr::Path(path) => path.path.get_ident().map(ToString::to_string),
            _ => None,
        };
        let variable = variable.and_then(|name| self.scopes.variable(&name));
        let home = match (variable, place) {
            (Some((variable, depth)), _) => {
                if whole {
                    self.held.retain(
                        |guard| !matches!(guard.home, Home::Bound(at, _) if at == variable),
                    );
                }
                Home::Bound(variable, depth)
            }
            (None, Expr::Infer(_)) => Home::Temporary(self.level),
            // Behind a reference: for how long is not known.
            (None, _) => Home::Scope(0),
        };
        if !whole {
            self.visit_expr(place);
        }
        for mut guard in guards {
            guard.home = home.clone();
            self.held.add(guard);
        }
    }
}
