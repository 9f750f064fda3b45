//! The order in which a body runs: branches, blocks and closures.
//!
//! Temporaries live to the end of their statement, their condition, the arm of their `match`, or the last
//! expression of their block. Those of an `if let` live to the end of its first block; before the edition
//! of 2024 they outlived the `else`, and those of a block's last expression the block.

use syn::visit::Visit;
use syn::{Block, Expr, ExprBinary, ExprClosure, ExprIf, ExprMatch, ExprReturn, Local, Pat, Stmt};

use super::guards::{Guard, Held, Home};
use super::walk::Walker;
use crate::source::Span;

impl Walker<'_> {
    /// Reads something whose temporaries are dropped at its end.
    pub(super) fn statement(&mut self, read: impl FnOnce(&mut Self)) {
        self.level += 1;
        read(self);
        self.level -= 1;
        let level = self.level;
        self.held.retain(|guard| match guard.home {
            Home::Temporary(at) => at <= level,
            _ => true,
        });
    }

    /// Reads something in a scope of its own.
    pub(super) fn scope(&mut self, read: impl FnOnce(&mut Self)) {
        self.scopes.enter();
        read(self);
        self.scopes.leave();
        let depth = self.scopes.depth();
        self.held.retain(|guard| match guard.home {
            Home::Bound(_, at) | Home::Scope(at) => at <= depth,
            _ => true,
        });
    }

    /// Reads something that may not run.
    fn perhaps(&mut self, read: impl FnOnce(&mut Self)) {
        let before = self.held.clone();
        self.statement(read);
        self.held.join(before);
    }

    pub(super) fn block(&mut self, block: &Block) {
        self.scope(|walker| {
            for (index, statement) in block.stmts.iter().enumerate() {
                match statement {
                    Stmt::Expr(value, None) if index + 1 == block.stmts.len() => {
                        if walker.early_drops {
                            walker.statement(|walker| walker.visit_expr(value));
                        } else {
                            walker.visit_expr(value);
                        }
                    }
                    other => walker.statement(|walker| walker.visit_stmt(other)),
                }
            }
        });
    }

    pub(super) fn local(&mut self, local: &Local) {
        self.visit_pat(&local.pat);
        let Some(init) = &local.init else {
            self.scopes.pattern(&local.pat, None);
            return;
        };
        let bare = matches!(&local.pat, Pat::Wild(_)) && matches!(*init.expr, Expr::Path(_));
        let leaves = self.leaves(&init.expr, true);
        let moved = if bare { Vec::new() } else { leaves.moved };
        let all: Vec<Span> = moved.iter().chain(&leaves.extended).copied().collect();
        self.forget_if_alias(&init.expr, &local.pat);
        self.flowing(&all, |walker| walker.visit_expr(&init.expr));
        if let Some((_, otherwise)) = &init.diverge {
            let before = self.held.clone();
            let level = self.level;
            self.held = before
                .clone()
                .within(self.scopes.depth(), level.saturating_sub(1));
            // A value that does not match is gone; a variable is not.
            for mut guard in self.held.take(&moved) {
                if let Home::Value(_, Some((variable, depth))) = guard.home {
                    guard.home = Home::Bound(variable, depth);
                    self.held.add(guard);
                }
            }
            self.visit_expr(otherwise);
            self.held = before;
        }
        let ty = self.infer(&init.expr);
        self.scopes.pattern(&local.pat, ty);
        self.alias(&local.pat, &init.expr);
        let extended = self.held.take(&leaves.extended);
        let depth = self.scopes.depth();
        for mut guard in extended {
            guard.home = Home::Scope(depth);
            self.held.add(guard);
        }
        self.bind_parts(&local.pat, &init.expr, &moved);
        if let (Pat::Ident(ident), Expr::Closure(closure)) = (&local.pat, &*init.expr)
            && let Some((variable, _)) = self.scopes.variable(&ident.ident.to_string())
        {
            self.closures.insert(variable, closure.clone());
        }
    }

    /// Binds the parts of a tuple one by one, anything else as a whole.
    fn bind_parts(&mut self, pattern: &Pat, value: &Expr, moved: &[Span]) {
        if let (Pat::Tuple(names), Expr::Tuple(values)) = (pattern, value)
            && names.elems.len() == values.elems.len()
        {
            for (name, value) in names.elems.iter().zip(&values.elems) {
                let part = self.leaves(value, true).moved;
                self.bind_parts(name, value, &part);
            }
            return;
        }
        let mut guards = self.held.take(moved);
        stay_moved(value, &mut guards);
        self.bind_guards(pattern, guards);
    }

    pub(super) fn branch(&mut self, branches: &ExprIf) {
        let matches = has_let(&branches.cond);
        let (depth, level) = (self.scopes.depth(), self.level);
        let opened = !matches || self.early_drops;
        self.level += usize::from(opened);
        self.scopes.enter();
        if matches {
            self.visit_expr(&branches.cond);
        } else {
            self.statement(|walker| walker.visit_expr(&branches.cond));
        }
        let mut otherwise = self.held.clone().within(depth, level);
        if !opened {
            otherwise = self.held.clone().within(depth, self.level);
        }
        self.block(&branches.then_branch);
        self.scopes.leave();
        self.level = level;
        let then = std::mem::take(&mut self.held).within(depth, level);
        self.held = otherwise;
        if let Some((_, branch)) = &branches.else_branch {
            self.visit_expr(branch);
        }
        let mut joined = then;
        joined.join(std::mem::take(&mut self.held));
        self.held = joined;
    }

    pub(super) fn choice(&mut self, choice: &ExprMatch) {
        let moved = self.leaves(&choice.expr, false).moved;
        self.flowing(&moved, |walker| walker.visit_expr(&choice.expr));
        let ty = self.infer(&choice.expr);
        let mut values = self.held.take(&moved);
        stay_moved(&choice.expr, &mut values);
        let before = self.held.clone();
        let mut after = Held::nowhere();
        for arm in &choice.arms {
            self.held.clone_from(&before);
            self.arm(arm, ty.clone(), &choice.expr, values.clone());
            after.join(std::mem::take(&mut self.held));
        }
        self.held = after;
    }

    fn arm(&mut self, arm: &syn::Arm, ty: Option<syn::Type>, value: &Expr, guards: Vec<Guard>) {
        self.scope(|walker| {
            walker.scopes.pattern(&arm.pat, ty);
            walker.alias(&arm.pat, value);
            walker.bind_guards(&arm.pat, guards);
            walker.statement(|walker| walker.visit_pat(&arm.pat));
            walker.statement(|walker| walker.visit_expr(&arm.body));
        });
    }

    /// `let PATTERN = VALUE` in a condition.
    pub(super) fn condition(&mut self, pattern: &Pat, value: &Expr) {
        let moved = self.leaves(value, false).moved;
        self.flowing(&moved, |walker| walker.visit_expr(value));
        let ty = self.infer(value);
        self.scopes.pattern(pattern, ty);
        self.visit_pat(pattern);
        self.alias(pattern, value);
        let mut guards = self.held.take(&moved);
        stay_moved(value, &mut guards);
        self.bind_guards(pattern, guards);
    }

    pub(super) fn lazy(&mut self, binary: &ExprBinary) {
        self.visit_expr(&binary.left);
        if has_let(&binary.right) {
            self.visit_expr(&binary.right);
        } else {
            self.perhaps(|walker| walker.visit_expr(&binary.right));
        }
    }

    pub(super) fn returned(&mut self, ended: &ExprReturn) {
        if let Some(value) = &ended.expr {
            let moved = self.leaves(value, false).moved;
            self.flowing(&moved, |walker| walker.visit_expr(value));
            self.give_back(&moved);
        }
        self.held.leave();
    }

    /// The guards among these values are the caller's.
    pub(super) fn give_back(&mut self, moved: &[Span]) {
        for guard in self.held.take(moved) {
            self.returned.insert(guard.lock);
        }
    }

    /// A closure may run now, later, or never: what it lets go of may still be held.
    pub(super) fn closure(&mut self, closure: &ExprClosure) {
        let before = self.held.clone();
        let loops = std::mem::take(&mut self.loops);
        let returned = std::mem::take(&mut self.returned);
        self.depth_of_closures += 1;
        self.scope(|walker| {
            for input in &closure.inputs {
                walker.visit_pat(input);
                walker.scopes.pattern(input, None);
            }
            walker.statement(|walker| walker.visit_expr(&closure.body));
        });
        self.depth_of_closures -= 1;
        self.loops = loops;
        self.returned = returned;
        self.held = before;
    }

    /// A closure in a variable is called, or given to somebody who may: it runs under what is held here.
    pub(super) fn closure_in(&mut self, name: &str) {
        let Some((variable, _)) = self.scopes.variable(name) else {
            return;
        };
        let Some(closure) = self.closures.get(&variable).cloned() else {
            return;
        };
        let held: Vec<Span> = self.held.guards().iter().map(|guard| guard.span).collect();
        if !held.is_empty() && self.closures_read.insert((variable, held)) {
            self.closure(&closure);
        }
    }
}

/// What a pattern does not bind stays in its variable only where the variable itself is matched: `(g, 1)`
/// is a new value.
fn stay_moved(value: &Expr, guards: &mut [Guard]) {
    if matches!(value, Expr::Path(_)) {
        return;
    }
    for guard in guards {
        if let Home::Value(_, before) = &mut guard.home {
            *before = None;
        }
    }
}

/// Whether a condition has a `let` in it.
pub(super) fn has_let(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(binary) => has_let(&binary.left) || has_let(&binary.right),
        Expr::Paren(inner) => has_let(&inner.expr),
        _ => false,
    }
}
