//! What a path in a module of the driver leads to.

use std::collections::BTreeSet;

use syn::{Item, ItemUse, Path, UseTree, Visibility};

use crate::driver::{Driver, ItemId};
use crate::load::{ModuleId, Tree};

/// One name that a `use` brings into scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The name in the module; `None` for a glob, `_` for a trait without a name.
    pub name: Option<String>,
    /// The path that it stands for.
    pub path: Vec<String>,
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// To an item of the driver; what follows it in the path.
    Item(ItemId, Vec<String>),
    /// To a module of the driver.
    Module(ModuleId),
    /// Out of the driver: the absolute path.
    Outside(Vec<String>),
}

/// Resolves paths.
#[derive(Debug)]
pub struct Resolver {
    /// The imports of each module.
    pub imports: Vec<Vec<Import>>,
}

/// The way of a resolution: which names of which modules it went through.
#[derive(Debug, Default)]
struct Way {
    seen: BTreeSet<(ModuleId, Vec<String>)>,
    imports: BTreeSet<(ModuleId, String)>,
}

/// The imports of one `use`.
pub fn imports(item: &ItemUse) -> Vec<Import> {
    let mut found = Vec::new();
    walk(&item.tree, &mut Vec::new(), &mut found);
    found
}

fn walk(tree: &UseTree, prefix: &mut Vec<String>, found: &mut Vec<Import>) {
    let extended = |prefix: &[String], name: &str| {
        let mut path = prefix.to_vec();
        path.push(name.to_owned());
        path
    };
    match tree {
        UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            walk(&path.tree, prefix, found);
            prefix.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            found.push(Import {
                name: prefix.last().cloned(),
                path: prefix.clone(),
            });
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            found.push(Import {
                path: extended(prefix, &name),
                name: Some(name),
            });
        }
        UseTree::Rename(rename) => {
            let original = rename.ident.to_string();
            let path = if original == "self" {
                prefix.clone()
            } else {
                extended(prefix, &original)
            };
            found.push(Import {
                name: Some(rename.rename.to_string()),
                path,
            });
        }
        UseTree::Glob(_) => found.push(Import {
            name: None,
            path: prefix.clone(),
        }),
        UseTree::Group(group) => group
            .items
            .iter()
            .for_each(|tree| walk(tree, prefix, found)),
    }
}

/// The segments of a path.
pub fn segments(path: &Path) -> Vec<String> {
    path.segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect()
}

impl Resolver {
    /// Reads the imports of every module.
    pub fn new(tree: &Tree) -> Resolver {
        let imports = tree
            .modules
            .iter()
            .map(|module| {
                let uses = module.items.iter().filter_map(|item| match item {
                    Item::Use(item) => Some(imports(item)),
                    _ => None,
                });
                uses.flatten().collect()
            })
            .collect();
        Resolver { imports }
    }

    /// Everything that a path may lead to: a name can be a type and a value.
    pub fn resolve(&self, driver: &Driver, module: ModuleId, path: &[String]) -> Vec<Target> {
        self.find(driver, module, path, &mut Way::default(), true)
    }

    /// The same, and the imports through which it leads there.
    pub fn trace(
        &self,
        driver: &Driver,
        module: ModuleId,
        path: &[String],
    ) -> (Vec<Target>, BTreeSet<(ModuleId, String)>) {
        let mut way = Way::default();
        let targets = self.find(driver, module, path, &mut way, true);
        (targets, way.imports)
    }

    fn find(
        &self,
        driver: &Driver,
        module: ModuleId,
        path: &[String],
        way: &mut Way,
        outside: bool,
    ) -> Vec<Target> {
        let Some((first, rest)) = path.split_first() else {
            return vec![Target::Module(module)];
        };
        if !way.seen.insert((module, path.to_vec())) {
            return Vec::new();
        }
        let root = ModuleId(0);
        match first.as_str() {
            "crate" => return self.find(driver, root, rest, way, false),
            "self" => return self.find(driver, module, rest, way, false),
            "super" => {
                let parent = driver.tree.module(module).parent.unwrap_or(root);
                return self.find(driver, parent, rest, way, false);
            }
            _ => {}
        }
        let mut found = Vec::new();
        for id in driver.scopes[module.0].get(first).into_iter().flatten() {
            found.push(Target::Item(*id, rest.to_vec()));
        }
        let child = driver.tree.module(module).children.get(first);
        if let Some(child) = child {
            found.extend(self.find(driver, *child, rest, way, false));
        }
        if child.is_some() || !found.is_empty() {
            return found;
        }
        let (globs, named): (Vec<_>, Vec<_>) = self.imports[module.0]
            .iter()
            .partition(|import| import.name.is_none());
        for import in named {
            if import.name.as_ref() == Some(first) {
                way.imports.insert((module, first.clone()));
                let path = [&import.path[..], rest].concat();
                found.extend(self.find(driver, module, &path, way, true));
            }
        }
        if !found.is_empty() {
            return found;
        }
        // A glob of a module of the driver may bring the name; what one of the API brings is not
        // looked for: its names are known as the API's wherever they stand.
        for import in globs {
            for target in self.find(driver, module, &import.path, way, false) {
                if let Target::Module(id) = target {
                    found.extend(self.find(driver, id, path, way, false));
                }
            }
        }
        if found.is_empty() && outside {
            found.push(Target::Outside(path.to_vec()));
        }
        found
    }

    /// The path by which the whole crate can name what a path leads to.
    pub fn absolute(
        &self,
        driver: &Driver,
        module: ModuleId,
        path: &[String],
    ) -> Option<Vec<String>> {
        match self.resolve(driver, module, path).into_iter().next()? {
            Target::Item(id, rest) => {
                let entry = driver.item(id);
                let mut absolute = vec!["crate".to_owned()];
                absolute.extend(driver.tree.module(entry.module).path.clone());
                absolute.extend(entry.name.clone());
                absolute.extend(rest);
                Some(absolute)
            }
            Target::Outside(path) => Some(path),
            Target::Module(_) => None,
        }
    }
}

/// Whether an item is visible outside the crate where it stands.
pub fn is_exported(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}
