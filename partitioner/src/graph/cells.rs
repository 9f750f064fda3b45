//! What can change behind a shared reference without a lock or an atomic of the driver API.
//!
//! A driver without `unsafe` has two ways to it: a `static`, and a plain field of its state, whose type has
//! an atomic or a cell of `core` in it. Each half would have one of its own.

use syn::{Expr, Item, StaticMutability, Type};

use super::Cell;
use super::values::transparent;
use super::walk::Walker;
use crate::api;
use crate::driver::state::{Field, Sharing};
use crate::driver::{Entry, ItemId};
use crate::source::Span;
use crate::types;

impl Walker<'_> {
    /// A value is only loaded from this.
    pub(super) fn loads(&mut self, receiver: &Expr) {
        let mut at = Some(receiver);
        while let Some(current) = at {
            self.loaded.insert(self.span(current));
            at = match current {
                Expr::Field(field) => Some(&field.base),
                Expr::Index(index) => Some(&index.expr),
                other => transparent(other),
            };
        }
    }

    /// A static is named.
    pub(super) fn static_cell(&mut self, id: ItemId, span: Span) {
        let entry = self.types.driver.item(id);
        let Item::Static(item) = &entry.item else {
            return;
        };
        let changes = matches!(item.mutability, StaticMutability::Mut(_));
        if changes || self.has_cell(&item.ty, &mut Vec::new()) {
            let name = path_of(self, entry);
            self.cell(name, entry.span, span);
        }
    }

    /// A field of the state is named.
    pub(super) fn field_cell(&mut self, field: &Field, span: Span) {
        // What is sent once is a copy in the other half.
        if field.sharing == Sharing::Plain && self.has_cell(&field.ty, &mut Vec::new()) {
            self.cell(field.name.clone(), field.span, span);
        }
    }

    fn cell(&mut self, name: String, defined: Span, span: Span) {
        let written = (!self.loaded.contains(&span)).then_some(span);
        let cell = self.facts.cells.entry(name).or_insert(Cell {
            defined,
            named: span,
            written,
        });
        cell.written = cell.written.or(written);
    }

    fn has_cell(&self, ty: &Type, seen: &mut Vec<String>) -> bool {
        match types::strip(ty) {
            Type::Tuple(tuple) => tuple.elems.iter().any(|part| self.has_cell(part, seen)),
            Type::Array(array) => self.has_cell(&array.elem, seen),
            Type::Slice(slice) => self.has_cell(&slice.elem, seen),
            ty => {
                let Some(name) = types::head(ty) else {
                    return false;
                };
                let Some(id) = self.types.driver.type_item(&name) else {
                    let arguments = types::arguments(ty);
                    return is_cell(&name)
                        || arguments.iter().any(|part| self.has_cell(part, seen));
                };
                if seen.contains(&name) {
                    return false;
                }
                seen.push(name);
                match &self.types.driver.item(id).item {
                    Item::Struct(item) => {
                        item.fields.iter().any(|part| self.has_cell(&part.ty, seen))
                    }
                    Item::Enum(item) => {
                        let mut parts = item.variants.iter().flat_map(|of| of.fields.iter());
                        parts.any(|part| self.has_cell(&part.ty, seen))
                    }
                    Item::Type(item) => self.has_cell(&item.ty, seen),
                    _ => false,
                }
            }
        }
    }
}

/// The path of an item, for people.
fn path_of(walker: &Walker<'_>, entry: &Entry) -> String {
    let mut path = walker.types.driver.tree.module(entry.module).path.clone();
    path.extend(entry.name.clone());
    path.join("::")
}

/// Whether a type of elsewhere can change behind a shared reference.
fn is_cell(name: &str) -> bool {
    name.starts_with("Atomic")
        || ["Cell", "Lock"].iter().any(|end| name.ends_with(end))
        || [api::MUTEX, "Once", "Exclusive", "Completion"].contains(&name)
}
