//! What is called without being written as a call: operators, indexing, dereferencing, `?`, loops,
//! format strings, and drops.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Expr, Lit, Macro, Pat, Token};

use super::groups::Query;
use super::index::{Key, key};
use super::reason::Reason;
use super::standard;
use super::ty::Ty;
use super::walk::Walker;
use super::{NodeId, Why};
use crate::source::Span;

/// How deep macros that make macro calls go.
const DEEPEST: usize = 64;

/// How many calls of macros are expanded in one body: one that calls itself twice has no other end.
const MOST_CALLS: usize = 20_000;

/// Macros of the standard library that only take text or types.
const INERT: &[&str] = &[
    "cfg",
    "column",
    "compile_error",
    "concat",
    "env",
    "file",
    "include_bytes",
    "include_str",
    "line",
    "module_path",
    "option_env",
    "stringify",
];

impl Walker<'_, '_> {
    /// An operator on a value of a type, the other operand being of another.
    pub(super) fn operator(
        &mut self,
        left: &Ty,
        methods: &[&str],
        right: Option<&Ty>,
        at: Span,
    ) -> Ty {
        let primitive = left.is_primitive()
            && right.is_none_or(|right| right.is_primitive() || right.is_unknown());
        if left.is_primitive() && right.is_none_or(Ty::is_primitive) {
            return left.clone();
        }
        let mut result = if primitive {
            left.clone()
        } else {
            left.lost(Reason::ForeignResult)
        };
        let with_number = left.is_primitive() || right.is_some_and(Ty::is_primitive);
        for name in methods {
            match key(left) {
                Some(of) => {
                    let own: Vec<NodeId> = self
                        .index
                        .of_type(of, name)
                        .iter()
                        .map(|method| method.node)
                        .collect();
                    own.iter()
                        .for_each(|node| self.call(*node, Why::Operator, at));
                    if !own.is_empty() {
                        let arguments: Vec<Ty> = right.into_iter().cloned().collect();
                        result = self.common(&own, Some(left), &arguments);
                    }
                    self.opaque(left, at);
                    match left {
                        // What is in it is compared, too.
                        Ty::Foreign(..) | Ty::Tuple(_) | Ty::Slice(_) if !left.is_primitive() => {
                            self.calls_back(left, name, at)
                        }
                        Ty::Local(..) if own.is_empty() => self.through(left, name, at),
                        _ => {}
                    }
                }
                None => {
                    // A derived comparison is of two values of that type: not with a number.
                    let query = Query::named(name).of_traits().written(with_number);
                    self.call_all(query, Why::Operator, at);
                    self.generated(None, at);
                }
            }
        }
        result
    }

    /// An operator that a type does not have itself may be that of what it dereferences to.
    fn through(&mut self, ty: &Ty, name: &str, at: Span) {
        if let Some(target) = self.pointee(ty, at) {
            self.calls_back(&target, name, at);
        }
    }

    pub(super) fn indexed(&mut self, base: &Ty, by: &Ty, at: Span) -> Ty {
        let mut ty = base.clone();
        for _ in 0..8 {
            match &ty {
                Ty::Slice(element) => {
                    return match by {
                        Ty::Foreign(name, _) if name.starts_with("Range") => ty.clone(),
                        index if index.is_primitive() => (**element).clone(),
                        _ => Reason::ForeignResult.ty(),
                    };
                }
                Ty::Local(..) => {
                    let of = key(&ty).unwrap_or(Key::Any);
                    let mut own: Vec<NodeId> = Vec::new();
                    for name in ["index", "index_mut"] {
                        own.extend(
                            self.index
                                .of_type(of.clone(), name)
                                .iter()
                                .map(|method| method.node),
                        );
                    }
                    if !own.is_empty() {
                        own.iter()
                            .for_each(|node| self.call(*node, Why::Operator, at));
                        return self.common(&own, Some(&ty), std::slice::from_ref(by));
                    }
                    self.opaque(&ty, at);
                }
                Ty::Unknown(_) | Ty::Abstract(_) => break,
                _ => {}
            }
            match self.pointee(&ty, at) {
                Some(target) => ty = target,
                None => break,
            }
        }
        match &ty {
            Ty::Foreign(name, _) if standard::knows(name) => {}
            Ty::Tuple(_) | Ty::Callable(_) | Ty::Never => {}
            _ => {
                for name in ["index", "index_mut"] {
                    self.every_operator(name, at);
                }
            }
        }
        ty.lost(Reason::ForeignType)
    }

    fn every_operator(&mut self, name: &str, at: Span) {
        self.call_all(Query::named(name).of_traits(), Why::Operator, at);
        self.generated(None, at);
        self.derefs(at);
    }

    fn derefs(&mut self, at: Span) {
        self.call_all(Query::derefs(), Why::Operator, at);
    }

    /// `*value`.
    pub(super) fn dereferenced(&mut self, ty: &Ty, at: Span) -> Ty {
        match ty {
            Ty::Unknown(_) | Ty::Abstract(_) => {
                self.derefs(at);
                ty.lost(Reason::Parameter)
            }
            Ty::Foreign(name, _) if &**name == "*" || &**name == "NonNull" => ty.argument(0),
            _ => match self.pointee(ty, at) {
                // References are not kept apart: `*x` of a reference to a guard is the guard itself.
                Some(_) if matches!(ty, Ty::Local(..)) => Reason::Several.ty(),
                Some(target) => target,
                None => ty.clone(),
            },
        }
    }

    /// A value where a reference to what it dereferences to may be wanted.
    pub(super) fn coerced(&mut self, ty: &Ty, at: Span) {
        match ty {
            Ty::Unknown(_) => {
                self.derefs(at);
            }
            Ty::Local(..) => {
                self.pointee(ty, at);
            }
            Ty::Foreign(_, arguments) if arguments.len() == 1 => {
                if let Some(target) = standard::pointee(ty) {
                    self.coerced(&target, at);
                }
            }
            _ => {}
        }
    }

    /// A field of a value.
    pub(super) fn field(&mut self, base: &Ty, name: &str, at: Span) -> Ty {
        let mut ty = base.clone();
        for _ in 0..8 {
            match &ty {
                Ty::Local(id, arguments) => {
                    let fields = self.fields(*id, None, arguments);
                    if let Some((_, found)) = fields.into_iter().find(|(known, _)| known == name) {
                        return found;
                    }
                }
                Ty::Tuple(parts) => {
                    let index: Option<usize> = name.parse().ok();
                    return index
                        .and_then(|index| parts.get(index))
                        .cloned()
                        .unwrap_or(Reason::Inferred.ty());
                }
                _ => {}
            }
            match self.pointee(&ty, at) {
                Some(target) => ty = target,
                None => break,
            }
        }
        if !matches!(&ty, Ty::Foreign(name, _) if standard::knows(name)) {
            self.derefs(at);
        }
        ty.lost(Reason::ForeignType)
    }

    /// `for` over a value: what the pattern gets.
    pub(super) fn iterate(&mut self, over: &Ty, at: Span) -> Ty {
        match over {
            Ty::Slice(element) => return (**element).clone(),
            Ty::Foreign(name, _)
                if matches!(
                    &**name,
                    "Range" | "RangeInclusive" | "Iter" | "Vec" | "Option" | "BTreeSet" | "HashSet"
                ) =>
            {
                if &**name == "Iter" {
                    self.calls_back(&over.argument(0), "next", at);
                }
                return over.argument(0);
            }
            _ => {}
        }
        let into = self.method(over, "into_iter", &[], at);
        let own = match over {
            Ty::Local(id, _) => self.fitting(&Key::Local(*id), "next", 1, true),
            _ => Vec::new(),
        };
        if own.is_empty() {
            for name in ["into_iter", "next"] {
                self.call_all(Query::named(name).of_traits(), Why::Operator, at);
            }
            self.generated(None, at);
            return match into {
                Ty::Foreign(name, inner) if &*name == "Iter" => {
                    inner.first().cloned().unwrap_or(Reason::ForeignResult.ty())
                }
                _ => into.lost(Reason::ForeignResult),
            };
        }
        own.iter()
            .for_each(|node| self.call(*node, Why::Operator, at));
        match self.common(&own, Some(over), &[]) {
            Ty::Foreign(name, inner) if &*name == "Option" => {
                inner.first().cloned().unwrap_or(Reason::ForeignResult.ty())
            }
            _ => Reason::Several.ty(),
        }
    }

    /// `value?`: the error may be converted, and a type may be tried that is not the standard library's.
    pub(super) fn tried(&mut self, ty: &Ty, at: Span) -> Ty {
        let error = self.result.argument(1);
        let option = matches!(ty, Ty::Foreign(name, _) if &**name == "Option");
        if !option {
            match &error {
                Ty::Local(id, _) => {
                    let own: Vec<NodeId> = self
                        .index
                        .of_type(Key::Local(*id), "from")
                        .iter()
                        .map(|method| method.node)
                        .collect();
                    own.iter()
                        .for_each(|node| self.call(*node, Why::Operator, at));
                    self.opaque(&error, at);
                }
                _ => self.every("from", at, false),
            }
        }
        match ty {
            Ty::Foreign(name, _) if matches!(&**name, "Option" | "Result") => ty.argument(0),
            _ => {
                for name in ["branch", "from_residual", "from_output"] {
                    self.every(name, at, false);
                }
                ty.lost(Reason::ForeignType)
            }
        }
    }

    /// What goes out of scope at the end of a body.
    pub(super) fn drops(&mut self, at: Span) {
        if let Some(unknown) = self.unknown {
            self.call_all(Query::drops(), Why::Drop, unknown);
            return;
        }
        let index = self.index;
        for ty in std::mem::take(&mut self.types) {
            let Some(dropped) = index.dropped.get(&ty) else {
                continue;
            };
            if dropped.any {
                self.call_all(Query::drops(), Why::Drop, at);
            }
            for node in &dropped.own {
                self.call(*node, Why::Drop, at);
            }
        }
    }

    /// A macro in a body.
    pub(super) fn macro_call(&mut self, call: &Macro) -> Ty {
        let name = call
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        let at = self.span(call);
        if self.macros.knows(&name) && self.depth < DEEPEST && self.expanded < MOST_CALLS {
            self.expanded += 1;
            if let Some(lists) = self.macros.statements(&name, &call.tokens) {
                let made_at = self.made_at.replace(at);
                self.depth += 1;
                let mut result = Reason::Macro.ty();
                for statements in lists {
                    // What a macro declares is seen after it only if the name was given to it: names are
                    // bound in any case, which costs precision alone.
                    result = self.statements(&statements);
                }
                self.depth -= 1;
                self.made_at = made_at;
                return result;
            }
            self.tokens(&call.tokens, at);
            return Reason::Macro.ty();
        }
        let name = name.as_str();
        if INERT.contains(&name) {
            return Ty::foreign(if name == "cfg" { "bool" } else { "str" }, []);
        }
        match name {
            "matches" | "assert_matches" => {
                if let Ok((value, pattern)) = matches.parse2(call.tokens.clone()) {
                    let ty = self.expr(&value);
                    self.locals.push(std::collections::HashMap::new());
                    self.pattern(&pattern, &ty);
                    self.locals.pop();
                } else {
                    self.tokens(&call.tokens, at);
                }
                return Ty::foreign("bool", []);
            }
            "vec" => {
                let tokens = &call.tokens;
                return match syn::parse2::<Expr>(quote::quote!([#tokens])) {
                    Ok(array) => match self.expr(&array) {
                        Ty::Slice(element) => Ty::foreign("Vec", [(*element).clone()]),
                        _ => Reason::Macro.ty(),
                    },
                    Err(_) => Reason::Macro.ty(),
                };
            }
            _ => {}
        }
        let parser = Punctuated::<Expr, Token![,]>::parse_terminated;
        match parser.parse2(call.tokens.clone()) {
            Ok(list) => {
                let mut types = Vec::new();
                for argument in &list {
                    let value = match argument {
                        Expr::Assign(assign) => &*assign.right,
                        other => other,
                    };
                    types.push(self.expr(value));
                }
                self.captured(&call.tokens, &mut types);
                if matches!(name, "write" | "writeln")
                    && let Some(first) = types.first().cloned()
                {
                    self.method(&first, "write_fmt", &[Reason::Inferred.ty()], at);
                    self.calls_back(&first, "write_str", at);
                }
                if matches!(
                    name,
                    "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne"
                ) && let [left, right, ..] = types.as_slice()
                {
                    let (left, right) = (left.clone(), right.clone());
                    self.operator(&left, &["eq"], Some(&right), at);
                }
                types.iter().for_each(|ty| self.calls_back(ty, "fmt", at));
            }
            Err(_) => self.tokens(&call.tokens, at),
        }
        match name {
            "panic" | "unreachable" | "todo" | "unimplemented" => Ty::Never,
            "format" => Ty::foreign("String", []),
            "write" | "writeln" => Ty::foreign("Result", [Ty::unit(), Ty::foreign("Error", [])]),
            "assert" | "assert_eq" | "assert_ne" | "debug_assert" | "debug_assert_eq"
            | "debug_assert_ne" => Ty::unit(),
            _ => Reason::Macro.ty(),
        }
    }

    /// The names that format strings capture.
    fn captured(&mut self, tokens: &TokenStream, types: &mut Vec<Ty>) {
        for token in tokens.clone() {
            let TokenTree::Literal(literal) = token else {
                continue;
            };
            let Lit::Str(text) = Lit::new(literal) else {
                continue;
            };
            for part in text.value().split('{').skip(1) {
                let name: String = part
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                    types.push(self.local(&name).cloned().unwrap_or(Reason::Macro.ty()));
                }
            }
        }
    }

    /// Tokens that are not understood: whatever they name may be called.
    pub(super) fn tokens(&mut self, tokens: &TokenStream, at: Span) {
        let mut queue = vec![tokens.clone()];
        while let Some(tokens) = queue.pop() {
            for token in tokens {
                match token {
                    TokenTree::Group(group) => queue.push(group.stream()),
                    TokenTree::Ident(ident) => {
                        let name = super::collect::plain(&ident.to_string());
                        self.call_all(Query::named(&name), Why::UnknownReceiver, at);
                        for def in self.index.name(self.scope, &name).iter().copied() {
                            if let super::index::Def::Function(node) = def {
                                self.call(node, Why::UnknownReceiver, at);
                            }
                        }
                        self.callbacks_of(&Reason::Macro.ty(), &name, at);
                    }
                    _ => {}
                }
            }
        }
        self.unknown.get_or_insert(at);
        self.body.unknown.add(Reason::Macro, at);
        for name in [
            "fmt",
            "eq",
            "partial_cmp",
            "index",
            "index_mut",
            "next",
            "into_iter",
            "from",
            "deref",
            "deref_mut",
        ] {
            self.every(name, at, false);
        }
    }
}

fn matches(input: ParseStream<'_>) -> syn::Result<(Expr, Pat)> {
    let value = input.parse()?;
    input.parse::<Token![,]>()?;
    let mut pattern = Pat::parse_multi_with_leading_vert(input)?;
    if input.peek(Token![if]) {
        let if_token = input.parse()?;
        let guard = input.parse()?;
        pattern = Pat::Guard(syn::PatGuard {
            attrs: Vec::new(),
            pat: Box::new(pattern),
            if_token,
            guard: Box::new(guard),
        });
    }
    input.parse::<Option<Token![,]>>()?;
    // What else there is, as of `assert_matches!`, is text.
    input.step(|cursor| {
        let mut rest = *cursor;
        while let Some((_, next)) = rest.token_tree() {
            rest = next;
        }
        Ok(((), rest))
    })?;
    Ok((value, pattern))
}
