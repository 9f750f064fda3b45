//! Raises the visibility of what `src/split.rs` has to name: the types that cross, and what is in them.

use std::collections::BTreeSet;
use std::ops::Range;

use syn::{Item, Visibility};

use super::edits::Edits;
use crate::analysis::Analysis;
use crate::driver::{Driver, Entry, ItemId};
use crate::load::ModuleId;
use crate::source::Span;

/// Of the items that are named, those that the whole crate cannot see, and the modules on the way.
pub(super) fn hidden(analysis: &Analysis, named: &BTreeSet<ItemId>) -> BTreeSet<ItemId> {
    let driver = &analysis.driver;
    let mut hidden = BTreeSet::new();
    for id in named {
        let mut at = driver.item(*id).module;
        hidden.insert(*id);
        while let Some(parent) = driver.tree.module(at).parent {
            hidden.extend(declaration(driver, parent, at));
            at = parent;
        }
    }
    hidden.retain(|id| {
        let entry = driver.item(*id);
        // The whole crate sees what is in its root.
        entry.module.0 != 0 && visibility(&entry.item).is_some_and(|(vis, _)| !is_seen(vis))
    });
    hidden
}

/// The item that declares a module.
fn declaration(driver: &Driver, parent: ModuleId, module: ModuleId) -> Option<ItemId> {
    let name = driver.tree.module(module).path.last()?;
    let mut entries = driver.entries();
    entries.find_map(|(id, entry)| match &entry.item {
        Item::Mod(item) if entry.module == parent && item.ident == name => Some(id),
        _ => None,
    })
}

fn is_seen(visibility: &Visibility) -> bool {
    match visibility {
        Visibility::Public(_) => true,
        Visibility::Restricted(restricted) => restricted.path.is_ident("crate"),
        Visibility::Inherited => false,
    }
}

/// Lets the whole crate see an item.
pub(super) fn raise(edits: &mut Edits<'_>, entry: &Entry) {
    let Some((visibility, keyword)) = visibility(&entry.item) else {
        return;
    };
    let file = entry.span.file;
    let (range, with): (Range<usize>, _) = match visibility {
        Visibility::Inherited => {
            let start = Span::from(file, keyword).start;
            (start..start, "pub(crate) ")
        }
        visibility => (Span::of(file, visibility).range(), "pub(crate)"),
    };
    edits.replace(range, with.to_owned());
}

/// The visibility of an item, and the word before which it stands.
fn visibility(item: &Item) -> Option<(&Visibility, proc_macro2::Span)> {
    match item {
        Item::Const(item) => Some((&item.vis, item.const_token.span)),
        Item::Enum(item) => Some((&item.vis, item.enum_token.span)),
        Item::Mod(item) => Some((&item.vis, item.mod_token.span)),
        Item::Struct(item) => Some((&item.vis, item.struct_token.span)),
        Item::Type(item) => Some((&item.vis, item.type_token.span)),
        _ => None,
    }
}
