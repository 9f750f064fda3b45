//! Reads one body: calls, and what it touches.

use std::collections::{BTreeMap, BTreeSet};

use partitioner_syntax::Ride;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Expr, ExprClosure, ExprPath, FnArg, Macro, Stmt};

use super::access::Alias;
use super::guards::{Held, Origin};
use super::loops::Loop;
use super::scope::{Scopes, Variable};
use super::{Facts, Hold, Service, Then, Touch};
use crate::api::{Api, Offer};
use crate::diagnostics::{Code, Diagnostic, Report};
use crate::driver::state::Field;
use crate::driver::{Driver, Function, FunctionId, ItemId};
use crate::load::ModuleId;
use crate::resolve::{Resolver, segments};
use crate::source::{FileId, Span};
use crate::types::{self, Types};

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
        counted: BTreeSet::new(),
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
    pub(super) file: FileId,
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
    /// Services that were counted, and where.
    counted: BTreeSet<(String, Span)>,
    /// Constants whose values were read already.
    pub(super) constants: Vec<ItemId>,
    pub(super) report: &'a mut Report,
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
            self.facts.asks |= !offer.is_lock();
            self.service(name, offer.downcalls(), offer.rides(), span);
        }
        if offer.service.is_some_and(|service| service.sleeps) {
            self.sleeps_here(&format!("`{name}`"), span);
            self.facts.sleeps.insert(Touch {
                span,
                what: format!("`{name}`"),
            });
        }
    }

    /// Something that only the kernel can execute.
    pub(super) fn service(
        &mut self,
        name: &str,
        downcalls: u64,
        rides: impl IntoIterator<Item = Ride>,
        span: Span,
    ) {
        let service = Service {
            span,
            downcalls: 0,
            rides: BTreeSet::new(),
        };
        let services = &mut self.facts.services;
        let service = services.entry(name.to_owned()).or_insert(service);
        service.rides.extend(rides);
        // A loop or a closure may be read more than once.
        if self.counted.insert((name.to_owned(), span)) {
            service.downcalls += downcalls;
        }
    }

    pub(super) fn unknown_macro(&mut self, call: &Macro) {
        let name = crate::crossing::show(&call.path);
        let title = format!("macro `{name}!` is not known");
        let help = "write a function, or use a macro of core or of the driver API";
        let span = self.span(&call.path);
        let diagnostic = Diagnostic::new(Code::UnknownMacro, title, help);
        self.report
            .add(diagnostic.at(span, "calls in its arguments would not be seen"));
    }
}
