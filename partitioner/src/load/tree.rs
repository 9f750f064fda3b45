//! The modules of a crate, each with its file and its syntax.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use syn::visit::Visit;
use syn::{Attribute, Item, ItemMod};

use super::{Package, cfg, depth};
use crate::diagnostics::{Code, Diagnostic, Outcome, Report};
use crate::input;
use crate::source::{FileId, Sources, Span};

/// A module of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleId(pub usize);

/// One module: a file.
#[derive(Debug)]
pub struct Module {
    /// Names from the root; empty for the root itself.
    pub path: Vec<String>,
    /// Its file.
    pub file: FileId,
    /// Its file, relative to the package's directory.
    pub relative: PathBuf,
    /// What is in it, without what a `cfg` removes.
    pub items: Vec<Item>,
    /// What a `cfg` removes.
    pub removed: Vec<Span>,
    /// The modules that it declares.
    pub children: BTreeMap<String, ModuleId>,
    /// The module that declares it.
    pub parent: Option<ModuleId>,
}

/// The modules of a crate, the root first.
#[derive(Debug, Default)]
pub struct Tree {
    /// Every module; a parent comes before its children.
    pub modules: Vec<Module>,
}

impl Tree {
    /// The module.
    pub fn module(&self, module: ModuleId) -> &Module {
        &self.modules[module.0]
    }

    /// Every module with its number.
    pub fn iter(&self) -> impl Iterator<Item = (ModuleId, &Module)> {
        self.modules
            .iter()
            .enumerate()
            .map(|(index, module)| (ModuleId(index), module))
    }
}

/// Reads a driver: what is not understood is refused.
///
/// # Errors
/// `MD0002` to `MD0005`.
pub fn strict(sources: &mut Sources, package: &Package) -> Outcome<Tree> {
    let mut reader = Reader {
        sources,
        package,
        tree: Tree::default(),
        report: Report::default(),
        strict: true,
    };
    reader.file(&package.library.clone(), Vec::new(), None);
    let Reader { tree, report, .. } = reader;
    report.finish()?;
    Ok(tree)
}

/// Reads a crate of the driver API, of which only declarations matter: configurations are taken as set,
/// inline modules are looked into.
///
/// # Errors
/// `MD0002` and `MD0003`.
pub fn lenient(sources: &mut Sources, package: &Package) -> Outcome<Tree> {
    let mut reader = Reader {
        sources,
        package,
        tree: Tree::default(),
        report: Report::default(),
        strict: false,
    };
    reader.file(&package.library.clone(), Vec::new(), None);
    let Reader { tree, report, .. } = reader;
    report.finish()?;
    Ok(tree)
}

struct Reader<'a> {
    sources: &'a mut Sources,
    package: &'a Package,
    tree: Tree,
    report: Report,
    strict: bool,
}

impl Reader<'_> {
    fn file(
        &mut self,
        path: &Path,
        names: Vec<String>,
        declared: Option<(ModuleId, Span)>,
    ) -> Option<ModuleId> {
        let text = match input::text(path, depth::LARGEST) {
            Ok(text) => text,
            Err(error) => {
                let name = path.strip_prefix(&self.package.workspace).unwrap_or(path);
                let title = format!("cannot read `{}`: {error}", name.display());
                let help = "create the file, or remove the module";
                let mut diagnostic = Diagnostic::new(Code::ModuleFile, title, help);
                if let Some((_, span)) = declared {
                    diagnostic = diagnostic.at(span, "declared here");
                }
                self.report.add(diagnostic);
                return None;
            }
        };
        let file = self.sources.add(path, &self.package.workspace, text);
        let text = &self.sources.file(file).text;
        // What is not even tokens gets its message from the parser.
        if let Some(span) = text.parse().ok().and_then(depth::too_deep) {
            let title = "the source is nested too deeply";
            let help = "give the inner parts names: constants, functions, types";
            let why = format!("more than {} tokens deep", depth::DEEPEST);
            let diagnostic = Diagnostic::new(Code::TooDeep, title, help);
            self.report.add(diagnostic.at(Span::from(file, span), why));
            return None;
        }
        let parsed = syn::parse_file(text);
        let ast = match parsed {
            Ok(ast) => ast,
            Err(error) => {
                let span = Span::from(file, error.span());
                let help = "build the driver unsplit first: the compiler says more";
                let diagnostic = Diagnostic::new(Code::Syntax, "the driver does not parse", help);
                self.report.add(diagnostic.at(span, error.to_string()));
                return None;
            }
        };
        if self.strict {
            self.nested_cfg(file, &ast);
        }
        let id = ModuleId(self.tree.modules.len());
        let relative = path
            .strip_prefix(&self.package.directory)
            .unwrap_or(path)
            .to_owned();
        self.tree.modules.push(Module {
            path: names,
            file,
            relative,
            items: Vec::new(),
            removed: Vec::new(),
            children: BTreeMap::new(),
            parent: declared.map(|(parent, _)| parent),
        });
        if let Some((parent, _)) = declared
            && let Some(name) = self.tree.modules[id.0].path.last().cloned()
        {
            self.tree.modules[parent.0].children.insert(name, id);
        }
        for item in ast.items {
            self.item(id, path, item);
        }
        Some(id)
    }

    fn item(&mut self, id: ModuleId, path: &Path, item: Item) {
        let file = self.tree.modules[id.0].file;
        match cfg::enabled(attributes(&item)) {
            Ok(true) => {}
            Ok(false) => {
                self.tree.modules[id.0].removed.push(Span::of(file, &item));
                return;
            }
            Err(_) if !self.strict => {}
            Err(predicate) => {
                self.undecided(Span::of(file, &predicate));
                return;
            }
        }
        if let Item::Mod(module) = &item {
            self.submodule(id, path, module);
        }
        self.tree.modules[id.0].items.push(item);
    }

    fn submodule(&mut self, id: ModuleId, path: &Path, module: &ItemMod) {
        let parent = &self.tree.modules[id.0];
        let span = Span::of(parent.file, &module.ident);
        let name = module.ident.to_string();
        let mut names = parent.path.clone();
        let directory = directory(path, parent.parent.is_none());
        names.push(name.clone());
        if let Some((_, items)) = &module.content {
            if self.strict {
                let help = format!("move it to `{name}.rs`");
                let title = format!("module `{name}` has no file of its own");
                let diagnostic = Diagnostic::new(Code::Unsupported, title, help);
                self.report
                    .add(diagnostic.at(span, "inline modules are not split"));
            } else {
                // For the API, names are all that matters: an inline module's items are its parent's.
                for item in items.clone() {
                    self.item(id, path, item);
                }
            }
            return;
        }
        if let Some(attribute) = module
            .attrs
            .iter()
            .find(|attribute| attribute.path().is_ident("path"))
        {
            let title = format!("module `{name}` has a path of its own");
            let help = "put it where the compiler looks for it by itself";
            let span = Span::of(parent.file, attribute);
            self.report
                .add(Diagnostic::new(Code::Unsupported, title, help).at(span, "not supported"));
            return;
        }
        let flat = directory.join(format!("{name}.rs"));
        let nested = directory.join(&name).join("mod.rs");
        let path = if nested.is_file() { nested } else { flat };
        self.file(&path, names, Some((id, span)));
    }

    /// A `cfg` below the items of a module would need a rewritten body.
    fn nested_cfg(&mut self, file: FileId, ast: &syn::File) {
        struct Nested<'ast> {
            depth: usize,
            found: Vec<&'ast Attribute>,
        }
        impl<'ast> Visit<'ast> for Nested<'ast> {
            fn visit_item(&mut self, item: &'ast Item) {
                if self.depth == 0 && cfg::enabled(attributes(item)) != Ok(true) {
                    return;
                }
                if self.depth == 0 {
                    self.depth = 1;
                    let own = attributes(item);
                    syn::visit::visit_item(self, item);
                    self.depth = 0;
                    self.found.retain(|found| !own.contains(found));
                } else {
                    syn::visit::visit_item(self, item);
                }
            }
            fn visit_attribute(&mut self, attribute: &'ast Attribute) {
                if attribute.path().is_ident("cfg") {
                    self.found.push(attribute);
                }
            }
        }
        let mut nested = Nested {
            depth: 0,
            found: Vec::new(),
        };
        ast.items.iter().for_each(|item| nested.visit_item(item));
        for attribute in nested.found {
            self.undecided(Span::of(file, attribute));
        }
    }

    fn undecided(&mut self, span: Span) {
        let title = "a `cfg` that the partitioner cannot decide";
        let help = "remove it: one source makes one driver, whatever it is built for";
        self.report
            .add(Diagnostic::new(Code::Configuration, title, help).at(span, "not decided"));
    }
}

/// Where the files of a module's children are.
fn directory(path: &Path, root: bool) -> PathBuf {
    let parent = path.parent().map(Path::to_owned).unwrap_or_default();
    if root || path.file_name().is_some_and(|name| name == "mod.rs") {
        return parent;
    }
    path.file_stem()
        .map_or(parent.clone(), |stem| parent.join(stem))
}

/// The attributes of an item.
pub(crate) fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
