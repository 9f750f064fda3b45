//! What a path leads to when it is called, and when it is only named.

use std::rc::Rc;

use syn::{Expr, ExprCall, ExprPath, FnArg, PathArguments};

use super::Home;
use super::groups::Query;
use super::index::{Def, Key, Kind, Method, Shape};
use super::methods::HOPS;
use super::reason::Reason;
use super::resolve::Target;
use super::ty::{PRIMITIVES, Ty};
use super::walk::Walker;
use super::{NodeId, Why};
use crate::resolve::segments;
use crate::source::Span;

impl Walker<'_, '_> {
    pub(super) fn call_expr(&mut self, call: &ExprCall) -> Ty {
        let mut callee = &*call.func;
        while let Expr::Paren(inner) = callee {
            callee = &inner.expr;
        }
        let at = self.span(callee);
        let Expr::Path(path) = callee else {
            let ty = self.expr(callee);
            let arguments = self.arguments(call);
            return self.call_of_value(&ty, arguments.len(), at);
        };
        let names = segments(&path.path);
        if path.qself.is_none()
            && let [name] = names.as_slice()
            && let Some(ty) = self.local(&super::collect::plain(name)).cloned()
        {
            let arguments = self.arguments(call);
            return self.call_of_value(&ty, arguments.len(), at);
        }
        let arguments = self.arguments(call);
        self.called(path, &names, &arguments, at)
    }

    fn arguments(&mut self, call: &ExprCall) -> Vec<Ty> {
        let mut types = Vec::new();
        for argument in &call.args {
            let ty = self.expr(argument);
            let at = self.span(argument);
            self.coerced(&ty, at);
            types.push(ty);
        }
        types
    }

    /// A call of a value: a closure of this body was read already, anything else may be any function
    /// whose address is taken.
    fn call_of_value(&mut self, ty: &Ty, arguments: usize, at: Span) -> Ty {
        match ty {
            Ty::Foreign(name, _) if &**name == "{closure}" => ty.argument(0),
            Ty::Callable(result) => {
                self.body.indirect.entry(arguments).or_insert(at);
                (**result).clone()
            }
            _ => {
                self.body.indirect.entry(arguments).or_insert(at);
                ty.lost(Reason::FunctionValue)
            }
        }
    }

    /// A function that is called by a path.
    fn called(&mut self, path: &ExprPath, names: &[String], arguments: &[Ty], at: Span) -> Ty {
        let Some(name) = names.last().map(|name| super::collect::plain(name)) else {
            return Reason::Expression.ty();
        };
        if let Some(qualified) = &path.qself {
            let of = self.ty(&qualified.ty);
            let of_trait = (qualified.position > 0).then(|| names[qualified.position - 1].clone());
            return self.associated(&of, of_trait.as_deref(), &name, arguments, at);
        }
        if let [only] = names {
            match only.as_str() {
                "Some" => return Ty::foreign("Option", arguments.to_vec()),
                "Ok" => {
                    let error = self.result.argument(1);
                    return Ty::foreign(
                        "Result",
                        [
                            arguments.first().cloned().unwrap_or(Reason::Inferred.ty()),
                            error,
                        ],
                    );
                }
                "Err" => {
                    let value = self.result.argument(0);
                    return Ty::foreign(
                        "Result",
                        [
                            value,
                            arguments.first().cloned().unwrap_or(Reason::Inferred.ty()),
                        ],
                    );
                }
                "Self" => {
                    return self
                        .around
                        .self_ty
                        .clone()
                        .unwrap_or(Reason::Parameter.ty());
                }
                _ => {}
            }
        }
        let targets = self.index.resolve(self.scope, names);
        let mut result = Reason::Several.ty();
        for target in &targets {
            result = match target {
                Target::Def(Def::Function(node)) => {
                    self.call(*node, Why::Path, at);
                    self.returned(*node, None, arguments, Some(&path.path))
                }
                Target::Def(Def::Type(id)) => self.constructed(*id, None, arguments),
                Target::Def(Def::Variant(id, index)) => {
                    self.constructed(*id, Some(*index), arguments)
                }
                Target::Def(Def::Alias(alias)) => self.index.alias(*alias, &[]),
                Target::Def(Def::Value(_)) => {
                    self.body.indirect.entry(arguments.len()).or_insert(at);
                    Reason::FunctionValue.ty()
                }
                Target::Def(Def::Module(_) | Def::Trait(_)) => Reason::Expression.ty(),
                Target::Member(Def::Trait(index), name) => {
                    let of_trait = self.index.traits[*index].name.clone();
                    let of = arguments.first().cloned().unwrap_or(Reason::Inferred.ty());
                    // The type is that of the receiver, if there is one.
                    let declared = self.index.traits[*index].methods.get(name);
                    let receiver =
                        declared.is_some_and(|declared| declared.signature.receiver().is_some());
                    let of = if receiver { of } else { Reason::Inferred.ty() };
                    self.associated(&of, Some(&of_trait), name, arguments, at)
                }
                Target::Member(Def::Type(id), name) => {
                    let before = path.path.segments.iter().rev().nth(1);
                    let given = before.map(|segment| {
                        self.index.arguments(
                            self.scope,
                            &self.around,
                            &self.own,
                            &segment.arguments,
                        )
                    });
                    let given = given.filter(|given| !given.is_empty());
                    let given = given.unwrap_or_else(|| {
                        vec![Reason::Inferred.ty(); self.index.types[id.0].params.len()].into()
                    });
                    self.associated(&Ty::Local(*id, given), None, name, arguments, at)
                }
                Target::Member(Def::Alias(alias), name) => {
                    let of = self.index.alias(*alias, &[]);
                    self.associated(&of, None, name, arguments, at)
                }
                Target::Member(..) => Reason::Expression.ty(),
            };
        }
        if !targets.is_empty() {
            return result;
        }
        self.outside(names, &name, arguments, at, &path.path)
    }

    /// A path that leads out of the crate, or to what `Self` or a type parameter has.
    fn outside(
        &mut self,
        names: &[String],
        name: &str,
        arguments: &[Ty],
        at: Span,
        path: &syn::Path,
    ) -> Ty {
        let Some(of) = names.len().checked_sub(2).map(|index| names[index].clone()) else {
            // A function of elsewhere by its own name: `drop(x)`, `size_of::<T>()`, or what a macro of
            // elsewhere made.
            self.callbacks(name, arguments, at);
            self.generated(Some(name), at);
            return if name == "drop" {
                Ty::unit()
            } else {
                Reason::ForeignResult.ty()
            };
        };
        if of == "Self" && names.len() == 2 {
            let own = self
                .around
                .self_ty
                .clone()
                .unwrap_or(Reason::Parameter.ty());
            return self.associated(&own, None, name, arguments, at);
        }
        let is_param = self
            .own
            .iter()
            .chain(&self.around.params)
            .any(|param| **param == *of);
        if names.first().is_some_and(|first| first == "Self") || (is_param && names.len() == 2) {
            return self.associated(&Ty::Abstract(of.as_str().into()), None, name, arguments, at);
        }
        let first_is_param = self
            .own
            .iter()
            .chain(&self.around.params)
            .any(|param| **param == *names[0]);
        if first_is_param {
            return self.associated(&Ty::Abstract("".into()), None, name, arguments, at);
        }
        // A type of elsewhere, or a trait of elsewhere: which of the two is not known.
        let before = path.segments.iter().rev().nth(1);
        let given = before.map_or(Rc::new([]) as Rc<[Ty]>, |segment| {
            match &segment.arguments {
                PathArguments::None => Rc::new([]),
                list => self
                    .index
                    .arguments(self.scope, &self.around, &self.own, list),
            }
        });
        let every = Query::named(name).of_trait(Some(&of));
        let mut own: Vec<NodeId> = Vec::new();
        // Of a trait that is called with a value of a known type, that type's.
        if let Some(Ty::Local(id, _)) = arguments.first() {
            let (_, found) = self.index.group(every.clone());
            let methods = self.index.of_type(Key::Local(*id), name).iter();
            let nodes = methods.map(|method| method.node);
            own.extend(nodes.filter(|node| found.binary_search(node).is_ok()));
        }
        if own.is_empty() {
            self.call_all(every, Why::Trait, at);
        }
        own.iter().for_each(|node| self.call(*node, Why::Trait, at));
        let ty = Ty::Foreign(of.as_str().into(), given.clone());
        let key = Key::Foreign(of.as_str().into());
        let own: Vec<NodeId> = self.fitting(&key, name, arguments.len(), false);
        own.iter()
            .for_each(|node| self.call(*node, Why::Method, at));
        let any = Query::any(name).arguments(arguments.len());
        self.call_all(any, Why::Trait, at);
        self.callbacks(name, arguments, at);
        self.generated(Some(name), at);
        match (of.as_str(), name) {
            (
                "Box" | "Rc" | "Arc" | "Cell" | "RefCell" | "UnsafeCell" | "ManuallyDrop"
                | "MaybeUninit" | "Some",
                "new",
            ) if !arguments.is_empty() => Ty::foreign(&of, [arguments[0].clone()]),
            (
                "Vec" | "String" | "Option" | "Cell" | "HashMap" | "BTreeMap",
                "new" | "with_capacity" | "from",
            ) => ty,
            ("mem", "replace" | "take") => arguments
                .first()
                .cloned()
                .unwrap_or(Reason::ForeignResult.ty()),
            ("cmp", "max" | "min") => arguments
                .first()
                .cloned()
                .unwrap_or(Reason::ForeignResult.ty()),
            (
                primitive,
                "from" | "from_be_bytes" | "from_le_bytes" | "from_ne_bytes" | "max_value"
                | "min_value",
            ) if PRIMITIVES.contains(&primitive) => ty,
            _ if !own.is_empty() => self.common(&own, Some(&ty), arguments),
            _ => Reason::ForeignResult.ty(),
        }
    }

    /// Methods of a key under a name with so many arguments, the receiver among them.
    pub(super) fn fitting(
        &self,
        key: &Key,
        name: &str,
        arguments: usize,
        receiver: bool,
    ) -> Vec<NodeId> {
        let fits =
            |method: &&Method| method.arguments == arguments && (method.receiver || !receiver);
        self.index
            .of_type(key.clone(), name)
            .iter()
            .filter(fits)
            .map(|method| method.node)
            .collect()
    }

    /// A function of a type, called by its path.
    pub(super) fn associated(
        &mut self,
        of: &Ty,
        of_trait: Option<&str>,
        name: &str,
        arguments: &[Ty],
        at: Span,
    ) -> Ty {
        let count = arguments.len();
        let in_trait = |walker: &Self, node: &NodeId| {
            of_trait.is_none_or(|wanted| match &walker.index.homes[node.0] {
                Home::TraitImpl(_, known) | Home::TraitDefault(known) => known == wanted,
                _ => false,
            })
        };
        let generic = |walker: &mut Self| {
            let every = Query::named(name).of_traits().arguments(count);
            walker.call_all(every.of_trait(of_trait), Why::Trait, at);
            walker.callbacks(name, arguments, at);
            walker.generated(None, at);
            walker.declared(of_trait, name, of, arguments)
        };
        let Some(key) = super::index::key(of) else {
            return generic(self);
        };
        if let Ty::Local(id, _) = of
            && let Some(index) = self.variant_of(*id, name)
        {
            return self.constructed(*id, Some(index), arguments);
        }
        let own: Vec<NodeId> = self.fitting(&key, name, count, false);
        let own: Vec<NodeId> = own
            .into_iter()
            .filter(|node| in_trait(self, node))
            .collect();
        if !own.is_empty() {
            own.iter()
                .for_each(|node| self.call(*node, Why::Method, at));
            return self.common(&own, Some(of), arguments);
        }
        let any = Query::any(name).arguments(count).of_trait(of_trait);
        let any = self.call_all(any, Why::Trait, at);
        self.opaque(of, at);
        self.callbacks_of(of, name, at);
        if let Ty::Local(id, _) = of
            && let Some(target) = self.index.targets.get(id).cloned()
            && any.is_empty()
            && self.hops < HOPS
        {
            // `Type::method` of what the type dereferences to is written for `Self` only.
            self.hops += 1;
            let result = self.associated(&target, of_trait, name, arguments, at);
            self.hops -= 1;
            return result;
        }
        match &*any {
            [] if name == "default" || name == "new" => of.clone(),
            any => self.common(any, Some(of), arguments),
        }
    }

    fn variant_of(&self, id: super::ty::TypeId, name: &str) -> Option<usize> {
        match self.index.variant(id, name) {
            Some(Def::Variant(_, index)) => Some(index),
            _ => None,
        }
    }

    /// What a method that a trait of the crate declares returns.
    pub(super) fn declared(&self, of_trait: Option<&str>, name: &str, of: &Ty, _: &[Ty]) -> Ty {
        // Without a trait's name: another trait, of elsewhere, may have a method of that name.
        let Some(wanted) = of_trait else {
            return Reason::Parameter.ty();
        };
        let declaring = self.index.declaring.get(name).into_iter().flatten();
        let mut declared = declaring
            .map(|of| &self.index.traits[*of])
            .filter(|found| found.name == wanted)
            .filter_map(|found| found.methods.get(name));
        let (Some(only), None) = (declared.next(), declared.next()) else {
            return Reason::Several.ty();
        };
        let scope = only.around.scope.unwrap_or(self.scope);
        let own = super::collect::params(&only.signature.generics);
        let result = self
            .index
            .result(scope, &only.around, &own, &only.signature.output);
        result.substitute(&[("Self".into(), of.clone())], true)
    }

    /// What a function returns, given the type it is called on and its arguments.
    pub(super) fn returned(
        &self,
        node: NodeId,
        on: Option<&Ty>,
        arguments: &[Ty],
        path: Option<&syn::Path>,
    ) -> Ty {
        let Kind::Function(function) = &self.index.kinds[node.0] else {
            return match (&self.index.kinds[node.0], on) {
                (
                    Kind::Derived {
                        method: Some("clone" | "default"),
                        ..
                    },
                    Some(on),
                ) => on.clone(),
                (
                    Kind::Derived {
                        method: Some("eq"), ..
                    },
                    _,
                ) => Ty::foreign("bool", []),
                (
                    Kind::Derived {
                        method: Some("cmp"),
                        ..
                    },
                    _,
                ) => Ty::foreign("Ordering", []),
                _ => Reason::Macro.ty(),
            };
        };
        let own = super::collect::params(&function.signature.generics);
        let around = &function.around;
        let result = function
            .result
            .get_or_init(|| {
                self.index
                    .result(function.scope, around, &own, &function.signature.output)
            })
            .clone();
        let mut bound = Vec::new();
        if let (Some(pattern), Some(on)) = (&around.self_ty, on) {
            pattern.bind(on, &mut bound);
        }
        if let Some(PathArguments::AngleBracketed(_)) = path
            .and_then(|path| path.segments.last())
            .map(|last| &last.arguments)
            && let Some(last) = path.and_then(|path| path.segments.last())
        {
            let given = self
                .index
                .arguments(self.scope, &self.around, &self.own, &last.arguments);
            bound.extend(own.iter().cloned().zip(given.iter().cloned()));
        }
        let inputs: Vec<&FnArg> = function.signature.inputs.iter().collect();
        // Of a method call, the receiver is not among the arguments.
        let skip = inputs.len().saturating_sub(arguments.len());
        for (input, given) in inputs.iter().skip(skip).zip(arguments) {
            if let FnArg::Typed(typed) = input
                && !given.is_unknown()
            {
                let declared = self.index.ty(function.scope, around, &own, &typed.ty);
                declared.bind(given, &mut bound);
            }
        }
        result.substitute(&bound, true)
    }

    /// What several candidates return, where they agree.
    pub(super) fn common(&self, nodes: &[NodeId], on: Option<&Ty>, arguments: &[Ty]) -> Ty {
        let mut results = nodes
            .iter()
            .map(|node| self.returned(*node, on, arguments, None));
        let Some(first) = results.next() else {
            return Reason::ForeignResult.ty();
        };
        match results.all(|other| other == first) {
            true => first,
            false => Reason::Several.ty(),
        }
    }

    /// A value of a tuple struct, or of a variant.
    fn constructed(&self, id: super::ty::TypeId, variant: Option<usize>, arguments: &[Ty]) -> Ty {
        let params = &self.index.types[id.0].params;
        let name = match (&self.index.types[id.0].shape, variant) {
            (Shape::Variants(variants), Some(index)) => {
                variants.get(index).map(|(name, _)| name.clone())
            }
            _ => None,
        };
        let itself: Vec<Ty> = params
            .iter()
            .map(|param| Ty::Abstract(param.clone()))
            .collect();
        let mut bound = Vec::new();
        for ((_, declared), given) in self
            .fields(id, name.as_deref(), &itself)
            .iter()
            .zip(arguments)
        {
            declared.bind(given, &mut bound);
        }
        let known = params.iter().map(|param| {
            let known = bound.iter().find(|(name, _)| name == param);
            known.map_or(Reason::Inferred.ty(), |(_, ty)| ty.clone())
        });
        Ty::Local(id, known.collect())
    }

    /// A path that is named as a value: a function whose address is taken.
    pub(super) fn mention(&mut self, path: &ExprPath, names: &[String], at: Span) {
        let name = names
            .last()
            .map(|name| super::collect::plain(name))
            .unwrap_or_default();
        let mut found: Vec<NodeId> = Vec::new();
        let all = |walker: &Self, key: Key| -> Vec<NodeId> {
            let methods = walker.index.of_type(key, &name);
            methods.iter().map(|method| method.node).collect()
        };
        let any = || Query::any(&name);
        let every = || Query::named(&name);
        if let Some(qualified) = &path.qself {
            match super::index::key(&self.ty(&qualified.ty)) {
                Some(key) => {
                    found.extend(all(self, key));
                    self.take_all(any(), Why::Path, at);
                }
                None => self.take_all(every(), Why::Trait, at),
            }
        } else {
            let targets = self.index.resolve(self.scope, names);
            for target in &targets {
                match target {
                    Target::Def(Def::Function(node)) => found.push(*node),
                    Target::Member(Def::Type(id), _) => {
                        found.extend(all(self, Key::Local(*id)));
                        self.take_all(any(), Why::Path, at);
                        self.opaque(&Ty::Local(*id, Rc::new([])), at);
                    }
                    Target::Member(Def::Alias(alias), _) => {
                        if let Some(key) = super::index::key(&self.index.alias(*alias, &[])) {
                            found.extend(all(self, key));
                        }
                    }
                    Target::Member(Def::Trait(index), _) => {
                        let of = &self.index.traits[*index].name;
                        self.take_all(every().of_trait(Some(of)), Why::Trait, at);
                    }
                    _ => {}
                }
            }
            if targets.is_empty() && names.len() > 1 {
                let of = &names[names.len() - 2];
                let own = if of == "Self" {
                    self.around.self_ty.clone()
                } else {
                    None
                };
                match own.as_ref().and_then(super::index::key) {
                    Some(key) => {
                        found.extend(all(self, key));
                        self.take_all(any(), Why::Path, at);
                    }
                    None => {
                        let mut params = self.own.iter().chain(&self.around.params);
                        if of == "Self" || params.any(|param| **param == **of) {
                            self.take_all(every().of_traits(), Why::Trait, at);
                        }
                        found.extend(all(self, Key::Foreign(of.as_str().into())));
                        self.take_all(every().of_trait(Some(of)), Why::Trait, at);
                    }
                }
            }
        }
        for node in found {
            self.call(node, Why::Path, at);
            self.body.taken.nodes.insert(node);
        }
    }
}
