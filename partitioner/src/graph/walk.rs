//! Reads one body: calls, and what it touches.

use std::collections::{BTreeMap, BTreeSet};

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{
    BinOp, Block, Expr, ExprAssign, ExprBinary, ExprBlock, ExprBreak, ExprCall, ExprClosure,
    ExprContinue, ExprField, ExprForLoop, ExprIf, ExprLet, ExprLoop, ExprMatch, ExprMethodCall,
    ExprPath, ExprReference, ExprReturn, ExprStruct, ExprWhile, FnArg, Item, Local, Macro, Member,
    Pat, PatStruct, Path, Stmt, Type,
};

use super::access::{Alias, Use};
use super::flow::Loop;
use super::guards::{Guard, Held, Home, Lock, Origin};
use super::scope::{Scopes, Variable};
use super::{Facts, Hold, Then, Touch, Under};
use crate::api::{Api, Offer};
use crate::diagnostics::{Code, Diagnostic, Report};
use crate::driver::state::{Field, Sharing};
use crate::driver::{Driver, Function, FunctionId, ItemId, Owner};
use crate::load::ModuleId;
use crate::macros;
use crate::resolve::{Resolver, Target, segments};
use crate::source::{FileId, Span};
use crate::types::{self, Types};

/// How deep closures are nested that are understood: each is read as often as it is deep.
const DEEPEST_CLOSURE: usize = 5;

/// What the body of a function says.
pub(super) fn body(
    driver: &Driver,
    api: &Api,
    resolver: &Resolver,
    fields: &[Field],
    function: &Function,
    early_drops: bool,
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
        held: Held::default(),
        level: 0,
        early_drops,
        values: BTreeSet::new(),
        loops: Vec::new(),
        returned: BTreeSet::new(),
        closures: BTreeMap::new(),
        closures_read: BTreeSet::new(),
        depth_of_closures: 0,
        aliases: BTreeMap::new(),
        covered: BTreeSet::new(),
        loaded: BTreeSet::new(),
        constants: Vec::new(),
        report,
    };
    walker.scopes.enter();
    walker.receiver();
    walker.visit_signature(&function.signature);
    for input in &function.signature.inputs {
        if let FnArg::Typed(typed) = input {
            walker.argument(typed);
        }
    }
    let mut leaves = Vec::new();
    if let Some(Stmt::Expr(value, None)) = function.block.stmts.last() {
        leaves = walker.leaves(value, false).moved;
    }
    walker.flowing(&leaves, |walker| walker.visit_block(&function.block));
    walker.give_back(&leaves);
    walker.finish_accesses();
    walker.facts.returned = walker.returned;
    walker.facts
}

pub(super) struct Walker<'a> {
    pub(super) types: Types<'a>,
    pub(super) resolver: &'a Resolver,
    pub(super) fields: &'a [Field],
    pub(super) function: &'a Function,
    pub(super) module: ModuleId,
    file: FileId,
    pub(super) scopes: Scopes,
    pub(super) facts: Facts,
    /// The guards that may be alive.
    pub(super) held: Held,
    /// How deep we are in what drops its temporaries.
    pub(super) level: usize,
    /// Whether temporaries are dropped as early as since the edition of 2024.
    pub(super) early_drops: bool,
    /// Expressions whose values go somewhere else than into a temporary.
    pub(super) values: BTreeSet<Span>,
    pub(super) loops: Vec<Loop>,
    /// The locks whose guards are returned.
    pub(super) returned: BTreeSet<Origin>,
    /// Closures in variables.
    pub(super) closures: BTreeMap<Variable, ExprClosure>,
    /// Those that were read under these guards.
    pub(super) closures_read: BTreeSet<(Variable, Vec<Span>)>,
    pub(super) depth_of_closures: usize,
    /// What names stand for.
    pub(super) aliases: BTreeMap<Variable, Alias>,
    /// Expressions that are parts of a place, which was looked at as a whole.
    pub(super) covered: BTreeSet<Span>,
    /// Expressions from which a value is only loaded.
    pub(super) loaded: BTreeSet<Span>,
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
            if let Some(guard) = self.atomic_guard() {
                let hold = Hold {
                    span,
                    what: format!("a `{}`", guard.what),
                    taken: guard.span,
                };
                self.facts.held_calls.entry(*function).or_insert(hold);
            }
            self.under(&Then::Calls(*function), span);
        }
    }

    /// The guard that keeps the kernel from sleeping, if there is one: the last.
    fn atomic_guard(&self) -> Option<Guard> {
        let mut guards = self.held.guards().iter().rev();
        guards.find(|guard| guard.is_atomic()).cloned()
    }

    /// Something is done under everything that is held.
    fn under(&mut self, then: &Then, span: Span) {
        for guard in self.held.guards() {
            self.facts.under.insert(Under {
                held: guard.lock.clone(),
                taken: guard.span,
                then: then.clone(),
                span,
            });
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
    fn argument(&mut self, typed: &syn::PatType) {
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

    /// Whether something that is called can be known.
    pub(super) fn callable(&mut self, callee: &Expr) {
        if !matches!(callee, Expr::Path(_) | Expr::Closure(_)) {
            let title = "a call of a value is not understood";
            let help = "call a function by its name";
            let span = self.span(callee);
            let diagnostic = Diagnostic::new(Code::Unsupported, title, help);
            self.report
                .add(diagnostic.at(span, "what is called is not known"));
        }
    }

    /// The functions that a path with a type in front names.
    pub(super) fn qualified(&self, path: &ExprPath) -> Vec<FunctionId> {
        let Some(qualified) = &path.qself else {
            return Vec::new();
        };
        let method = segments(&path.path).pop().unwrap_or_default();
        let ty = types::concrete(&qualified.ty, self.function);
        self.methods_of(&types::head(&ty).unwrap_or_default(), &method)
    }

    pub(super) fn kernel_only(&mut self, what: String, span: Span) {
        self.facts.kernel_only.insert(Touch { span, what });
    }

    pub(super) fn offer(&mut self, name: &str, offer: &Offer, span: Span) {
        if offer.kernel_only {
            self.kernel_only(format!("`{name}`, which only the kernel has"), span);
        }
        if offer.service.is_some() {
            self.facts.services.insert(name.to_owned());
        }
        if offer.service.is_some_and(|service| service.sleeps) {
            self.sleeps_here(&format!("`{name}`"), span);
            self.facts.sleeps.insert(Touch {
                span,
                what: format!("`{name}`"),
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
        self.static_cell(id, span);
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
        self.field_cell(field, span);
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

impl Walker<'_> {
    /// What a place held is gone; it holds these now.
    fn assign(&mut self, place: &Expr, guards: Vec<Guard>) {
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

    /// The fields of the state among these; they are named.
    fn fields_of<'a>(
        &mut self,
        path: &Path,
        members: impl Iterator<Item = &'a Member>,
    ) -> Vec<String> {
        let names = segments(path);
        let own = names.len() == 1 && names[0] == "Self";
        let of = if own {
            self.function.owner.type_name()
        } else {
            names.last().map(String::as_str)
        };
        if of != Some(self.types.driver.state.as_str()) {
            return Vec::new();
        }
        let mut named = Vec::new();
        for member in members {
            if let Member::Named(name) = member {
                let span = self.span(name);
                self.field(&name.to_string(), span);
                named.push(name.to_string());
            }
        }
        named
    }
}
