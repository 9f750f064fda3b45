//! Which expression is read by whom.

use syn::visit::{self, Visit};
use syn::{
    BinOp, Block, Expr, ExprAssign, ExprBinary, ExprBlock, ExprBreak, ExprCall, ExprClosure,
    ExprContinue, ExprField, ExprForLoop, ExprIf, ExprLet, ExprLoop, ExprMatch, ExprMethodCall,
    ExprPath, ExprReference, ExprReturn, ExprStruct, ExprWhile, Item, Local, Macro, Member,
    PatStruct, Path, Stmt,
};

use super::access::Use;
use super::walk::Walker;
use crate::diagnostics::{Code, Diagnostic};
use crate::macros;
use crate::resolve::segments;
use crate::types;

impl<'ast> Visit<'ast> for Walker<'_> {
    fn visit_block(&mut self, block: &'ast Block) {
        self.block(block);
    }

    fn visit_local(&mut self, local: &'ast Local) {
        self.local(local);
    }

    fn visit_expr_let(&mut self, expression: &'ast ExprLet) {
        self.condition(&expression.pat, &expression.expr);
    }

    fn visit_expr_if(&mut self, expression: &'ast ExprIf) {
        self.branch(expression);
    }

    fn visit_expr_while(&mut self, expression: &'ast ExprWhile) {
        self.while_true(expression);
    }

    fn visit_expr_for_loop(&mut self, expression: &'ast ExprForLoop) {
        self.for_each(expression);
    }

    fn visit_expr_loop(&mut self, expression: &'ast ExprLoop) {
        self.forever(expression);
    }

    fn visit_expr_block(&mut self, expression: &'ast ExprBlock) {
        match &expression.label {
            Some(label) => self.labelled(label, &expression.block),
            None => self.visit_block(&expression.block),
        }
    }

    fn visit_expr_match(&mut self, expression: &'ast ExprMatch) {
        self.choice(expression);
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        self.closure(closure);
    }

    fn visit_expr_return(&mut self, expression: &'ast ExprReturn) {
        self.returned(expression);
    }

    fn visit_expr_break(&mut self, expression: &'ast ExprBreak) {
        self.broken(expression);
    }

    fn visit_expr_continue(&mut self, expression: &'ast ExprContinue) {
        self.next(expression);
    }

    fn visit_expr_binary(&mut self, expression: &'ast ExprBinary) {
        match expression.op {
            BinOp::And(_) | BinOp::Or(_) => self.lazy(expression),
            op => {
                if is_assignment(op) {
                    self.access(&expression.left, Use::Both);
                }
                visit::visit_expr_binary(self, expression);
            }
        }
    }

    fn visit_expr_assign(&mut self, expression: &'ast ExprAssign) {
        let moved = self.leaves(&expression.right, false).moved;
        self.flowing(&moved, |walker| walker.visit_expr(&expression.right));
        let guards = self.held.take(&moved);
        self.access(&expression.left, Use::Write);
        self.assign(&expression.left, guards);
    }

    fn visit_expr_reference(&mut self, expression: &'ast ExprReference) {
        let use_ = if expression.mutability.is_some() {
            Use::Both
        } else {
            Use::Read
        };
        let whole = Expr::Reference(expression.clone());
        if !self.is_covered(&whole) {
            self.access(&expression.expr, use_);
        }
        visit::visit_expr_reference(self, expression);
    }

    fn visit_expr_path(&mut self, expression: &'ast ExprPath) {
        let path = segments(&expression.path);
        let local =
            matches!(path.as_slice(), [name] if name == "self" || self.scopes.get(name).is_some());
        let span = self.span(expression);
        if local {
            let name = path.concat();
            if let Some((variable, _)) = self.scopes.variable(&name)
                && self.values.contains(&span)
            {
                self.held.send(variable, span);
            }
            self.closure_in(&name);
            return;
        }
        if expression.qself.is_some() {
            let functions = self.qualified(expression);
            self.calls(&functions, span);
        } else {
            let functions = self.functions_at(&path);
            self.calls(&functions, span);
        }
        visit::visit_expr_path(self, expression);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let names = segments(path);
        let local = matches!(names.as_slice(), [name] if self.scopes.get(name).is_some());
        if !local {
            let span = self.span(path);
            self.mention(&names, span);
        }
        visit::visit_path(self, path);
    }

    fn visit_expr_field(&mut self, expression: &'ast ExprField) {
        visit::visit_expr_field(self, expression);
        let Member::Named(name) = &expression.member else {
            return;
        };
        let of = self.infer(&expression.base).map(|ty| types::head(&ty));
        // Of a value whose type is not known, the field may be the state's.
        if of.is_none_or(|of| of.as_deref() == Some(self.types.driver.state.as_str())) {
            let span = self.span(expression);
            self.field(&name.to_string(), span);
        }
    }

    fn visit_expr_struct(&mut self, expression: &'ast ExprStruct) {
        visit::visit_expr_struct(self, expression);
        let made = self.fields_of(
            &expression.path,
            expression.fields.iter().map(|field| &field.member),
        );
        self.facts.writes.extend(made);
    }

    fn visit_pat_struct(&mut self, pattern: &'ast PatStruct) {
        visit::visit_pat_struct(self, pattern);
        self.fields_of(
            &pattern.path,
            pattern.fields.iter().map(|field| &field.member),
        );
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.method_call(call);
        if let Some(arguments) = &call.turbofish {
            self.visit_angle_bracketed_generic_arguments(arguments);
        }
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        match macros::arguments(self.types.api, call) {
            Some(arguments) => {
                let name = segments(&call.path).pop().unwrap_or_default();
                if let ("write" | "writeln", Some(to)) =
                    (name.as_str(), arguments.expressions.first())
                {
                    self.access(to, Use::Both);
                }
                arguments
                    .expressions
                    .iter()
                    .for_each(|expression| self.visit_expr(expression));
                arguments
                    .patterns
                    .iter()
                    .for_each(|pattern| self.visit_pat(pattern));
                if let "panic" | "unreachable" = name.as_str() {
                    self.held.leave();
                }
            }
            None => self.unknown_macro(call),
        }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if let Stmt::Item(item @ (Item::Use(_) | Item::Impl(_) | Item::Mod(_) | Item::Macro(_))) =
            statement
        {
            let title = "an item in a function body is not understood";
            let help = "move it to the module";
            let span = self.span(item);
            self.report
                .add(Diagnostic::new(Code::Unsupported, title, help).at(span, "not supported"));
            return;
        }
        visit::visit_stmt(self, statement);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        self.call(call);
    }

    fn visit_expr(&mut self, expression: &'ast Expr) {
        if let Expr::Verbatim(_) | Expr::Async(_) | Expr::Await(_) | Expr::Yield(_) = expression {
            let title = "an expression is not understood";
            let help = "write it in another way";
            let span = self.span(expression);
            self.report
                .add(Diagnostic::new(Code::Unsupported, title, help).at(span, "not supported"));
        }
        if let Some(ty) = self.infer(expression) {
            let span = self.span(expression);
            self.value(&ty, span);
        }
        if let Expr::Field(_)
        | Expr::MethodCall(_)
        | Expr::Index(_)
        | Expr::Path(_)
        | Expr::Unary(_) = expression
            && !self.is_covered(expression)
        {
            self.stands(expression);
        }
        visit::visit_expr(self, expression);
    }
}

fn is_assignment(op: BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}
