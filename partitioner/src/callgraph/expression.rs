//! Reads expressions: records what they call, and finds their types as far as declarations tell.

use std::collections::HashMap;
use std::rc::Rc;

use syn::{Expr, UnOp};

use super::patterns::member;
use super::reason::Reason;
use super::ty::{INTEGER, Ty};
use super::values::literal_ty;
use super::walk::Walker;
use crate::resolve::segments;

impl Walker<'_, '_> {
    /// Reads an expression; its type.
    pub(super) fn expr(&mut self, expression: &Expr) -> Ty {
        let ty = self.expression(expression, &[]);
        if !matches!(
            expression,
            Expr::Lit(_) | Expr::Continue(_) | Expr::Break(_) | Expr::Return(_)
        ) {
            let at = self.span(expression);
            self.seen(&ty, at);
        }
        ty
    }

    /// The same, of what is given to a function that calls closures with parameters of these types.
    pub(super) fn given(&mut self, expression: &Expr, parameters: &[Ty]) -> Ty {
        match expression {
            Expr::Closure(closure) => self.closure(closure, parameters),
            other => self.expr(other),
        }
    }

    fn expression(&mut self, expression: &Expr, parameters: &[Ty]) -> Ty {
        match expression {
            Expr::Array(array) => {
                let mut element = Reason::Inferred.ty();
                for item in &array.elems {
                    let ty = self.expr(item);
                    if element.is_unknown() {
                        element = ty;
                    }
                }
                Ty::Slice(Rc::new(element))
            }
            Expr::Assign(assign) => {
                let left = self.expr(&assign.left);
                let right = self.expr(&assign.right);
                // A variable that was declared without a type has that of what it is given.
                if left.is_unknown()
                    && let Expr::Path(path) = &*assign.left
                    && let Some(name) = path.path.get_ident().map(ToString::to_string)
                    && let Some(known) = self
                        .locals
                        .iter_mut()
                        .rev()
                        .find_map(|scope| scope.get_mut(&name))
                {
                    *known = right;
                }
                Ty::unit()
            }
            Expr::Async(block) => {
                self.block(&block.block);
                Reason::Expression.ty()
            }
            Expr::Await(awaited) => {
                let ty = self.expr(&awaited.base);
                let at = self.span(expression);
                self.method(&ty, "poll", &[Reason::Inferred.ty()], at);
                Reason::Expression.ty()
            }
            Expr::Binary(binary) => self.binary(expression, binary),
            Expr::Block(block) => self.block(&block.block),
            Expr::Break(found) => {
                found.expr.iter().for_each(|value| {
                    self.expr(value);
                });
                Ty::Never
            }
            Expr::Call(call) => self.call_expr(call),
            Expr::Cast(cast) => {
                self.expr(&cast.expr);
                self.ty(&cast.ty)
            }
            Expr::Closure(closure) => self.closure(closure, parameters),
            Expr::Const(block) => self.block(&block.block),
            Expr::Continue(_) => Ty::Never,
            Expr::Field(field) => {
                let base = self.expr(&field.base);
                let at = self.span(&field.member);
                self.field(&base, &member(&field.member), at)
            }
            Expr::ForLoop(found) => {
                let over = self.expr(&found.expr);
                let at = self.span(&found.expr);
                let item = self.iterate(&over, at);
                self.locals.push(HashMap::new());
                self.pattern(&found.pat, &item);
                self.block(&found.body);
                self.locals.pop();
                Ty::unit()
            }
            Expr::Group(inner) => self.expression(&inner.expr, parameters),
            Expr::Paren(inner) => self.expression(&inner.expr, parameters),
            Expr::If(found) => {
                self.locals.push(HashMap::new());
                self.expr(&found.cond);
                let then = self.block(&found.then_branch);
                self.locals.pop();
                match &found.else_branch {
                    Some((_, otherwise)) => {
                        let other = self.expr(otherwise);
                        join(then, other)
                    }
                    None => Ty::unit(),
                }
            }
            Expr::Index(index) => {
                let base = self.expr(&index.expr);
                let by = self.expr(&index.index);
                let at = self.span(expression);
                self.indexed(&base, &by, at)
            }
            Expr::Let(found) => {
                let ty = self.expr(&found.expr);
                self.pattern(&found.pat, &ty);
                Ty::foreign("bool", [])
            }
            Expr::Lit(literal) => literal_ty(&literal.lit),
            Expr::Loop(found) => {
                self.block(&found.body);
                Reason::Expression.ty()
            }
            Expr::Macro(call) => self.macro_call(&call.mac),
            Expr::Match(found) => {
                let on = self.expr(&found.expr);
                let mut result = Ty::Never;
                for arm in &found.arms {
                    self.locals.push(HashMap::new());
                    self.pattern(&arm.pat, &on);
                    let ty = self.expr(&arm.body);
                    result = join(result, ty);
                    self.locals.pop();
                }
                result
            }
            Expr::MethodCall(call) => {
                let on = self.expr(&call.receiver);
                let name = super::collect::plain(&call.method.to_string());
                let parameters = super::standard::parameters(&on, &name);
                let arguments: Vec<Ty> = call
                    .args
                    .iter()
                    .map(|argument| self.given(argument, &parameters))
                    .collect();
                let at = self.span(&call.method);
                arguments.iter().for_each(|ty| self.coerced(ty, at));
                let result = self.method(&on, &name, &arguments, at);
                match (&result, &call.turbofish) {
                    // `collect::<T>()`, `into::<T>()`, `parse::<T>()`: the type is written.
                    (Ty::Unknown(_), Some(list)) if list.args.len() == 1 => match list.args.first()
                    {
                        Some(syn::GenericArgument::Type(ty))
                            if matches!(name.as_str(), "collect" | "sum" | "product") =>
                        {
                            self.ty(ty)
                        }
                        _ => result,
                    },
                    _ => result,
                }
            }
            Expr::Path(path) => self.path_expr(path),
            Expr::Range(range) => {
                let mut of = Reason::Inferred.ty();
                for bound in range.start.iter().chain(&range.end) {
                    let ty = self.expr(bound);
                    if of.is_unknown() || of == Ty::foreign(INTEGER, []) {
                        of = ty;
                    }
                }
                Ty::foreign("Range", [of])
            }
            Expr::RawAddr(raw) => {
                let ty = self.expr(&raw.expr);
                Ty::foreign("*", [ty])
            }
            Expr::Reference(reference) => {
                let ty = self.expr(&reference.expr);
                let at = self.span(expression);
                self.coerced(&ty, at);
                ty
            }
            Expr::Repeat(repeat) => {
                let ty = self.expr(&repeat.expr);
                self.expr(&repeat.len);
                Ty::Slice(Rc::new(ty))
            }
            Expr::Return(found) => {
                if let Some(value) = &found.expr {
                    let ty = self.expr(value);
                    let at = self.span(value);
                    self.coerced(&ty, at);
                }
                Ty::Never
            }
            Expr::Struct(found) => {
                let path = segments(&found.path);
                let mut bound = Vec::new();
                let shape = self.shape(&path);
                let fields = shape.as_ref().map(|(id, variant)| {
                    let params = &self.index.types[id.0].params;
                    let itself: Vec<Ty> = params
                        .iter()
                        .map(|param| Ty::Abstract(param.clone()))
                        .collect();
                    self.fields(*id, variant.as_deref(), &itself)
                });
                for field in &found.fields {
                    let ty = self.expr(&field.expr);
                    let at = self.span(&field.expr);
                    self.coerced(&ty, at);
                    let name = member(&field.member);
                    let declared = fields.iter().flatten().find(|(known, _)| *known == name);
                    if let Some((_, declared)) = declared {
                        declared.bind(&ty, &mut bound);
                    }
                }
                found.rest.iter().for_each(|rest| {
                    self.expr(rest);
                });
                match shape {
                    Some((id, _)) => {
                        let params = &self.index.types[id.0].params;
                        let arguments = params.iter().map(|param| {
                            let known = bound.iter().find(|(name, _)| name == param);
                            known.map_or(Reason::Inferred.ty(), |(_, ty)| ty.clone())
                        });
                        Ty::Local(id, arguments.collect())
                    }
                    None => self
                        .index
                        .path_ty(self.scope, &self.around, &self.own, &found.path),
                }
            }
            Expr::Try(attempt) => {
                let ty = self.expr(&attempt.expr);
                let at = self.span(expression);
                self.tried(&ty, at)
            }
            Expr::TryBlock(block) => {
                self.block(&block.block);
                Reason::Expression.ty()
            }
            Expr::Tuple(tuple) => Ty::Tuple(
                tuple
                    .elems
                    .iter()
                    .map(|element| self.expr(element))
                    .collect(),
            ),
            Expr::Unary(unary) => {
                let ty = self.expr(&unary.expr);
                let at = self.span(expression);
                match unary.op {
                    UnOp::Deref(_) => self.dereferenced(&ty, at),
                    UnOp::Not(_) => self.operator(&ty, &["not"], None, at),
                    UnOp::Neg(_) => self.operator(&ty, &["neg"], None, at),
                    _ => Reason::Expression.ty(),
                }
            }
            Expr::Unsafe(block) => self.block(&block.block),
            Expr::While(found) => {
                self.locals.push(HashMap::new());
                self.expr(&found.cond);
                self.block(&found.body);
                self.locals.pop();
                Ty::unit()
            }
            Expr::Yield(found) => {
                found.expr.iter().for_each(|value| {
                    self.expr(value);
                });
                Reason::Expression.ty()
            }
            Expr::Verbatim(tokens) => {
                let at = self.span(expression);
                self.tokens(tokens, at);
                Reason::Expression.ty()
            }
            _ => Reason::Expression.ty(),
        }
    }
}

/// The type of what is one or the other.
fn join(one: Ty, other: Ty) -> Ty {
    match (&one, &other) {
        (Ty::Never, _) => other,
        (_, Ty::Never) => one,
        (Ty::Foreign(name, _), _) if &**name == INTEGER => other,
        (Ty::Unknown(_), _) => other,
        // The one that says more of its arguments.
        (Ty::Foreign(_, left), Ty::Foreign(_, _)) | (Ty::Local(_, left), Ty::Local(_, _))
            if left.iter().any(Ty::is_unknown) =>
        {
            other
        }
        _ => one,
    }
}
