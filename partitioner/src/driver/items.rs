//! Items: their names, and which are not understood.

use std::collections::BTreeMap;

use syn::{Item, TraitItem};

use super::{Entry, ItemId};

pub(super) fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

pub(super) fn unsupported(item: &Item) -> Option<&'static str> {
    match item {
        Item::Const(_) | Item::Enum(_) | Item::Fn(_) | Item::Impl(_) | Item::Mod(_) => None,
        Item::Static(_) | Item::Struct(_) | Item::Type(_) | Item::Use(_) => None,
        Item::Trait(item) => {
            let bodies = item.items.iter().any(|item| match item {
                TraitItem::Fn(function) => function.default.is_some(),
                TraitItem::Macro(_) | TraitItem::Verbatim(_) => true,
                _ => false,
            });
            bodies.then_some("a default body in a trait of the driver")
        }
        Item::Macro(item) if item.ident.is_some() => Some("a macro of the driver"),
        Item::Macro(_) => Some("a macro in place of items"),
        Item::ExternCrate(_) => Some("an `extern crate`"),
        Item::ForeignMod(_) => Some("a foreign block"),
        Item::Union(_) => Some("a union"),
        _ => Some("this item"),
    }
}

/// The types by name; of two with one name, the first.
pub(super) fn types(items: &[Entry]) -> BTreeMap<String, ItemId> {
    let mut types = BTreeMap::new();
    for (number, entry) in items.iter().enumerate() {
        if let (Some(name), Item::Struct(_) | Item::Enum(_) | Item::Type(_)) =
            (&entry.name, &entry.item)
        {
            types.entry(name.clone()).or_insert(ItemId(number));
        }
    }
    types
}
