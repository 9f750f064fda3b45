//! Which lock it is: by the place that it is taken on, or by the type of its guard.

use syn::visit::{self, Visit};
use syn::{Expr, Type};

use super::guards::Lock;
use super::values::transparent;
use super::walk::Walker;
use crate::api;
use crate::types;

impl Walker<'_> {
    /// The lock behind an expression on which it is taken.
    pub(super) fn lock_of(&self, receiver: &Expr, guard: &str) -> Lock {
        let atomic = api::is_guard(guard);
        let ty = self.infer(receiver).map(|ty| self.types.expand(&ty));
        let head = ty.as_ref().and_then(types::head).unwrap_or_default();
        if head == api::REGISTERS {
            return self.registers();
        }
        let mut inner = receiver;
        while let Some(next) = transparent(inner) {
            inner = next;
        }
        // Of several locks in an array, which is not known.
        let exact = !matches!(inner, Expr::Index(_));
        if let Some(place) = self.place(inner)
            && place.part.is_none()
        {
            return Lock {
                name: place.field,
                exact,
                atomic,
            };
        }
        if let Expr::Field(field) = inner
            && let Some(of) = self.infer(&field.base).and_then(|ty| types::head(&ty))
        {
            let name = format!("{of}.{}", crate::crossing::show(&field.member));
            return Lock {
                name,
                exact: false,
                atomic,
            };
        }
        let protected = ty.as_ref().map(types::arguments).unwrap_or_default();
        self.lock_around(&protected, &head, atomic)
    }

    /// The lock that a guard holds which came as an argument.
    pub(super) fn lock_of_guard(&self, ty: &Type, guard: &str) -> Lock {
        let atomic = api::is_guard(guard);
        struct Find<'a>(&'a str, Option<Vec<Type>>);
        impl<'ast> Visit<'ast> for Find<'_> {
            fn visit_type(&mut self, ty: &'ast Type) {
                if types::head(ty).as_deref() == Some(self.0) && self.1.is_none() {
                    self.1 = Some(types::arguments(ty));
                }
                visit::visit_type(self, ty);
            }
        }
        let mut find = Find(guard, None);
        find.visit_type(ty);
        let protected = find.1.unwrap_or_default();
        if protected.is_empty() && atomic {
            return self.registers();
        }
        let head = guard.trim_end_matches("Guard");
        self.lock_around(&protected, head, atomic)
    }

    /// The lock of the registers: the device has one.
    fn registers(&self) -> Lock {
        let field = self.fields.iter().find(|field| {
            let ty = self.types.expand(&field.ty);
            types::head(&ty).as_deref() == Some(api::REGISTERS)
        });
        Lock {
            name: field.map_or("registers", |field| &field.name).to_owned(),
            exact: true,
            atomic: true,
        }
    }

    /// The lock of a kind around a type: a field of the state, if only one fits.
    fn lock_around(&self, protected: &[Type], kind: &str, atomic: bool) -> Lock {
        let fits = |ty: &Type| {
            let ty = self.types.expand(ty);
            types::head(&ty).as_deref() == Some(kind) && types::arguments(&ty) == protected
        };
        let fields: Vec<&str> = self
            .fields
            .iter()
            .filter(|field| fits(&field.ty))
            .map(|field| field.name.as_str())
            .collect();
        match fields.as_slice() {
            [only] => Lock {
                name: (*only).to_owned(),
                exact: true,
                atomic,
            },
            _ => {
                let shown: Vec<String> = protected.iter().map(crate::crossing::show).collect();
                Lock {
                    name: format!("{kind}<{}>", shown.join(", ")),
                    exact: false,
                    atomic,
                }
            }
        }
    }
}
