//! Reads one body: statements and patterns. `expression` reads expressions, `calls` and `methods` say
//! what a call may lead to, `implicit` what is called without being written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use syn::spanned::Spanned;
use syn::{Block, Expr, FnArg, Member, Pat, Stmt};

use super::edges::{Calls, GroupId};
use super::index::{Around, Def, Function, Index, ScopeId, Shape};
use super::macros::Macros;
use super::reason::{Reason, Unknown};
use super::resolve::Target;
use super::ty::{Ty, TypeId};
use super::{Edge, NodeId, Why};
use crate::resolve::segments;
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

    /// Binds the names of a pattern that a value of a type is matched with.
    pub(super) fn pattern(&mut self, pattern: &Pat, ty: &Ty) {
        match pattern {
            Pat::Ident(ident) => {
                let name = super::collect::plain(&ident.ident.to_string());
                // A constant, a unit struct or a variant is not a new name.
                let plain =
                    ident.by_ref.is_none() && ident.mutability.is_none() && ident.subpat.is_none();
                let known = plain
                    && self.index.name(self.scope, &name).iter().any(|def| {
                        matches!(def, Def::Value(_) | Def::Variant(..))
                            || matches!(def, Def::Type(id) if matches!(self.index.types[id.0].shape, Shape::Fields(syn::Fields::Unit)))
                    });
                if !known {
                    let at = self.span(&ident.ident);
                    self.seen(ty, at);
                    self.bind(&name, ty.clone());
                }
                if let Some((_, inner)) = &ident.subpat {
                    self.pattern(inner, ty);
                }
            }
            Pat::Type(typed) => {
                let declared = self.ty(&typed.ty);
                let at = self.span(&typed.ty);
                self.coerced(ty, at);
                self.pattern(&typed.pat, &declared);
            }
            Pat::Reference(reference) => self.pattern(&reference.pat, ty),
            Pat::Paren(inner) => self.pattern(&inner.pat, ty),
            Pat::Or(or) => or.cases.iter().for_each(|case| self.pattern(case, ty)),
            Pat::Guard(guard) => {
                self.pattern(&guard.pat, ty);
                self.expr(&guard.guard);
            }
            Pat::Tuple(tuple) => {
                let parts: Vec<Ty> = match ty {
                    Ty::Tuple(parts) => parts.to_vec(),
                    _ => Vec::new(),
                };
                self.elements(tuple.elems.iter().collect(), &parts, ty);
            }
            Pat::Slice(slice) => {
                for element in &slice.elems {
                    match (element, ty) {
                        (Pat::Ident(ident), _) if ident.subpat.is_some() => {
                            self.pattern(element, ty)
                        }
                        (_, Ty::Slice(inner)) => self.pattern(element, inner),
                        _ => self.pattern(element, &ty.lost(Reason::Inferred)),
                    }
                }
            }
            Pat::TupleStruct(found) => {
                let parts = self.parts(&segments(&found.path), ty);
                let parts: Vec<Ty> = parts.into_iter().map(|(_, ty)| ty).collect();
                self.elements(found.elems.iter().collect(), &parts, ty);
            }
            Pat::Struct(found) => {
                let parts = self.parts(&segments(&found.path), ty);
                for field in &found.fields {
                    let name = member(&field.member);
                    let part = parts.iter().find(|(known, _)| *known == name);
                    let part =
                        part.map_or_else(|| ty.lost(Reason::ForeignType), |(_, ty)| ty.clone());
                    self.pattern(&field.pat, &part);
                }
            }
            Pat::Macro(call) => {
                self.macro_call(&call.mac);
            }
            _ => {}
        }
    }

    /// Matches elements with the parts of a type, a `..` among them.
    fn elements(&mut self, elements: Vec<&Pat>, parts: &[Ty], of: &Ty) {
        let rest = elements
            .iter()
            .position(|element| matches!(element, Pat::Rest(_)));
        let count = elements.len();
        for (index, element) in elements.into_iter().enumerate() {
            let at = match rest {
                Some(rest) if index > rest => (parts.len() + index).checked_sub(count),
                _ => Some(index),
            };
            let part = at
                .and_then(|at| parts.get(at))
                .cloned()
                .unwrap_or_else(|| of.lost(Reason::ForeignType));
            self.pattern(element, &part);
        }
    }

    /// The fields of what a pattern or a literal names, given the type of the whole.
    pub(super) fn parts(&self, path: &[String], ty: &Ty) -> Vec<(String, Ty)> {
        if let [name] = path {
            let inner = match (name.as_str(), ty) {
                ("Some", Ty::Foreign(of, _)) if &**of == "Option" => Some(ty.argument(0)),
                ("Ok", Ty::Foreign(of, _)) if &**of == "Result" => Some(ty.argument(0)),
                ("Err", Ty::Foreign(of, _)) if &**of == "Result" => Some(ty.argument(1)),
                _ => None,
            };
            if let Some(inner) = inner {
                return vec![("0".to_owned(), inner)];
            }
        }
        let (id, variant) = match self.shape(path) {
            Some(found) => found,
            None => match ty {
                Ty::Local(id, _) => (*id, path.last().cloned()),
                _ => return Vec::new(),
            },
        };
        let arguments = match ty {
            Ty::Local(other, arguments) if *other == id => arguments.to_vec(),
            _ => Vec::new(),
        };
        self.fields(id, variant.as_deref(), &arguments)
    }

    /// The type, and the variant, that a path names.
    pub(super) fn shape(&self, path: &[String]) -> Option<(TypeId, Option<String>)> {
        if let [first, rest @ ..] = path
            && first == "Self"
            && let Some(Ty::Local(id, _)) = &self.around.self_ty
        {
            return Some((*id, rest.first().cloned()));
        }
        for target in self.index.resolve(self.scope, path) {
            match target {
                Target::Def(Def::Type(id)) => return Some((id, None)),
                Target::Def(Def::Variant(id, _)) => return Some((id, path.last().cloned())),
                Target::Def(Def::Alias(alias)) => {
                    if let Ty::Local(id, _) = self.index.alias(alias, &[]) {
                        return Some((id, None));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The fields of a type, or of one of its variants.
    pub(super) fn fields(
        &self,
        id: TypeId,
        variant: Option<&str>,
        arguments: &[Ty],
    ) -> Vec<(String, Ty)> {
        let def = &self.index.types[id.0];
        let fields: Vec<&syn::Field> = match (&def.shape, variant) {
            (Shape::Fields(fields), _) => fields.iter().collect(),
            (Shape::Named(fields), _) => fields.named.iter().collect(),
            (Shape::Variants(variants), Some(wanted)) => variants
                .iter()
                .filter(|(name, _)| name == wanted)
                .flat_map(|(_, fields)| fields.iter())
                .collect(),
            _ => Vec::new(),
        };
        let around = Around {
            params: def.params.clone(),
            ..Around::default()
        };
        let with: Vec<(Rc<str>, Ty)> = def
            .params
            .iter()
            .cloned()
            .zip(arguments.iter().cloned())
            .collect();
        fields
            .into_iter()
            .enumerate()
            .map(|(index, field)| {
                let name = field.ident.as_ref().map_or(index.to_string(), |ident| {
                    super::collect::plain(&ident.to_string())
                });
                let ty = self.index.ty(def.scope, &around, &[], &field.ty);
                (name, ty.substitute(&with, true))
            })
            .collect()
    }

    /// What a constant's value says: functions whose address it takes.
    pub(super) fn value(mut self, value: &Expr) -> Body {
        self.expr(value);
        self.body
    }
}

pub(super) fn member(member: &Member) -> String {
    match member {
        Member::Named(name) => super::collect::plain(&name.to_string()),
        Member::Unnamed(index) => index.index.to_string(),
    }
}
