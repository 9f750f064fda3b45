//! What a path leads to when it is called.

use std::rc::Rc;

use syn::{Expr, ExprCall, ExprPath, PathArguments};

use super::groups::Query;
use super::index::{Def, Key};
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
}
