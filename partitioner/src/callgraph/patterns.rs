//! Patterns: the names that they bind, with the types of the parts that they take apart.

use std::rc::Rc;

use syn::{Member, Pat};

use super::index::{Around, Def, Shape};
use super::reason::Reason;
use super::resolve::Target;
use super::ty::{Ty, TypeId};
use super::walk::Walker;
use crate::resolve::segments;

impl Walker<'_, '_> {
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
}

pub(super) fn member(member: &Member) -> String {
    match member {
        Member::Named(name) => super::collect::plain(&name.to_string()),
        Member::Unnamed(index) => index.index.to_string(),
    }
}
