//! Expressions that are values by themselves: closures, paths, literals.

use std::collections::HashMap;
use std::rc::Rc;

use syn::{ExprClosure, Lit, ReturnType, Type};

use super::index::{Def, Shape};
use super::reason::Reason;
use super::resolve::Target;
use super::ty::{INTEGER, Ty};
use super::walk::Walker;
use crate::resolve::segments;

impl Walker<'_, '_> {
    pub(super) fn closure(&mut self, closure: &ExprClosure, parameters: &[Ty]) -> Ty {
        self.locals.push(HashMap::new());
        for (index, input) in closure.inputs.iter().enumerate() {
            let ty = parameters
                .get(index)
                .cloned()
                .unwrap_or(Reason::Closure.ty());
            self.pattern(input, &ty);
        }
        self.within.push(closure.inputs.len());
        let (result, declared) = (
            std::mem::replace(&mut self.result, Reason::Inferred.ty()),
            &closure.output,
        );
        if let ReturnType::Type(_, ty) = declared {
            self.result = self.ty(ty);
        }
        let returned = self.expr(&closure.body);
        let at = self.span(&closure.body);
        self.coerced(&returned, at);
        self.result = result;
        self.within.pop();
        self.locals.pop();
        let returned = match declared {
            ReturnType::Type(_, ty) if !matches!(**ty, Type::Infer(_)) => self.ty(ty),
            _ => returned,
        };
        Ty::foreign("{closure}", [returned])
    }

    /// A path as a value.
    pub(super) fn path_expr(&mut self, path: &syn::ExprPath) -> Ty {
        let names = segments(&path.path);
        if path.qself.is_none()
            && let [name] = names.as_slice()
        {
            let name = super::collect::plain(name);
            if let Some(ty) = self.local(&name) {
                return ty.clone();
            }
            if name == "None" {
                return Ty::foreign("Option", [Reason::Inferred.ty()]);
            }
        }
        let mut result = Reason::ForeignResult.ty();
        if path.qself.is_none() {
            if names == ["Self"] {
                return self
                    .around
                    .self_ty
                    .clone()
                    .unwrap_or(Reason::Parameter.ty());
            }
            for target in self.index.resolve(self.scope, &names) {
                match target {
                    Target::Def(Def::Value(index)) => {
                        let value = &self.index.values[index];
                        result = self.index.ty(
                            value.scope,
                            &super::index::Around::default(),
                            &[],
                            value.ty,
                        );
                    }
                    Target::Def(Def::Variant(id, _) | Def::Type(id)) => {
                        let count = self.index.types[id.0].params.len();
                        let of = Ty::Local(id, vec![Reason::Inferred.ty(); count].into());
                        let unit = !matches!(
                            self.index.types[id.0].shape,
                            Shape::Fields(syn::Fields::Unnamed(_))
                        );
                        result = if unit { of } else { Reason::Inferred.ty() };
                    }
                    _ => {}
                }
            }
            if names.first().is_some_and(|first| first == "Self")
                && names.len() == 2
                && let Some(Ty::Local(id, arguments)) = &self.around.self_ty
                && self.index.variant(*id, &names[1]).is_some()
            {
                result = Ty::Local(*id, arguments.clone());
            }
        }
        let at = self.span(path);
        self.mention(path, &names, at);
        result
    }
}

pub(super) fn literal_ty(literal: &Lit) -> Ty {
    match literal {
        Lit::Str(_) => Ty::foreign("str", []),
        Lit::ByteStr(_) => Ty::Slice(Rc::new(Ty::foreign("u8", []))),
        Lit::CStr(_) => Ty::foreign("CStr", []),
        Lit::Byte(_) => Ty::foreign("u8", []),
        Lit::Char(_) => Ty::foreign("char", []),
        Lit::Int(number) if number.suffix().is_empty() => Ty::foreign(INTEGER, []),
        Lit::Int(number) => Ty::foreign(number.suffix(), []),
        Lit::Float(number) if number.suffix().is_empty() => Ty::foreign("f64", []),
        Lit::Float(number) => Ty::foreign(number.suffix(), []),
        Lit::Bool(_) => Ty::foreign("bool", []),
        _ => Reason::Expression.ty(),
    }
}
