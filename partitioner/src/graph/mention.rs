//! What a body names besides functions: types, constants, fields of the state, and what only the kernel has.

use syn::visit::Visit;
use syn::{Item, Member, Path, Type};

use super::walk::Walker;
use crate::driver::state::Sharing;
use crate::driver::{FunctionId, ItemId, Owner};
use crate::resolve::{Target, segments};
use crate::source::Span;
use crate::types;

impl Walker<'_> {
    /// What a path mentions besides functions: types, constants and the API.
    pub(super) fn mention(&mut self, path: &[String], span: Span) {
        for target in self.resolver.resolve(self.types.driver, self.module, path) {
            match target {
                Target::Item(id, _) => self.mention_item(id, span),
                Target::Outside(path)
                    if path.first().is_some_and(|first| first == crate::load::API) =>
                {
                    if let Some(name) = path.iter().find(|name| self.types.api.is_kernel_only(name))
                    {
                        self.kernel_only(format!("`{name}`, which only the kernel has"), span);
                    }
                    let offer = match path.as_slice() {
                        [.., of, name] => {
                            let method = self.types.api.methods.get(&(of.clone(), name.clone()));
                            method
                                .or_else(|| self.types.api.functions.get(name))
                                .map(|offer| (name, offer))
                        }
                        _ => None,
                    };
                    if let Some((name, offer)) = offer {
                        let (name, offer) = (name.clone(), offer.clone());
                        self.offer(&name, &offer, span);
                    }
                }
                Target::Outside(_) | Target::Module(_) => {}
            }
        }
    }

    fn mention_item(&mut self, id: ItemId, span: Span) {
        self.static_cell(id, span);
        let entry = self.types.driver.item(id);
        let (ty, value) = match &entry.item {
            Item::Const(item) => ((*item.ty).clone(), Some(&*item.expr)),
            Item::Static(item) => ((*item.ty).clone(), Some(&*item.expr)),
            Item::Struct(_) | Item::Enum(_) | Item::Type(_) => {
                let name = entry.name.clone().unwrap_or_default();
                self.type_of_driver(&name, span);
                return;
            }
            _ => return,
        };
        if let Some(blamed) = self.types.kernel_only(&ty) {
            self.kernel_only(format!("`{blamed}`, which only the kernel has"), span);
        }
        // What a constant names, whoever uses the constant may call.
        if let Some(value) = value
            && !self.constants.contains(&id)
        {
            self.constants.push(id);
            let (module, file) = (self.module, self.file);
            self.module = entry.module;
            self.file = self.types.driver.tree.module(entry.module).file;
            self.visit_expr(value);
            (self.module, self.file) = (module, file);
        }
    }

    pub(super) fn type_of_driver(&mut self, name: &str, span: Span) {
        let ident = quote::format_ident!("{name}");
        let ty: Type = syn::parse_quote!(#ident);
        if let Some(blamed) = self.types.kernel_only(&ty) {
            self.kernel_only(
                format!("`{name}`, which holds `{blamed}` of the kernel"),
                span,
            );
        }
        // Operators, formatting and drops call the traits of a type without naming it.
        if name != self.types.driver.state {
            let implicit: Vec<FunctionId> = self
                .types
                .driver
                .iter()
                .filter(|(_, function)| function.root.is_none())
                .filter(|(_, f)| matches!(&f.owner, Owner::Trait { of, .. } if of == name))
                .map(|(id, _)| id)
                .collect();
            self.calls(&implicit, span);
        }
    }

    pub(super) fn field(&mut self, name: &str, span: Span) {
        let Some(field) = self.fields.iter().find(|field| field.name == name) else {
            return;
        };
        self.facts.fields.insert(name.to_owned());
        self.field_cell(field, span);
        if let Sharing::KernelOnly(blamed) = &field.sharing {
            self.kernel_only(
                format!("field `{name}`, which holds `{blamed}` of the kernel"),
                span,
            );
        }
    }

    /// A value of a type of the driver: it may be dropped, compared or formatted here, which calls
    /// traits of the type without naming it.
    pub(super) fn value(&mut self, ty: &Type, span: Span) {
        let ty = self.types.expand(ty);
        let Some(name) = types::head(&ty) else { return };
        if self.types.driver.type_item(&name).is_some() {
            self.type_of_driver(&name, span);
        }
        for argument in types::arguments(&ty) {
            self.value(&argument, span);
        }
    }

    /// The fields of the state among these; they are named.
    pub(super) fn fields_of<'a>(
        &mut self,
        path: &Path,
        members: impl Iterator<Item = &'a Member>,
    ) -> Vec<String> {
        let names = segments(path);
        let own = names.len() == 1 && names[0] == "Self";
        let of = if own {
            self.function.owner.type_name()
        } else {
            names.last().map(String::as_str)
        };
        if of != Some(self.types.driver.state.as_str()) {
            return Vec::new();
        }
        let mut named = Vec::new();
        for member in members {
            if let Member::Named(name) = member {
                let span = self.span(name);
                self.field(&name.to_string(), span);
                named.push(name.to_string());
            }
        }
        named
    }
}
