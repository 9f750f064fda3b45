//! Calls: what is given away to them, and what they give back.
//!
//! A guard that is given to a function of the driver is that function's; `drop` ends it. Given to anything
//! else, it is not known when it ends, so it counts as held to the end of the function.

use syn::visit::Visit;
use syn::{Expr, ExprCall, ExprMethodCall, ReceiverKind};

use super::Given;
use super::guards::{Guard, Home, Origin};
use super::values::transparent;
use super::walk::Walker;
use crate::api::{self, Offer};
use crate::driver::FunctionId;
use crate::resolve::segments;
use crate::source::Span;
use crate::types;

/// Methods of the standard library that hand on what is in the value that they are called on.
const HAND_ON: &[&str] = &[
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "ok",
    "ok_or",
    "ok_or_else",
    "map_err",
    "or",
    "or_else",
    "into",
];

/// Who is called.
enum Callee {
    /// `drop`.
    Drop,
    /// A variant, or a struct: the value is in it.
    Constructor,
    /// These functions of the driver.
    Driver(Vec<FunctionId>),
    /// Something else.
    Unknown,
}

impl Walker<'_> {
    pub(super) fn call(&mut self, call: &ExprCall) {
        let mut callee = &*call.func;
        while let Expr::Paren(inner) = callee {
            callee = &inner.expr;
        }
        self.callable(callee);
        let who = self.who(callee);
        let span = self.span(call);
        let mut given = Vec::new();
        for argument in &call.args {
            if matches!(who, Callee::Drop) {
                self.forget(argument);
            }
            let moved = self.leaves(argument, false).moved;
            self.flowing(&moved, |walker| walker.visit_expr(argument));
            given.extend(moved);
        }
        let guards = self.held.take(&given);
        self.give(guards, &who, span);
        if let Expr::Closure(closure) = callee {
            self.closure(closure);
        } else {
            self.visit_expr(callee);
        }
        match who {
            Callee::Driver(functions) => {
                self.given_closures(&functions, call.args.iter());
                for function in &functions {
                    self.made_by(*function, span);
                }
                if functions
                    .iter()
                    .any(|function| self.never_returns(*function))
                {
                    self.held.leave();
                }
            }
            Callee::Unknown => {
                if let Expr::Path(path) = callee
                    && let [name] = segments(&path.path).as_slice()
                    && self.scopes.get(name).is_some()
                {
                    self.calls_a_value(self.span(callee));
                }
                self.given_closures(&[], call.args.iter());
            }
            _ => {}
        }
    }

    pub(super) fn method_call(&mut self, call: &ExprMethodCall) {
        let span = self.span(call);
        let name = call.method.to_string();
        let receiver = self.infer(&call.receiver).map(|ty| self.types.expand(&ty));
        let (functions, offer) = self.targets(receiver.as_ref(), &name);
        let by_value = match (&functions[..], &offer) {
            ([], Some(offer)) => offer.consumes,
            ([], None) => HAND_ON.contains(&name.as_str()) && self.carries(&call.receiver),
            (several, _) => several.iter().any(|id| {
                let function = self.types.driver.function(*id);
                let receiver = function.signature.receiver();
                receiver.is_some_and(|receiver| matches!(receiver.kind, ReceiverKind::Value))
            }),
        };
        if name == "load" && call.args.len() <= 1 {
            self.loads(&call.receiver);
        }
        self.method_access(call, &functions, offer.as_ref());
        let moved = if by_value {
            self.leaves(&call.receiver, false).moved
        } else {
            Vec::new()
        };
        self.flowing(&moved, |walker| walker.visit_expr(&call.receiver));
        let mut given = Vec::new();
        for argument in &call.args {
            let leaves = self.leaves(argument, false).moved;
            self.flowing(&leaves, |walker| walker.visit_expr(argument));
            given.extend(leaves);
        }
        let who = if functions.is_empty() {
            Callee::Unknown
        } else {
            Callee::Driver(functions.clone())
        };
        let guards = self.held.take(&given);
        self.give(guards, &who, span);
        let own = self.held.take(&moved);
        if functions.is_empty() {
            // Until it is over, an API method that ends a guard runs under it.
            own.iter().cloned().for_each(|guard| self.held.add(guard));
        }
        self.registers_of(call, offer.as_ref());
        self.method(call);
        self.given_closures(&functions, call.args.iter());
        let own: Vec<Guard> = if functions.is_empty() {
            self.held.take(&moved)
        } else {
            Vec::new()
        };
        if functions.is_empty() && offer.is_none() {
            self.give(own, &Callee::Constructor, span);
        }
        for function in &functions {
            self.made_by(*function, span);
            if self.never_returns(*function) {
                self.held.leave();
            }
        }
        let known = receiver.is_some() || !functions.is_empty();
        let offers: Vec<Offer> = match offer {
            Some(offer) => vec![offer],
            // Of a value whose type is not known, whatever has that name.
            None if !known && call.args.is_empty() => {
                let named = self.types.api.named(&name);
                named.map(|(_, offer)| offer.clone()).collect()
            }
            None => Vec::new(),
        };
        for result in offers.into_iter().filter_map(|offer| offer.result) {
            for what in self.guards_within(&result) {
                let lock = self.lock_of(&call.receiver, &what);
                self.takes(&lock, span);
                self.made(span, what, Origin::Lock(lock));
            }
        }
    }

    fn never_returns(&self, function: FunctionId) -> bool {
        let function = self.types.driver.function(function);
        matches!(function.result(), Some(syn::Type::Never(_)))
    }

    fn who(&self, callee: &Expr) -> Callee {
        let Expr::Path(path) = callee else {
            return Callee::Unknown;
        };
        let names = segments(&path.path);
        let last = names.last().map_or("", String::as_str);
        if path.qself.is_none() {
            if let [only] = names.as_slice()
                && self.scopes.get(only).is_some()
            {
                return Callee::Unknown;
            }
            let functions = self.functions_at(&names);
            if !functions.is_empty() {
                return Callee::Driver(functions);
            }
            if last == "drop" {
                return Callee::Drop;
            }
            if last.starts_with(|c: char| c.is_ascii_uppercase()) {
                return Callee::Constructor;
            }
        } else {
            let functions = self.qualified(path);
            if !functions.is_empty() {
                return Callee::Driver(functions);
            }
        }
        Callee::Unknown
    }

    /// Guards that are given to somebody.
    fn give(&mut self, guards: Vec<Guard>, who: &Callee, span: Span) {
        let home = match who {
            Callee::Drop | Callee::Driver(_) => return,
            Callee::Constructor => self.home_of_value(span),
            Callee::Unknown => Home::Scope(0),
        };
        for mut guard in guards {
            guard.home = home.clone();
            self.held.add(guard);
        }
    }

    /// What a function of the driver may call, of what it is given: it may hold something then.
    fn given_closures<'e>(
        &mut self,
        functions: &[FunctionId],
        arguments: impl Iterator<Item = &'e Expr>,
    ) {
        for argument in arguments {
            match argument {
                Expr::Closure(closure) if !functions.is_empty() => {
                    let facts = self.facts_of(closure);
                    for function in functions {
                        self.facts.given.push(Given {
                            to: *function,
                            facts: Box::new(facts.clone()),
                        });
                    }
                }
                Expr::Path(path) => {
                    if let [name] = segments(&path.path).as_slice()
                        && self.scopes.get(name).is_some()
                    {
                        let span = self.span(path);
                        self.forwards(functions, span);
                        if functions.is_empty() {
                            self.calls_a_value(span);
                        }
                    }
                }
                Expr::Reference(reference) => {
                    self.given_closures(functions, std::iter::once(&*reference.expr));
                }
                _ => {}
            }
        }
    }

    /// The registers that a method of the API is given.
    fn registers_of(&mut self, call: &ExprMethodCall, offer: Option<&Offer>) {
        let Some(offer) = offer else { return };
        for (ty, argument) in offer.arguments.iter().zip(&call.args) {
            if types::head(ty).as_deref() == Some(api::REGISTER) {
                let mut register = argument;
                while let Some(inner) = transparent(register) {
                    register = inner;
                }
                self.facts.registers.insert(crate::crossing::show(register));
            }
        }
    }
}
