//! What the sources say that a call graph does not: the heads of impl blocks, the fields of types, other
//! names for things. And where a place that the compiler prints is in them.

mod declarations;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::visit::Visit;

use super::mir::Position;
use crate::callgraph::{CallGraph, Home, NodeId, Origin};
use crate::source::{FileId, Sources, Span};
use declarations::Declarations;
pub(super) use declarations::HOLDS;

/// The head of an impl block.
#[derive(Debug)]
pub struct Head {
    /// Its parameters, without lifetimes.
    pub parameters: BTreeSet<String>,
    /// The type.
    pub of: syn::Type,
    /// The arguments of the trait.
    pub arguments: Vec<syn::Type>,
}

/// What the values of a type own. Types of the same name are taken as one.
#[derive(Debug, Default)]
pub struct Owned {
    /// The last names of the types that the fields are made of; `dyn Trait` for trait objects.
    pub names: BTreeSet<String>,
    /// The type parameters.
    pub parameters: BTreeSet<String>,
}

/// Names that stand for others.
#[derive(Debug, Default)]
pub struct Aliases(BTreeMap<String, BTreeSet<Option<String>>>);

impl Aliases {
    /// Whether what is written as `written` can be what is printed as `printed`.
    pub fn admit(&self, written: &str, printed: &str) -> bool {
        let mut seen = BTreeSet::new();
        let mut queue = vec![written];
        while let Some(name) = queue.pop() {
            if name == printed {
                return true;
            }
            for stands_for in self.0.get(name).into_iter().flatten() {
                match stands_for {
                    Some(name) if seen.insert(name) => queue.push(name),
                    Some(_) => {}
                    None => return true,
                }
            }
        }
        false
    }

    /// Whether a name stands for another.
    pub fn contain(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether it may stand for a type without a path.
    pub fn hide(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|all| all.contains(&None))
    }
}

/// Knowledge of the sources of one crate.
#[derive(Debug)]
pub struct Index<'a> {
    /// The graph.
    pub graph: &'a CallGraph,
    /// The sources.
    pub sources: &'a Sources,
    /// Names that stand for another type or trait, `type A = ..` and `use b::C as A`: the last names of what
    /// they stand for; none where that is not a path.
    pub aliases: Aliases,
    /// Foreign functions, which have no body.
    pub external: BTreeSet<String>,
    heads: BTreeMap<Span, Option<Head>>,
    /// The types that the crate defines.
    pub types: BTreeSet<String>,
    owned: BTreeMap<String, Owned>,
    traits: BTreeMap<String, BTreeSet<String>>,
    lines: BTreeMap<FileId, Vec<usize>>,
    files: BTreeMap<PathBuf, FileId>,
    idents: BTreeMap<&'a str, Vec<NodeId>>,
    relative_to: PathBuf,
}

impl<'a> Index<'a> {
    /// Reads the sources again; relative file names of the compiler are relative to `relative_to`.
    pub fn new(graph: &'a CallGraph, sources: &'a Sources, relative_to: &Path) -> Index<'a> {
        let mut index = Index {
            graph,
            sources,
            aliases: Aliases::default(),
            external: BTreeSet::new(),
            heads: BTreeMap::new(),
            types: BTreeSet::new(),
            owned: BTreeMap::new(),
            traits: BTreeMap::new(),
            lines: BTreeMap::new(),
            files: BTreeMap::new(),
            idents: BTreeMap::new(),
            relative_to: relative_to.to_owned(),
        };
        for (id, file) in sources.iter() {
            let path = file
                .path
                .canonicalize()
                .unwrap_or_else(|_| file.path.clone());
            index.files.insert(path, id);
            let starts = file.text.match_indices('\n').map(|(at, _)| at + 1);
            index
                .lines
                .insert(id, std::iter::once(0).chain(starts).collect());
            if let Ok(ast) = syn::parse_file(&file.text) {
                Declarations(&mut index).visit_file(&ast);
            }
        }
        for (id, node) in graph.iter() {
            index.idents.entry(&node.ident).or_default().push(id);
            if let Some(block) = node.block {
                index
                    .heads
                    .entry(block)
                    .or_insert_with(|| head(sources, block));
            }
        }
        index
    }

    /// The functions of a name.
    pub fn named(&self, ident: &str) -> &[NodeId] {
        self.idents.get(ident).map_or(&[], Vec::as_slice)
    }

    /// The head of the impl block around a function, if there is one that can be read.
    pub fn head(&self, id: NodeId) -> Option<&Head> {
        self.heads.get(&self.graph.node(id).block?)?.as_ref()
    }

    /// The type parameters that a function's body may name.
    pub fn parameters(&self, id: NodeId) -> BTreeSet<String> {
        let node = self.graph.node(id);
        let mut all = BTreeSet::new();
        if let Some(head) = self.head(id) {
            all.extend(head.parameters.iter().cloned());
        }
        let text = self.sources.text(node.span);
        let short = text.find('{').map(|at| format!("{}{{}}", &text[..at]));
        let parsed = short.and_then(|text| syn::parse_str::<syn::ItemFn>(&text).ok());
        if let Some(item) = parsed.or_else(|| syn::parse_str(text).ok()) {
            let own = item.sig.generics.type_params();
            all.extend(own.map(|parameter| parameter.ident.to_string()));
        }
        match &node.home {
            Home::TraitDefault(name) => {
                all.extend(self.traits.get(name).into_iter().flatten().cloned());
            }
            Home::Inherent(of) | Home::TraitImpl(of, _) if node.origin != Origin::Written => {
                let owned = self.owned(of).into_iter();
                all.extend(owned.flat_map(|owned| owned.parameters.iter().cloned()));
            }
            _ => {}
        }
        all
    }

    /// What a type owns; nothing is known of foreign types.
    pub fn owned(&self, name: &str) -> Option<&Owned> {
        self.owned.get(name)
    }

    /// Whether a function stands for all that a macro or a derive makes.
    pub fn is_whole(&self, id: NodeId) -> bool {
        let node = self.graph.node(id);
        node.origin == Origin::Foreign || node.ident == "*"
    }

    /// Whether the crate defines a trait of this name.
    pub fn is_trait(&self, name: &str) -> bool {
        self.traits.contains_key(name)
    }

    /// Where a place is in the sources.
    pub fn span(&self, position: &Position) -> Option<Span> {
        let path = self.relative_to.join(&position.file);
        let file = match self.files.get(&path) {
            Some(file) => *file,
            None => *self.files.get(&path.canonicalize().ok()?)?,
        };
        let start = self.byte(file, position.start)?;
        let end = self.byte(file, position.end)?;
        (start <= end).then_some(Span { file, start, end })
    }

    fn byte(&self, file: FileId, (line, column): (usize, usize)) -> Option<usize> {
        let starts = self.lines.get(&file)?;
        let start = *starts.get(line.checked_sub(1)?)?;
        let text = &self.sources.file(file).text;
        let end = starts.get(line).copied().unwrap_or(text.len());
        let line = text.get(start..end)?;
        let mut columns = line.char_indices().map(|(at, _)| at).chain([line.len()]);
        Some(start + columns.nth(column.checked_sub(1)?)?)
    }

    /// The attribute around a span, if it is in a `#[derive(..)]`.
    pub fn in_derive(&self, span: Span) -> bool {
        let text = &self.sources.file(span.file).text;
        let Some(before) = text.get(..span.start) else {
            return false;
        };
        before.rfind("#[").is_some_and(|at| {
            let attribute = before.get(at..).unwrap_or("");
            attribute
                .trim_start_matches("#[")
                .trim_start()
                .starts_with("derive")
                && !attribute.contains(']')
        })
    }
}

/// The head of the impl block at a span: what stands before its first brace.
fn head(sources: &Sources, block: Span) -> Option<Head> {
    let text = sources.file(block.file).text.get(block.range())?;
    let start = text.find("impl")?;
    let short = text
        .get(..text.get(start..)?.find('{')? + start)
        .and_then(|head| syn::parse_str::<syn::ItemImpl>(&format!("{head}{{}}")).ok());
    let item = match short {
        Some(item) => item,
        // A brace of a constant in the head, or of an attribute before it.
        None => syn::parse_str(text).ok()?,
    };
    let parameters = item
        .generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            syn::GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
            syn::GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
            syn::GenericParam::Lifetime(_) => None,
        });
    let parameters = parameters.collect();
    let path = item.trait_.as_ref().map(|(path, ..)| path);
    let arguments = path
        .and_then(|path| path.segments.last())
        .map_or(Vec::new(), |segment| types(&segment.arguments));
    Some(Head {
        parameters,
        of: *item.self_ty,
        arguments,
    })
}

/// The types among generic arguments.
pub(super) fn types(arguments: &syn::PathArguments) -> Vec<syn::Type> {
    match arguments {
        syn::PathArguments::AngleBracketed(arguments) => arguments
            .args
            .iter()
            .filter_map(|argument| match argument {
                syn::GenericArgument::Type(ty) => Some(ty.clone()),
                // The compiler prints a value, which is not looked at.
                syn::GenericArgument::Const(_) => Some(syn::Type::Infer(syn::TypeInfer {
                    attrs: Vec::new(),
                    underscore_token: Default::default(),
                })),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}
