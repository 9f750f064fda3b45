//! Types as far as names tell: the head of a type, what it is another name for, what it dereferences to.
//!
//! Types are known by their last name. Two of one name would be confused, which costs precision: the
//! compiler checks both halves afterwards.

use std::collections::BTreeMap;

use syn::visit_mut::VisitMut;
use syn::{Fields, GenericArgument, Item, PathArguments, Type};

use crate::api::Api;
use crate::driver::{Driver, Function};

/// The type behind references and parentheses.
pub fn strip(ty: &Type) -> &Type {
    match ty {
        Type::Reference(reference) => strip(&reference.elem),
        Type::Paren(paren) => strip(&paren.elem),
        Type::Group(group) => strip(&group.elem),
        ty => ty,
    }
}

/// The last name of a type's path, references aside.
pub fn head(ty: &Type) -> Option<String> {
    match strip(ty) {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// The type arguments of a type's last name.
pub fn arguments(ty: &Type) -> Vec<Type> {
    let Type::Path(path) = strip(ty) else {
        return Vec::new();
    };
    let Some(segment) = path.path.segments.last() else {
        return Vec::new();
    };
    let PathArguments::AngleBracketed(list) = &segment.arguments else {
        return Vec::new();
    };
    list.args
        .iter()
        .filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty.clone()),
            _ => None,
        })
        .collect()
}

/// Replaces names of type parameters.
pub fn substitute(ty: &Type, with: &BTreeMap<String, Type>) -> Type {
    struct Substitute<'a>(&'a BTreeMap<String, Type>);
    impl VisitMut for Substitute<'_> {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if let Type::Path(path) = ty
                && path.qself.is_none()
                && let Some(ident) = path.path.get_ident()
                && let Some(replacement) = self.0.get(&ident.to_string())
            {
                *ty = replacement.clone();
                return;
            }
            syn::visit_mut::visit_type_mut(self, ty);
        }
    }
    let mut ty = ty.clone();
    Substitute(with).visit_type_mut(&mut ty);
    ty
}

/// `Self` and `Self::Name` in a function replaced by what they stand for.
pub fn concrete(ty: &Type, function: &Function) -> Type {
    struct Concrete<'a>(&'a Function);
    impl VisitMut for Concrete<'_> {
        fn visit_type_mut(&mut self, ty: &mut Type) {
            if let Type::Path(path) = ty
                && path.qself.is_none()
                && path
                    .path
                    .segments
                    .first()
                    .is_some_and(|segment| segment.ident == "Self")
            {
                let second = path.path.segments.iter().nth(1);
                let replacement = match second {
                    None => self.0.self_type.clone(),
                    Some(name) => self
                        .0
                        .associated
                        .iter()
                        .find(|(associated, _)| name.ident == associated)
                        .map(|(_, ty)| ty.clone()),
                };
                if let Some(replacement) = replacement {
                    *ty = replacement;
                }
                return;
            }
            syn::visit_mut::visit_type_mut(self, ty);
        }
    }
    let mut ty = ty.clone();
    Concrete(function).visit_type_mut(&mut ty);
    ty
}

/// What is known of types: those of the driver and those of the API.
#[derive(Clone, Copy, Debug)]
pub struct Types<'a> {
    /// The driver.
    pub driver: &'a Driver,
    /// The API.
    pub api: &'a Api,
}

impl Types<'_> {
    /// What a type is another name for, or itself.
    pub fn expand(&self, ty: &Type) -> Type {
        let ty = strip(ty).clone();
        let Some(name) = head(&ty) else { return ty };
        let alias = match self
            .driver
            .type_item(&name)
            .map(|id| &self.driver.item(id).item)
        {
            Some(Item::Type(item)) => {
                let parameters = item
                    .generics
                    .type_params()
                    .map(|parameter| parameter.ident.to_string());
                Some((parameters.collect(), (*item.ty).clone()))
            }
            Some(_) => None,
            None => self
                .api
                .types
                .get(&name)
                .and_then(|found| found.alias.clone()),
        };
        match alias {
            // An alias of its own name, as `Result<T>` for `core::result::Result<T, Error>`.
            Some((_, target)) if head(&target).as_deref() == Some(name.as_str()) => ty,
            Some((parameters, target)) => {
                let with = Vec::into_iter(parameters).zip(arguments(&ty)).collect();
                self.expand(&substitute(&target, &with))
            }
            None => ty,
        }
    }

    /// The type of a named field, looking through smart pointers.
    pub fn field(&self, ty: &Type, field: &str) -> Option<Type> {
        let ty = self.expand(ty);
        let name = head(&ty)?;
        if let Some(id) = self.driver.type_item(&name) {
            if let Item::Struct(item) = &self.driver.item(id).item
                && let Some(found) = fields(&item.fields).find(|(name, _)| name == field)
            {
                return Some(found.1.clone());
            }
        } else if let Some(found) = self.api.types.get(&name)
            && let Some(ty_of_field) = found.fields.get(field)
        {
            let with = found
                .parameters
                .iter()
                .cloned()
                .zip(arguments(&ty))
                .collect();
            return Some(substitute(ty_of_field, &with));
        }
        self.field(&self.deref(&ty)?, field)
    }

    /// What a type of the API dereferences to.
    pub fn deref(&self, ty: &Type) -> Option<Type> {
        let (pattern, target) = self.api.deref.get(&head(ty)?)?;
        let names = arguments(pattern)
            .into_iter()
            .filter_map(|argument| head(&argument));
        Some(substitute(target, &names.zip(arguments(ty)).collect()))
    }

    /// Whether a value of this type exists only in the kernel; the type to blame.
    pub fn kernel_only(&self, ty: &Type) -> Option<String> {
        self.kernel_only_within(ty, &mut Vec::new())
    }

    fn kernel_only_within(&self, ty: &Type, seen: &mut Vec<String>) -> Option<String> {
        struct Heads(Vec<String>);
        impl<'ast> syn::visit::Visit<'ast> for Heads {
            fn visit_path(&mut self, path: &'ast syn::Path) {
                if let Some(segment) = path.segments.last() {
                    self.0.push(segment.ident.to_string());
                }
                syn::visit::visit_path(self, path);
            }
        }
        let mut heads = Heads(Vec::new());
        syn::visit::Visit::visit_type(&mut heads, ty);
        for name in heads.0 {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name.clone());
            let Some(id) = self.driver.type_item(&name) else {
                if self.api.is_kernel_only(&name) {
                    return Some(name);
                }
                continue;
            };
            // The state itself exists in both halves: fields that cannot are dropped there.
            if name == self.driver.state {
                continue;
            }
            let parts: Vec<Type> = match &self.driver.item(id).item {
                Item::Struct(item) => item.fields.iter().map(|field| field.ty.clone()).collect(),
                Item::Enum(item) => {
                    let fields = item
                        .variants
                        .iter()
                        .flat_map(|variant| variant.fields.iter());
                    fields.map(|field| field.ty.clone()).collect()
                }
                Item::Type(item) => vec![(*item.ty).clone()],
                _ => Vec::new(),
            };
            if let Some(blamed) = parts
                .iter()
                .find_map(|part| self.kernel_only_within(part, seen))
            {
                return Some(blamed);
            }
        }
        None
    }
}

/// The named fields of a struct.
pub fn fields(fields: &Fields) -> impl Iterator<Item = (String, &Type)> {
    fields
        .iter()
        .filter_map(|field| Some((field.ident.as_ref()?.to_string(), &field.ty)))
}
