//! What a call results in, by the signature of what it may lead to.

use syn::{FnArg, PathArguments};

use super::NodeId;
use super::index::{Kind, Shape};
use super::reason::Reason;
use super::ty::Ty;
use super::walk::Walker;

impl Walker<'_, '_> {
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
    pub(super) fn constructed(
        &self,
        id: super::ty::TypeId,
        variant: Option<usize>,
        arguments: &[Ty],
    ) -> Ty {
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
}
