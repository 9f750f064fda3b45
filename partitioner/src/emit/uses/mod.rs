//! Prunes imports to what is left in a module: an unused import is a warning.

mod tree;

use std::collections::BTreeSet;

use syn::visit::Visit;
use syn::{Item, ItemUse, UseTree, Visibility};

use super::edits::{Edited, Edits};
use super::{Context, present};
use crate::halves::Half;
use crate::load::ModuleId;
use crate::names::Names;
use crate::resolve::{Target, is_exported};
use tree::Tree;

/// Methods of traits of the standard library that are imported for them.
const STANDARD: &[(&str, &[&str])] = &[
    (
        "Write",
        &["write_str", "write_char", "write_fmt", "write_all", "flush"],
    ),
    (
        "Read",
        &["read", "read_exact", "read_to_end", "read_to_string"],
    ),
    ("FromStr", &["from_str"]),
    ("Hash", &["hash"]),
    ("Hasher", &["finish"]),
];

/// Cuts what is not used out of the imports of an edited module.
pub(super) fn prune(context: &Context<'_>, module: ModuleId, text: &str) -> Edited {
    // Text that we made and that does not parse is reported by the compiler, with its place.
    let Ok(file) = syn::parse_file(text) else {
        return Edited::unchanged(text);
    };
    let mut names = Names::new(&context.analysis.api);
    file.attrs
        .iter()
        .for_each(|attribute| names.visit_attribute(attribute));
    let others = file
        .items
        .iter()
        .filter(|item| !matches!(item, Item::Use(_)));
    others.for_each(|item| names.visit_item(item));
    let used = Used {
        context,
        module,
        first: names
            .paths
            .iter()
            .filter_map(|path| path.first().cloned())
            .collect(),
        scopes: names
            .paths
            .iter()
            .filter(|path| path.len() > 1)
            .filter_map(|path| path.first().cloned())
            .collect(),
        methods: names.methods.iter().cloned().collect(),
        macros: names.macros.iter().cloned().collect(),
        before: before(context, module),
    };
    let mut edits = Edits::new(text);
    for item in &file.items {
        let Item::Use(item) = item else { continue };
        let range = proc_macro2_range(item);
        match used.tree(&item.tree, &mut Vec::new(), item) {
            None => edits.cut(range),
            Some(kept) if kept == Tree::of(&item.tree) => {}
            Some(kept) => {
                let prefix = match &item.vis {
                    Visibility::Inherited => String::new(),
                    visibility => format!("{} ", crate::crossing::show(visibility)),
                };
                let colon = if item.leading_colon.is_some() {
                    "::"
                } else {
                    ""
                };
                // Attributes and documentation in front of the `use` stay.
                let start = text[range.clone()]
                    .find("use ")
                    .map_or(range.start, |_| vis_start(item, range.start));
                edits.replace(
                    start..range.end,
                    kept.layout(&format!("{prefix}use {colon}")),
                );
            }
        }
    }
    edits.apply()
}

fn proc_macro2_range(item: &ItemUse) -> std::ops::Range<usize> {
    use syn::spanned::Spanned;
    item.span().byte_range()
}

fn vis_start(item: &ItemUse, otherwise: usize) -> usize {
    use syn::spanned::Spanned;
    match &item.vis {
        Visibility::Inherited => item.use_token.span.byte_range().start,
        visibility => visibility.span().byte_range().start.max(otherwise),
    }
}

/// The first names of paths in the module of the driver, before anything was cut.
fn before(context: &Context<'_>, module: ModuleId) -> BTreeSet<String> {
    let mut names = Names::new(&context.analysis.api);
    for item in &context.analysis.driver.tree.module(module).items {
        if !matches!(item, Item::Use(_)) {
            names.visit_item(item);
        }
    }
    names
        .paths
        .into_iter()
        .filter_map(|path| path.into_iter().next())
        .collect()
}

struct Used<'a> {
    context: &'a Context<'a>,
    module: ModuleId,
    /// First names of paths.
    first: BTreeSet<String>,
    /// First names of paths with more than one name.
    scopes: BTreeSet<String>,
    methods: BTreeSet<String>,
    macros: BTreeSet<String>,
    /// First names of paths of the module before it was cut.
    before: BTreeSet<String>,
}

impl Used<'_> {
    fn tree(&self, tree: &UseTree, prefix: &mut Vec<String>, item: &ItemUse) -> Option<Tree> {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                let inner = self.tree(&path.tree, prefix, item);
                prefix.pop();
                Some(Tree::Path(path.ident.to_string(), Box::new(inner?)))
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                let bound = if name == "self" {
                    prefix.last()?.clone()
                } else {
                    name.clone()
                };
                let mut path = prefix.clone();
                if name != "self" {
                    path.push(name.clone());
                }
                self.keeps(&bound, &path, item).then_some(Tree::Name(name))
            }
            UseTree::Rename(rename) => {
                let mut path = prefix.clone();
                path.push(rename.ident.to_string());
                let keeps = self.keeps(&rename.rename.to_string(), &path, item);
                keeps.then(|| Tree::Name(format!("{} as {}", rename.ident, rename.rename)))
            }
            UseTree::Glob(_) => self.keeps_glob(prefix).then(|| Tree::Name("*".to_owned())),
            UseTree::Group(group) => {
                let kept: Vec<Tree> = group
                    .items
                    .iter()
                    .filter_map(|tree| self.tree(tree, prefix, item))
                    .collect();
                (!kept.is_empty()).then_some(Tree::Group(kept))
            }
        }
    }

    /// Whether something imported under a name is there and used.
    fn keeps(&self, bound: &str, path: &[String], item: &ItemUse) -> bool {
        let analysis = self.context.analysis;
        let targets = analysis
            .resolver
            .resolve(&analysis.driver, self.module, path);
        let mut is_module = false;
        let mut traits = Vec::new();
        let mut there = targets.is_empty();
        for target in &targets {
            match target {
                Target::Item(id, _) => {
                    let entry = analysis.driver.item(*id);
                    there |= contains(self.context.half, *id, entry);
                    if let Item::Trait(found) = &entry.item {
                        traits.extend(found.items.iter().filter_map(|item| match item {
                            syn::TraitItem::Fn(function) => Some(function.sig.ident.to_string()),
                            _ => None,
                        }));
                    }
                }
                Target::Module(id) => {
                    is_module = true;
                    there |= present(self.context, *id);
                }
                Target::Outside(_) => there = true,
            }
        }
        if !there {
            return false;
        }
        if is_exported(&item.vis) {
            return true;
        }
        let imported = (self.module, bound.to_owned());
        if matches!(item.vis, Visibility::Restricted(_))
            && self.context.half.imports.contains(&imported)
        {
            return true;
        }
        let names = if is_module { &self.scopes } else { &self.first };
        if names.contains(bound) || self.macros.contains(bound) {
            return true;
        }
        let original = path.last().map_or(bound, String::as_str);
        let known = analysis.api.traits.get(original);
        traits.extend(
            known
                .into_iter()
                .flat_map(|found| found.methods.keys().cloned()),
        );
        let standard = STANDARD.iter().find(|(name, _)| *name == original);
        if let Some((_, methods)) = standard {
            let writes = original == "Write"
                && ["write", "writeln"]
                    .iter()
                    .any(|name| self.macros.contains(*name));
            return writes || methods.iter().any(|method| self.methods.contains(*method));
        }
        if !traits.is_empty() {
            return traits
                .iter()
                .any(|method| self.methods.contains(method) || self.first.contains(method));
        }
        if !targets
            .iter()
            .all(|target| matches!(target, Target::Outside(_)))
        {
            return false;
        }
        // Never named in the driver either, so it is a trait imported for its methods; which they are
        // is not known.
        !self.before.contains(bound)
    }

    /// Whether the module has a name by itself or by an import of that name: then no glob brings it.
    fn has_otherwise(&self, name: &str) -> bool {
        let analysis = self.context.analysis;
        let mut imports = analysis.resolver.imports[self.module.0].iter();
        analysis.driver.scopes[self.module.0].contains_key(name)
            || imports.any(|import| import.name.as_deref() == Some(name))
    }

    fn keeps_glob(&self, prefix: &[String]) -> bool {
        let analysis = self.context.analysis;
        let targets = analysis
            .resolver
            .resolve(&analysis.driver, self.module, prefix);
        targets.iter().any(|target| match target {
            Target::Module(id) => {
                let names = analysis.driver.scopes[id.0].iter();
                let mut names = names.filter(|(_, items)| {
                    items
                        .iter()
                        .any(|id| contains(self.context.half, *id, analysis.driver.item(*id)))
                });
                names.any(|(name, _)| self.first.contains(name) && !self.has_otherwise(name))
            }
            Target::Item(..) | Target::Outside(_) => true,
        })
    }
}

fn contains(half: &Half, id: crate::driver::ItemId, entry: &crate::driver::Entry) -> bool {
    half.items.contains(&id)
        && (!matches!(entry.item, Item::Fn(_))
            || entry
                .functions
                .iter()
                .any(|function| half.functions.contains(function)))
}
