//! The local names of a body and their types, as far as they are known.

use std::collections::BTreeMap;

use syn::{Pat, Type};

use crate::types;

/// One variable: two of one name are two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Variable(usize);

/// Nested scopes; the innermost is last.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    stack: Vec<BTreeMap<String, (Option<Type>, Variable)>>,
    variables: usize,
}

impl Scopes {
    pub(super) fn enter(&mut self) {
        self.stack.push(BTreeMap::new());
    }

    pub(super) fn depth(&self) -> usize {
        self.stack.len()
    }

    pub(super) fn leave(&mut self) {
        self.stack.pop();
    }

    /// Whether a name is a local one, and then its type.
    pub(super) fn get(&self, name: &str) -> Option<&Option<Type>> {
        let mut scopes = self.stack.iter().rev();
        scopes.find_map(|scope| scope.get(name).map(|(ty, _)| ty))
    }

    /// The variable of a name, and the depth of the scope that it is in.
    pub(super) fn variable(&self, name: &str) -> Option<(Variable, usize)> {
        let mut scopes = self.stack.iter().enumerate().rev();
        scopes.find_map(|(index, scope)| {
            let (_, variable) = scope.get(name)?;
            Some((*variable, index + 1))
        })
    }

    pub(super) fn bind(&mut self, name: String, ty: Option<Type>) {
        let variable = Variable(self.variables);
        self.variables += 1;
        if let Some(scope) = self.stack.last_mut() {
            scope.insert(name, (ty, variable));
        }
    }

    /// Binds the names of a pattern that a value of type `ty` is matched with.
    pub(super) fn pattern(&mut self, pattern: &Pat, ty: Option<Type>) {
        match pattern {
            Pat::Ident(ident) => {
                // A name in capitals is a constant, not a new local.
                if ident.by_ref.is_none()
                    && ident.mutability.is_none()
                    && is_constant(&ident.ident.to_string())
                {
                    return;
                }
                self.bind(ident.ident.to_string(), ty);
            }
            Pat::Type(typed) => self.pattern(&typed.pat, Some((*typed.ty).clone())),
            Pat::Reference(reference) => self.pattern(&reference.pat, ty),
            Pat::Paren(paren) => self.pattern(&paren.pat, ty),
            Pat::Guard(guarded) => self.pattern(&guarded.pat, ty),
            Pat::TupleStruct(tuple) => {
                let last = tuple
                    .path
                    .segments
                    .last()
                    .map(|segment| segment.ident.to_string());
                let inner = match (last.as_deref(), &ty) {
                    (Some("Some" | "Ok"), Some(ty)) => types::arguments(ty).into_iter().next(),
                    (Some("Err"), Some(ty)) => types::arguments(ty).into_iter().nth(1),
                    _ => None,
                };
                tuple
                    .elems
                    .iter()
                    .for_each(|element| self.pattern(element, inner.clone()));
            }
            Pat::Tuple(tuple) => {
                let parts = match ty.as_ref().map(types::strip) {
                    Some(Type::Tuple(types)) if types.elems.len() == tuple.elems.len() => {
                        types.elems.iter().cloned().map(Some).collect()
                    }
                    _ => vec![None; tuple.elems.len()],
                };
                tuple
                    .elems
                    .iter()
                    .zip(parts)
                    .for_each(|(element, ty)| self.pattern(element, ty));
            }
            Pat::Or(or) => or
                .cases
                .iter()
                .for_each(|case| self.pattern(case, ty.clone())),
            Pat::Slice(slice) => slice
                .elems
                .iter()
                .for_each(|element| self.pattern(element, None)),
            Pat::Struct(structure) => {
                structure
                    .fields
                    .iter()
                    .for_each(|field| self.pattern(&field.pat, None));
            }
            _ => {}
        }
    }
}

fn is_constant(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}
