//! Reads one body: calls, and what it touches.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    Block, Expr, ExprCall, ExprClosure, ExprField, ExprForLoop, ExprIf, ExprLet, ExprMatch,
    ExprMethodCall, ExprPath, ExprStruct, ExprWhile, FnArg, Item, Local, Macro, Member, PatStruct,
    Path, Stmt, Type,
};

use super::guards::Guard;
use super::scope::Scopes;
use super::{Facts, Service, Touch};
use crate::api::{Api, Offer};
use crate::diagnostics::{Code, Diagnostic, Report};
use crate::driver::state::{Field, Sharing};
use crate::driver::{Driver, Function, FunctionId, ItemId, Owner};
use crate::load::ModuleId;
use crate::macros;
use crate::resolve::{Resolver, Target, segments};
use crate::source::{FileId, Span};
use crate::types::{self, Types};

/// What the body of a function says.
pub(super) fn body(
    driver: &Driver,
    api: &Api,
    resolver: &Resolver,
    fields: &[Field],
    function: &Function,
    report: &mut Report,
) -> Facts {
    let mut walker = Walker {
        types: Types { driver, api },
        resolver,
        fields,
        function,
        module: function.module,
        file: driver.tree.module(function.module).file,
        scopes: Scopes::default(),
        facts: Facts::default(),
        held: Vec::new(),
        constants: Vec::new(),
        report,
    };
    walker.scopes.enter();
    walker.receiver();
    walker.visit_signature(&function.signature);
    for input in &function.signature.inputs {
        if let FnArg::Typed(typed) = input {
            let ty = types::concrete(&typed.ty, function);
            walker.scopes.pattern(&typed.pat, Some(ty));
            walker.hold(&typed.pat);
        }
    }
    walker.visit_block(&function.block);
    walker.facts
}

pub(super) struct Walker<'a> {
    pub(super) types: Types<'a>,
    pub(super) resolver: &'a Resolver,
    fields: &'a [Field],
    pub(super) function: &'a Function,
    pub(super) module: ModuleId,
    file: FileId,
    pub(super) scopes: Scopes,
    pub(super) facts: Facts,
    /// The guards that are alive.
    pub(super) held: Vec<Guard>,
    /// Constants whose values were read already.
    constants: Vec<ItemId>,
    report: &'a mut Report,
}

impl Walker<'_> {
    /// A method of a type that only the kernel has is the kernel's.
    fn receiver(&mut self) {
        let Some(name) = self.function.owner.type_name() else {
            return;
        };
        if name != self.types.driver.state && self.types.driver.type_item(name).is_some() {
            let span = self.span(&self.function.signature.ident);
            self.type_of_driver(name, span);
        }
    }

    pub(super) fn span(&self, syntax: &impl Spanned) -> Span {
        Span::of(self.file, syntax)
    }

    pub(super) fn calls(&mut self, functions: &[FunctionId], span: Span) {
        for function in functions {
            self.facts.calls.entry(*function).or_insert(span);
            if let Some(guard) = self.held.last() {
                let what = format!("a `{}`", guard.what);
                let touch = Touch { span, what };
                self.facts.held_calls.entry(*function).or_insert(touch);
            }
        }
    }

    pub(super) fn kernel_only(&mut self, what: String, span: Span) {
        self.facts.kernel_only.insert(Touch { span, what });
    }

    pub(super) fn offer(&mut self, name: &str, offer: &Offer, span: Span) {
        if offer.kernel_only {
            self.kernel_only(format!("`{name}`, which only the kernel has"), span);
        }
        if offer.service.is_some() {
            self.service(name, offer.downcalls(), span);
        }
        if offer.service.is_some_and(|service| service.sleeps) {
            if let Some(guard) = self.held.last() {
                let what = format!("`{name}` while it holds a `{}`", guard.what);
                self.facts.held_sleeps.insert(Touch { span, what });
            }
            self.facts.sleeps.insert(Touch {
                span,
                what: format!("`{name}`"),
            });
        }
    }

    /// Something that only the kernel can execute.
    pub(super) fn service(&mut self, name: &str, downcalls: u64, span: Span) {
        let service = Service { span, downcalls: 0 };
        let services = &mut self.facts.services;
        let service = services.entry(name.to_owned()).or_insert(service);
        service.downcalls += downcalls;
    }

    /// What a path mentions besides functions: types, constants and the API.
    fn mention(&mut self, path: &[String], span: Span) {
        for target in self.resolver.resolve(self.types.driver, self.module, path) {
            match target {
                Target::Item(id, _) => self.mention_item(id, span),
                Target::Outside(path)
                    if path.first().is_some_and(|first| first == crate::load::API) =>
                {
                    if let Some(name) = path.iter().find(|name| self.types.api.is_kernel_only(name))
                    {
                        self.kernel_only(format!("`{name}`, which only the kernel has"), span);
                    }
                    let offer = match path.as_slice() {
                        [.., of, name] => {
                            let method = self.types.api.methods.get(&(of.clone(), name.clone()));
                            method
                                .or_else(|| self.types.api.functions.get(name))
                                .map(|offer| (name, offer))
                        }
                        _ => None,
                    };
                    if let Some((name, offer)) = offer {
                        let (name, offer) = (name.clone(), offer.clone());
                        self.offer(&name, &offer, span);
                    }
                }
                Target::Outside(_) | Target::Module(_) => {}
            }
        }
    }

    fn mention_item(&mut self, id: ItemId, span: Span) {
        let entry = self.types.driver.item(id);
        let (ty, value) = match &entry.item {
            Item::Const(item) => ((*item.ty).clone(), Some(&*item.expr)),
            Item::Static(item) => ((*item.ty).clone(), Some(&*item.expr)),
            Item::Struct(_) | Item::Enum(_) | Item::Type(_) => {
                let name = entry.name.clone().unwrap_or_default();
                self.type_of_driver(&name, span);
                return;
            }
            _ => return,
        };
        if let Some(blamed) = self.types.kernel_only(&ty) {
            self.kernel_only(format!("`{blamed}`, which only the kernel has"), span);
        }
        // What a constant names, whoever uses the constant may call.
        if let Some(value) = value
            && !self.constants.contains(&id)
        {
            self.constants.push(id);
            let (module, file) = (self.module, self.file);
            self.module = entry.module;
            self.file = self.types.driver.tree.module(entry.module).file;
            self.visit_expr(value);
            (self.module, self.file) = (module, file);
        }
    }

    fn type_of_driver(&mut self, name: &str, span: Span) {
        let ident = quote::format_ident!("{name}");
        let ty: Type = syn::parse_quote!(#ident);
        if let Some(blamed) = self.types.kernel_only(&ty) {
            self.kernel_only(
                format!("`{name}`, which holds `{blamed}` of the kernel"),
                span,
            );
        }
        // Operators, formatting and drops call the traits of a type without naming it.
        if name != self.types.driver.state {
            let implicit: Vec<FunctionId> = self
                .types
                .driver
                .iter()
                .filter(|(_, function)| function.root.is_none())
                .filter(|(_, f)| matches!(&f.owner, Owner::Trait { of, .. } if of == name))
                .map(|(id, _)| id)
                .collect();
            self.calls(&implicit, span);
        }
    }

    fn field(&mut self, name: &str, span: Span) {
        let Some(field) = self.fields.iter().find(|field| field.name == name) else {
            return;
        };
        self.facts.fields.insert(name.to_owned());
        if let Sharing::KernelOnly(blamed) = &field.sharing {
            self.kernel_only(
                format!("field `{name}`, which holds `{blamed}` of the kernel"),
                span,
            );
        }
    }

    /// A value of a type of the driver: it may be dropped, compared or formatted here, which calls
    /// traits of the type without naming it.
    fn value(&mut self, ty: &Type, span: Span) {
        let ty = self.types.expand(ty);
        let Some(name) = types::head(&ty) else { return };
        if self.types.driver.type_item(&name).is_some() {
            self.type_of_driver(&name, span);
        }
        for argument in types::arguments(&ty) {
            self.value(&argument, span);
        }
    }

    fn unknown_macro(&mut self, call: &Macro) {
        let name = crate::crossing::show(&call.path);
        let title = format!("macro `{name}!` is not known");
        let help = "write a function, or use a macro of core or of the driver API";
        let span = self.span(&call.path);
        let diagnostic = Diagnostic::new(Code::UnknownMacro, title, help);
        self.report
            .add(diagnostic.at(span, "calls in its arguments would not be seen"));
    }
}

impl<'ast> Visit<'ast> for Walker<'_> {
    fn visit_block(&mut self, block: &'ast Block) {
        self.scopes.enter();
        visit::visit_block(self, block);
        self.scopes.leave();
        self.release_scopes();
    }

    fn visit_local(&mut self, local: &'ast Local) {
        visit::visit_local(self, local);
        let init = local.init.as_ref();
        let ty = init.and_then(|init| self.infer(&init.expr));
        if let Some(init) = init {
            self.release(&init.expr);
        }
        self.scopes.pattern(&local.pat, ty);
        self.hold(&local.pat);
    }

    fn visit_expr_let(&mut self, expression: &'ast ExprLet) {
        visit::visit_expr_let(self, expression);
        let ty = self.infer(&expression.expr);
        self.scopes.pattern(&expression.pat, ty);
        self.hold(&expression.pat);
    }

    fn visit_expr_if(&mut self, expression: &'ast ExprIf) {
        let held = self.held.clone();
        self.scopes.enter();
        self.visit_expr(&expression.cond);
        let inside = self.held.clone();
        self.visit_block(&expression.then_branch);
        self.scopes.leave();
        if let Some((_, otherwise)) = &expression.else_branch {
            self.held = inside;
            self.visit_expr(otherwise);
        }
        self.held = held;
    }

    fn visit_expr_while(&mut self, expression: &'ast ExprWhile) {
        let held = self.held.clone();
        self.scopes.enter();
        visit::visit_expr_while(self, expression);
        self.scopes.leave();
        self.held = held;
    }

    fn visit_expr_for_loop(&mut self, expression: &'ast ExprForLoop) {
        self.scopes.enter();
        self.scopes.pattern(&expression.pat, None);
        let held = self.held.clone();
        visit::visit_expr_for_loop(self, expression);
        self.scopes.leave();
        self.held = held;
    }

    fn visit_expr_match(&mut self, expression: &'ast ExprMatch) {
        self.visit_expr(&expression.expr);
        let ty = self.infer(&expression.expr);
        let held = self.held.clone();
        for arm in &expression.arms {
            self.scopes.enter();
            self.scopes.pattern(&arm.pat, ty.clone());
            self.hold(&arm.pat);
            self.visit_arm(arm);
            self.scopes.leave();
            self.held.clone_from(&held);
        }
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        self.scopes.enter();
        closure
            .inputs
            .iter()
            .for_each(|input| self.scopes.pattern(input, None));
        let held = self.held.clone();
        visit::visit_expr_closure(self, closure);
        self.scopes.leave();
        self.held = held;
    }

    fn visit_expr_path(&mut self, expression: &'ast ExprPath) {
        let path = segments(&expression.path);
        let local =
            matches!(path.as_slice(), [name] if name == "self" || self.scopes.get(name).is_some());
        if local {
            return;
        }
        let span = self.span(expression);
        if let Some(qualified) = &expression.qself {
            let method = path.last().cloned().unwrap_or_default();
            let ty = types::concrete(&qualified.ty, self.function);
            let of = types::head(&ty).unwrap_or_default();
            let functions = self.methods_of(&of, &method);
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
        self.fields_of(
            &expression.path,
            expression.fields.iter().map(|field| &field.member),
        );
    }

    fn visit_pat_struct(&mut self, pattern: &'ast PatStruct) {
        visit::visit_pat_struct(self, pattern);
        self.fields_of(
            &pattern.path,
            pattern.fields.iter().map(|field| &field.member),
        );
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.method(call);
        visit::visit_expr_method_call(self, call);
        call.args.iter().for_each(|given| self.release(given));
        if self.consumes(call) {
            self.release(&call.receiver);
        }
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        match macros::arguments(self.types.api, call) {
            Some(arguments) => {
                arguments
                    .expressions
                    .iter()
                    .for_each(|expression| self.visit_expr(expression));
                arguments
                    .patterns
                    .iter()
                    .for_each(|pattern| self.visit_pat(pattern));
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
        let temporaries = self.hold_temporaries(statement);
        visit::visit_stmt(self, statement);
        self.release_temporaries(temporaries);
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        let mut callee = &*call.func;
        while let Expr::Paren(inner) = callee {
            callee = &inner.expr;
        }
        if !matches!(callee, Expr::Path(_) | Expr::Closure(_)) {
            let title = "a call of a value is not understood";
            let help = "call a function by its name";
            let span = self.span(callee);
            let diagnostic = Diagnostic::new(Code::Unsupported, title, help);
            self.report
                .add(diagnostic.at(span, "what is called is not known"));
        }
        visit::visit_expr_call(self, call);
        call.args.iter().for_each(|given| self.release(given));
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
        visit::visit_expr(self, expression);
    }
}

impl Walker<'_> {
    fn fields_of<'a>(&mut self, path: &Path, members: impl Iterator<Item = &'a Member>) {
        let names = segments(path);
        let own = names.len() == 1 && names[0] == "Self";
        let of = if own {
            self.function.owner.type_name()
        } else {
            names.last().map(String::as_str)
        };
        if of != Some(self.types.driver.state.as_str()) {
            return;
        }
        for member in members {
            if let Member::Named(name) = member {
                let span = self.span(name);
                self.field(&name.to_string(), span);
            }
        }
    }
}
