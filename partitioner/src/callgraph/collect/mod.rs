//! From files to an index: scopes and items first, then impl blocks, whose types have to be resolved.
//!
//! `files` reads modules, `items` and `bodies` what they declare, `macros` and `derives` what is made there,
//! `impls` the blocks of methods; `nodes` puts it all into the index.

mod bodies;
mod derives;
mod files;
mod impls;
mod items;
mod macros;
mod nodes;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use syn::spanned::Spanned;
use syn::{Generics, Item, ItemImpl};
use typed_arena::Arena;

use crate::callgraph::cfg::Config;
use crate::callgraph::index::{Index, ScopeId};
use crate::callgraph::macros::Macros;
use crate::callgraph::ty::TypeId;
use crate::callgraph::{Home, Node, NodeId};
use crate::diagnostics::Report;
use crate::source::{FileId, Sources, Span};

/// Where a piece of syntax comes from.
#[derive(Clone, Copy)]
struct Place {
    scope: ScopeId,
    file: FileId,
    /// The macro call that made it.
    made_at: Option<Span>,
}

#[derive(Clone, Copy)]
struct ImplBlock<'a> {
    place: Place,
    item: &'a ItemImpl,
}

pub(super) struct Collector<'a, 's> {
    pub(super) arena: &'a Arena<Vec<Item>>,
    pub(super) sources: &'s mut Sources,
    pub(super) root: PathBuf,
    pub(super) config: &'s Config,
    pub(super) macros: Macros,
    pub(super) index: Index<'a>,
    pub(super) nodes: Vec<Node>,
    pub(super) report: Report,
    blocks: Vec<ImplBlock<'a>>,
    derives: Vec<(TypeId, syn::Path, Span)>,
    /// The files that are being read: a module, and those around it.
    open: Vec<PathBuf>,
    depth: usize,
    /// How many calls of macros were expanded.
    expanded: usize,
}

impl<'a, 's> Collector<'a, 's> {
    pub(super) fn new(
        arena: &'a Arena<Vec<Item>>,
        sources: &'s mut Sources,
        root: PathBuf,
        config: &'s Config,
    ) -> Collector<'a, 's> {
        Collector {
            arena,
            sources,
            root,
            config,
            macros: Macros::default(),
            index: Index::default(),
            nodes: Vec::new(),
            report: Report::default(),
            blocks: Vec::new(),
            derives: Vec::new(),
            open: Vec::new(),
            depth: 0,
            expanded: 0,
        }
    }

    /// Reads the crate whose first file this is.
    pub(super) fn read(&mut self, library: &Path) {
        if let Some((file, items)) = self.file(library, None) {
            let scope = self.scope(None, None, Vec::new(), file);
            self.macros.define_all(items);
            let place = Place {
                scope,
                file,
                made_at: None,
            };
            let directory = library.parent().map(Path::to_owned).unwrap_or_default();
            self.open.extend(library.canonicalize());
            self.items(place, items, library, &directory);
        }
        self.impl_blocks();
        self.derived();
        self.implicit();
    }

    fn span(&self, place: Place, syntax: &impl Spanned) -> Span {
        place
            .made_at
            .unwrap_or_else(|| Span::of(place.file, syntax))
    }

    /// What is called without being named.
    fn implicit(&mut self) {
        for index in 0..self.index.kinds.len() {
            let Home::TraitImpl(_, name) = &self.index.homes[index] else {
                continue;
            };
            let node = NodeId(index);
            match name.as_str() {
                "Drop" => self.index.drops.push(node),
                "Deref" | "DerefMut" => self.index.derefs.push(node),
                _ => {}
            }
        }
    }
}

/// The type and constant parameters.
pub(super) fn params(generics: &Generics) -> Vec<Rc<str>> {
    let names = generics.params.iter().filter_map(|param| match param {
        syn::GenericParam::Type(param) => Some(param.ident.to_string()),
        syn::GenericParam::Const(param) => Some(param.ident.to_string()),
        syn::GenericParam::Lifetime(_) => None,
    });
    names.map(Into::into).collect()
}

/// A name without what makes it a raw one.
pub(super) fn plain(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}
