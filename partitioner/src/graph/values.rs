//! Where a guard ends up: the expressions whose value is the value of another, and what a pattern binds.

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprBreak, ExprClosure, ExprLoop, Pat, Stmt, Type};

use super::guards::{Guard, Home, Origin};
use super::walk::Walker;
use crate::api;
use crate::driver::FunctionId;
use crate::source::Span;
use crate::types;

/// The places whose values become the value of an expression.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    /// By value.
    pub(super) moved: Vec<Span>,
    /// Behind a reference, so that they live as long as the block: `let x = &lock();`.
    pub(super) extended: Vec<Span>,
}

impl Walker<'_> {
    /// The guards in a value of a type: their types. Those of structs of the driver, too.
    pub(super) fn guards_within(&self, ty: &Type) -> Vec<String> {
        let mut found = Vec::new();
        self.look_into(ty, &mut Vec::new(), &mut found);
        found
    }

    fn look_into(&self, ty: &Type, seen: &mut Vec<String>, found: &mut Vec<String>) {
        match types::strip(ty) {
            Type::Tuple(tuple) => tuple
                .elems
                .iter()
                .for_each(|element| self.look_into(element, seen, found)),
            Type::Array(array) => self.look_into(&array.elem, seen, found),
            ty => {
                let Some(name) = types::head(ty) else { return };
                if api::holds_lock(&name) && self.types.driver.type_item(&name).is_none() {
                    found.push(name);
                    return;
                }
                for argument in types::arguments(ty) {
                    self.look_into(&argument, seen, found);
                }
                let item = self.types.driver.type_item(&name);
                let item = item.map(|id| &self.types.driver.item(id).item);
                if name == self.types.driver.state || seen.contains(&name) {
                    return;
                }
                seen.push(name);
                match item {
                    Some(syn::Item::Struct(item)) => item
                        .fields
                        .iter()
                        .for_each(|field| self.look_into(&field.ty, seen, found)),
                    Some(syn::Item::Enum(item)) => item
                        .variants
                        .iter()
                        .flat_map(|variant| variant.fields.iter())
                        .for_each(|field| self.look_into(&field.ty, seen, found)),
                    Some(syn::Item::Type(item)) => self.look_into(&item.ty, seen, found),
                    _ => {}
                }
            }
        }
    }

    /// Whether the value of an expression has a guard in it.
    pub(super) fn carries(&self, expression: &Expr) -> bool {
        self.infer(expression)
            .is_some_and(|ty| !self.guards_within(&ty).is_empty())
    }

    /// The leaves of a value that goes somewhere; `extends` if it goes into a `let`.
    pub(super) fn leaves(&self, expression: &Expr, extends: bool) -> Leaves {
        let mut leaves = Leaves::default();
        self.leaf(expression, extends, &mut leaves);
        leaves
    }

    fn leaf(&self, expression: &Expr, extends: bool, into: &mut Leaves) {
        match expression {
            Expr::Paren(inner) => self.leaf(&inner.expr, extends, into),
            Expr::Group(inner) => self.leaf(&inner.expr, extends, into),
            Expr::Try(inner) => self.leaf(&inner.expr, false, into),
            Expr::Block(block) => self.tail(&block.block, extends, into),
            Expr::Unsafe(block) => self.tail(&block.block, extends, into),
            Expr::If(branches) => {
                self.tail(&branches.then_branch, extends, into);
                if let Some((_, otherwise)) = &branches.else_branch {
                    self.leaf(otherwise, extends, into);
                }
            }
            Expr::Match(choice) => choice
                .arms
                .iter()
                .for_each(|arm| self.leaf(&arm.body, false, into)),
            Expr::Loop(repeated) => {
                for value in broken_with(repeated) {
                    self.leaf(&value, false, into);
                }
            }
            Expr::Tuple(tuple) => tuple
                .elems
                .iter()
                .for_each(|element| self.leaf(element, extends, into)),
            Expr::Array(array) => array
                .elems
                .iter()
                .for_each(|element| self.leaf(element, extends, into)),
            Expr::Struct(structure) => structure
                .fields
                .iter()
                .for_each(|field| self.leaf(&field.expr, extends, into)),
            Expr::Reference(reference) if extends => {
                let mut inner = &*reference.expr;
                while let Some(next) = place_within(inner) {
                    inner = next;
                }
                let mut within = Leaves::default();
                // A path is borrowed, not moved.
                if !matches!(inner, Expr::Path(_)) {
                    self.leaf(inner, extends, &mut within);
                }
                into.extended.extend(within.moved);
                into.extended.extend(within.extended);
            }
            Expr::Path(_) | Expr::Field(_) | Expr::Call(_) | Expr::MethodCall(_) => {
                into.moved.push(self.span(expression));
            }
            _ => {}
        }
    }

    fn tail(&self, block: &Block, extends: bool, into: &mut Leaves) {
        if let Some(Stmt::Expr(value, None)) = block.stmts.last() {
            self.leaf(value, extends, into);
        }
    }

    /// Of values that go somewhere, says so while `visit` evaluates them.
    pub(super) fn flowing(&mut self, spans: &[Span], visit: impl FnOnce(&mut Self)) {
        let new: Vec<Span> = spans
            .iter()
            .copied()
            .filter(|span| self.values.insert(*span))
            .collect();
        visit(self);
        for span in new {
            self.values.remove(&span);
        }
    }

    /// A guard was made by the expression at a place.
    pub(super) fn made(&mut self, span: Span, what: String, lock: Origin) {
        let home = self.home_of_value(span);
        self.held.add(Guard {
            span,
            home,
            what,
            lock,
        });
    }

    /// Where the value of the expression at a place is: on its way, or a temporary.
    pub(super) fn home_of_value(&self, span: Span) -> Home {
        if self.values.contains(&span) {
            Home::Value(span, None)
        } else {
            Home::Temporary(self.level)
        }
    }

    /// Puts guards where a pattern binds them.
    pub(super) fn bind_guards(&mut self, pattern: &Pat, guards: Vec<Guard>) {
        if guards.is_empty() {
            return;
        }
        let mut names = Names::default();
        names.visit_pat(pattern);
        let known: Vec<&(String, bool)> = names.0.iter().collect();
        let carrying = |name: &str| {
            let ty = self.scopes.get(name).cloned().flatten();
            ty.is_some_and(|ty| !self.guards_within(&ty).is_empty())
        };
        let candidates: Vec<&(String, bool)> = match known.as_slice() {
            [_] => known,
            several => several
                .iter()
                .copied()
                .filter(|(name, _)| carrying(name))
                .collect(),
        };
        let depth = self.scopes.depth();
        let home = match candidates.as_slice() {
            [(name, false)] => self
                .scopes
                .variable(name)
                .map(|(variable, depth)| Home::Bound(variable, depth)),
            // Behind a `ref`, or one of several: it stays as long as the scope.
            _ if !names.0.is_empty() => Some(Home::Scope(depth)),
            _ => None,
        };
        for mut guard in guards {
            guard.home = match (&home, &guard.home) {
                (Some(home), _) => home.clone(),
                // Nothing takes it: a variable keeps it, a value is a temporary.
                (None, Home::Value(_, Some((variable, depth)))) => Home::Bound(*variable, *depth),
                (None, _) => Home::Temporary(self.level),
            };
            self.held.add(guard);
        }
    }

    /// The guards that a function of the driver returns.
    pub(super) fn made_by(&mut self, function: FunctionId, span: Span) {
        let called = self.types.driver.function(function);
        let Some(ty) = called.result().map(|ty| types::concrete(ty, called)) else {
            return;
        };
        for what in self.guards_within(&ty) {
            let lock = Origin::Returned(function, api::is_guard(&what));
            self.made(span, what, lock);
        }
    }
}

/// What is behind an expression that adds nothing of its own.
pub(super) fn transparent(expression: &Expr) -> Option<&Expr> {
    match expression {
        Expr::Paren(inner) => Some(&inner.expr),
        Expr::Group(inner) => Some(&inner.expr),
        Expr::Reference(inner) => Some(&inner.expr),
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => Some(&unary.expr),
        _ => None,
    }
}

/// The expression that a place is a part of.
fn place_within(expression: &Expr) -> Option<&Expr> {
    match expression {
        Expr::Field(field) => Some(&field.base),
        Expr::Index(index) => Some(&index.expr),
        other => transparent(other),
    }
}

/// The values with which a loop is left, those of loops inside included.
fn broken_with(repeated: &ExprLoop) -> Vec<Expr> {
    struct Breaks(Vec<Expr>);
    impl<'ast> Visit<'ast> for Breaks {
        fn visit_expr_break(&mut self, ended: &'ast ExprBreak) {
            self.0.extend(ended.expr.as_deref().cloned());
            visit::visit_expr_break(self, ended);
        }
        fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    }
    let mut breaks = Breaks(Vec::new());
    breaks.visit_block(&repeated.body);
    breaks.0
}

/// The names of a pattern, and whether each is a reference.
#[derive(Default)]
struct Names(Vec<(String, bool)>);

impl<'ast> Visit<'ast> for Names {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        let name = pattern.ident.to_string();
        let constant = name.starts_with(|c: char| c.is_ascii_uppercase());
        if !constant || pattern.by_ref.is_some() || pattern.mutability.is_some() {
            self.0.push((name, pattern.by_ref.is_some()));
        }
        visit::visit_pat_ident(self, pattern);
    }
}
