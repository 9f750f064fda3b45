//! Reads one body and its statements. `patterns`, `expression` and `values` read what is in them, `calls`,
//! `associated` and `methods` say what a call may lead to, `results` what comes of it, `implicit` and `macro_calls`
//! what is called without being written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use syn::spanned::Spanned;
use syn::{Block, Expr, FnArg, Stmt};

use super::edges::{Calls, GroupId};
use super::index::{Around, Function, Index, ScopeId};
use super::macros::Macros;
use super::reason::{Reason, Unknown};
use super::ty::{Ty, TypeId};
use super::{Edge, NodeId, Why};
use crate::source::{FileId, Span};

/// What one body says.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// The functions that it may call.
    pub(super) calls: Calls,
    /// Functions whose address it takes.
    pub(super) taken: Several,
    /// Calls of values, with so many arguments.
    pub(super) indirect: BTreeMap<usize, Span>,
    /// Calls of receivers whose type is not known.
    pub(super) unknown: Unknown,
    /// What its closures may call, by their number of parameters.
    pub(super) closures: BTreeMap<usize, Several>,
}

/// Functions, and groups of them.
#[derive(Debug, Default)]
pub(super) struct Several {
    pub(super) nodes: BTreeSet<NodeId>,
    pub(super) groups: BTreeSet<GroupId>,
}

impl Several {
    pub(super) fn extend(&mut self, other: &Several) {
        self.nodes.extend(&other.nodes);
        self.groups.extend(&other.groups);
    }
}

pub(super) struct Walker<'i, 'a> {
    pub(super) index: &'i Index<'a>,
    pub(super) macros: &'i Macros,
    pub(super) scope: ScopeId,
    pub(super) around: Rc<Around<'a>>,
    /// Type parameters of the function.
    pub(super) own: Vec<Rc<str>>,
    pub(super) file: FileId,
    pub(super) made_at: Option<Span>,
    pub(super) locals: Vec<HashMap<String, Ty>>,
    pub(super) body: Body,
    /// Types that values here have.
    pub(super) types: BTreeSet<TypeId>,
    /// The first value whose type is not known.
    pub(super) unknown: Option<Span>,
    /// The numbers of parameters of the closures around.
    pub(super) within: Vec<usize>,
    /// What the function returns.
    pub(super) result: Ty,
    /// How deep macros go.
    pub(super) depth: usize,
    /// How many types were passed on the way to what one dereferences to.
    pub(super) hops: usize,
    /// How many calls of macros were expanded.
    pub(super) expanded: usize,
}

impl<'i, 'a> Walker<'i, 'a> {
    pub(super) fn new(
        index: &'i Index<'a>,
        macros: &'i Macros,
        scope: ScopeId,
        around: Rc<Around<'a>>,
        made_at: Option<Span>,
    ) -> Walker<'i, 'a> {
        Walker {
            index,
            macros,
            scope,
            around,
            own: Vec::new(),
            file: index.scope(scope).file,
            made_at,
            locals: vec![HashMap::new()],
            body: Body::default(),
            types: BTreeSet::new(),
            unknown: None,
            within: Vec::new(),
            result: Reason::Inferred.ty(),
            depth: 0,
            hops: 0,
            expanded: 0,
        }
    }

    /// Reads a function.
    pub(super) fn function(mut self, function: &Function<'a>) -> Body {
        let signature = function.signature;
        self.own = super::collect::params(&signature.generics);
        let at = self.span(&signature.ident);
        for input in &signature.inputs {
            match input {
                FnArg::Receiver(_) => {
                    let ty = self
                        .around
                        .self_ty
                        .clone()
                        .unwrap_or(Reason::Parameter.ty());
                    self.seen(&ty, at);
                    self.bind("self", ty);
                }
                FnArg::Typed(typed) => {
                    let ty = self.ty(&typed.ty);
                    self.seen(&ty, at);
                    self.pattern(&typed.pat, &ty);
                }
            }
        }
        self.result = self
            .index
            .result(self.scope, &self.around, &self.own, &signature.output);
        let returned = self.block(function.body);
        self.coerced(&returned, at);
        self.drops(at);
        self.body
    }

    pub(super) fn ty(&self, ty: &syn::Type) -> Ty {
        self.index.ty(self.scope, &self.around, &self.own, ty)
    }

    pub(super) fn span(&self, syntax: &impl Spanned) -> Span {
        self.made_at.unwrap_or_else(|| Span::of(self.file, syntax))
    }

    pub(super) fn bind(&mut self, name: &str, ty: Ty) {
        if let Some(scope) = self.locals.last_mut() {
            scope.insert(name.to_owned(), ty);
        }
    }

    pub(super) fn local(&self, name: &str) -> Option<&Ty> {
        self.locals.iter().rev().find_map(|scope| scope.get(name))
    }

    /// A value of this type is here.
    pub(super) fn seen(&mut self, ty: &Ty, at: Span) {
        match ty {
            Ty::Unknown(_) => {
                self.unknown.get_or_insert(at);
            }
            Ty::Local(id, arguments) => {
                self.types.insert(*id);
                arguments.iter().for_each(|ty| self.seen(ty, at));
            }
            Ty::Foreign(_, arguments) => arguments.iter().for_each(|ty| self.seen(ty, at)),
            Ty::Tuple(parts) => parts.iter().for_each(|ty| self.seen(ty, at)),
            Ty::Slice(inner) => self.seen(inner, at),
            Ty::Abstract(_) | Ty::Callable(_) | Ty::Never => {}
        }
    }

    /// Records an edge.
    pub(super) fn call(&mut self, node: NodeId, why: Why, span: Span) {
        self.body.calls.one(node, Edge { span, why });
        for parameters in &self.within {
            let closures = self.body.closures.entry(*parameters).or_default();
            closures.nodes.insert(node);
        }
    }

    /// Records an edge to each function of a group.
    pub(super) fn call_group(&mut self, group: GroupId, why: Why, span: Span) {
        self.body.calls.all(group, Edge { span, why });
        for parameters in &self.within {
            let closures = self.body.closures.entry(*parameters).or_default();
            closures.groups.insert(group);
        }
    }

    pub(super) fn block(&mut self, block: &Block) -> Ty {
        let scope = self.scope;
        if let Some(inner) = self.index.block(block) {
            self.scope = inner;
        }
        self.locals.push(HashMap::new());
        let ty = self.statements(&block.stmts);
        self.locals.pop();
        self.scope = scope;
        ty
    }

    pub(super) fn statements(&mut self, statements: &[Stmt]) -> Ty {
        let mut last = Ty::unit();
        for statement in statements {
            last = self.statement(statement);
        }
        last
    }

    fn statement(&mut self, statement: &Stmt) -> Ty {
        match statement {
            Stmt::Local(local) => {
                let given = match &local.init {
                    None => Reason::Inferred.ty(),
                    Some(init) => {
                        let ty = self.expr(&init.expr);
                        if let Some((_, otherwise)) = &init.diverge {
                            self.expr(otherwise);
                        }
                        ty
                    }
                };
                self.pattern(&local.pat, &given);
                Ty::unit()
            }
            Stmt::Item(_) => Ty::unit(),
            Stmt::Expr(expression, semicolon) => {
                let ty = self.expr(expression);
                match (semicolon, &ty) {
                    (_, Ty::Never) => Ty::Never,
                    (Some(_), _) => Ty::unit(),
                    (None, _) => ty,
                }
            }
            Stmt::Macro(call) => {
                let ty = self.macro_call(&call.mac);
                match (&call.semi_token, &ty) {
                    (_, Ty::Never) => Ty::Never,
                    (Some(_), _) => Ty::unit(),
                    (None, _) => ty,
                }
            }
        }
    }

    /// What a constant's value says: functions whose address it takes.
    pub(super) fn value(mut self, value: &Expr) -> Body {
        self.expr(value);
        self.body
    }
}
