//! From a path to items: the files of modules.

use std::path::Path;

use syn::{Item, ItemMod};

use super::{Collector, Place, plain};
use crate::callgraph::index::Def;
use crate::diagnostics::{Code, Diagnostic};
use crate::input;
use crate::load::depth;
use crate::source::{FileId, Span};

impl<'a, 's> Collector<'a, 's> {
    pub(super) fn file(
        &mut self,
        path: &Path,
        declared: Option<Span>,
    ) -> Option<(FileId, &'a [Item])> {
        let text = match input::text(path, depth::LARGEST) {
            Ok(text) => text,
            Err(error) => {
                let name = path.strip_prefix(&self.root).unwrap_or(path);
                let title = format!("cannot read `{}`: {error}", name.display());
                let help = "create the file, or remove the module";
                let mut diagnostic = Diagnostic::new(Code::ModuleFile, title, help);
                if let Some(span) = declared {
                    diagnostic = diagnostic.at(span, "declared here");
                }
                self.report.add(diagnostic);
                return None;
            }
        };
        let parsed = syn::parse_file(&text);
        let file = self.sources.add(path, &self.root, text);
        match parsed {
            Ok(ast) => Some((file, self.arena.alloc(ast.items))),
            Err(error) => {
                let span = Span::from(file, error.span());
                let help = "build the crate first: the compiler says more";
                let diagnostic = Diagnostic::new(Code::Syntax, "the crate does not parse", help);
                self.report.add(diagnostic.at(span, error.to_string()));
                None
            }
        }
    }

    pub(super) fn module(
        &mut self,
        place: Place,
        module: &'a ItemMod,
        path: &Path,
        directory: &Path,
    ) {
        let name = plain(&module.ident.to_string());
        let mut names = self.index.scope(place.scope).path.clone();
        names.push(name.clone());
        let parent = Some(self.index.scope(place.scope).module);
        let given = module
            .attrs
            .iter()
            .find_map(|attribute| match &attribute.meta {
                syn::Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
                    syn::Expr::Lit(literal) => match &literal.lit {
                        syn::Lit::Str(text) => Some(text.value()),
                        _ => None,
                    },
                    _ => None,
                },
                _ => None,
            });
        let below = directory.join(given.as_deref().unwrap_or(&name));
        if let Some((_, items)) = &module.content {
            let scope = self.scope(None, parent, names, place.file);
            self.define(place.scope, &name, Def::Module(scope));
            self.items(Place { scope, ..place }, items, path, &below);
            return;
        }
        let declared = self.span(place, &module.ident);
        let file = match &given {
            // A path is relative to the file's directory.
            Some(given) => path
                .parent()
                .map(|parent| parent.join(given))
                .unwrap_or_default(),
            None => {
                let flat = directory.join(format!("{name}.rs"));
                if flat.is_file() {
                    flat
                } else {
                    below.join("mod.rs")
                }
            }
        };
        let children = match file.file_name().and_then(|name| name.to_str()) {
            Some("mod.rs") => file.parent().map(Path::to_owned).unwrap_or_default(),
            _ if given.is_some() => file.parent().map(Path::to_owned).unwrap_or_default(),
            _ => below,
        };
        let whole = file.canonicalize().unwrap_or_else(|_| file.clone());
        if self.open.contains(&whole) {
            let title = format!("module `{name}` is in its own file");
            let help = "name another file, or remove the module";
            let diagnostic = Diagnostic::new(Code::ModuleFile, title, help);
            self.report
                .add(diagnostic.at(declared, "leads back to a file around it"));
            return;
        }
        if let Some((id, items)) = self.file(&file, Some(declared)) {
            self.macros.define_all(items);
            let scope = self.scope(None, parent, names, id);
            self.define(place.scope, &name, Def::Module(scope));
            let place = Place {
                scope,
                file: id,
                made_at: None,
            };
            self.open.push(whole);
            self.items(place, items, &file, &children);
            self.open.pop();
        }
    }
}
