//! Guards: values that keep the kernel from sleeping as long as they live.
//!
//! A guard bound to a name lives to the end of its block, or until it is dropped, consumed or moved; one
//! that is not bound lives to the end of its statement. After a branch, what was held before it is held
//! again: a guard dropped in one branch only is still one.

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprClosure, Pat, Stmt};

use super::walk::Walker;
use crate::api;
use crate::types;

/// A guard that is alive.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    /// The name that it is bound to; none for a temporary.
    name: Option<String>,
    /// How many scopes there were when it was bound.
    depth: usize,
    /// Its type.
    pub(super) what: String,
}

impl Walker<'_> {
    /// The names of a pattern, just bound, that are guards.
    pub(super) fn hold(&mut self, pattern: &Pat) {
        let mut names = Names(Vec::new());
        names.visit_pat(pattern);
        for name in names.0 {
            let ty = self.scopes.get(&name).cloned().flatten();
            let what = ty.and_then(|ty| types::head(&ty));
            if let Some(what) = what.filter(|what| api::is_guard(what)) {
                let depth = self.scopes.depth();
                self.held.push(Guard {
                    name: Some(name),
                    depth,
                    what,
                });
            }
        }
    }

    /// Forgets the guards of scopes that were left.
    pub(super) fn release_scopes(&mut self) {
        let depth = self.scopes.depth();
        self.held.retain(|guard| guard.depth <= depth);
    }

    /// An expression that is given away: if it names a guard, the guard is gone.
    pub(super) fn release(&mut self, given: &Expr) {
        let Expr::Path(path) = given else { return };
        let Some(name) = path.path.get_ident().map(ToString::to_string) else {
            return;
        };
        let last = self
            .held
            .iter()
            .rposition(|guard| guard.name.as_ref() == Some(&name));
        if let Some(index) = last {
            self.held.remove(index);
        }
    }

    /// Holds what a statement makes and does not bind; returns how many there are.
    pub(super) fn hold_temporaries(&mut self, statement: &Stmt) -> usize {
        let mut found = Temporaries {
            walker: self,
            found: Vec::new(),
        };
        match statement {
            Stmt::Local(local) => {
                if let Some(init) = &local.init {
                    found.value(&init.expr);
                }
            }
            Stmt::Expr(expression, _) => found.statement(expression),
            Stmt::Item(_) | Stmt::Macro(_) => {}
        }
        let found = found.found;
        let count = found.len();
        for what in found {
            self.held.push(Guard {
                name: None,
                depth: 0,
                what,
            });
        }
        count
    }

    /// Lets go of that many temporaries.
    pub(super) fn release_temporaries(&mut self, count: usize) {
        for _ in 0..count {
            let last = self.held.iter().rposition(|guard| guard.name.is_none());
            if let Some(index) = last {
                self.held.remove(index);
            }
        }
    }
}

struct Names(Vec<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.0.push(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }
}

/// Finds calls that return guards, except in nested blocks and closures, which are statements of their
/// own.
struct Temporaries<'a, 'b> {
    walker: &'a Walker<'b>,
    found: Vec<String>,
}

impl Temporaries<'_, '_> {
    /// A value that is bound: a guard that is the whole of it has a name, and is not a temporary.
    fn value(&mut self, expression: &Expr) {
        let bound = match expression {
            Expr::Try(attempt) => &*attempt.expr,
            other => other,
        };
        match bound {
            Expr::MethodCall(call) if self.guard(bound).is_some() => {
                self.visit_expr(&call.receiver);
                call.args
                    .iter()
                    .for_each(|argument| self.visit_expr(argument));
            }
            _ => self.visit_expr(expression),
        }
    }

    /// Of a plain condition, temporaries are gone before the branches; of a pattern's, they are not.
    fn statement(&mut self, expression: &Expr) {
        match expression {
            Expr::If(branches) if !matches!(*branches.cond, Expr::Let(_)) => {}
            Expr::While(repeated) if !matches!(*repeated.cond, Expr::Let(_)) => {}
            _ => self.visit_expr(expression),
        }
    }

    fn guard(&self, expression: &Expr) -> Option<String> {
        let ty = self.walker.infer(expression)?;
        types::head(&ty).filter(|head| api::is_guard(head))
    }
}

impl<'ast> Visit<'ast> for Temporaries<'_, '_> {
    fn visit_block(&mut self, _: &'ast Block) {}

    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        let whole = Expr::MethodCall(call.clone());
        self.found.extend(self.guard(&whole));
        visit::visit_expr_method_call(self, call);
    }
}
