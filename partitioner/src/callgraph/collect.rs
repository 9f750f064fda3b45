//! From files to an index: scopes and items first, then impl blocks, whose types have to be resolved.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Generics, ImplItem, Item, ItemImpl, ItemMod, Signature, TraitItem};
use typed_arena::Arena;

use super::cfg::Config;
use super::index::{
    AliasDef, Around, Declared, Def, Function, Index, Key, Kind, Method, Scope, ScopeId, Shape,
    TraitDef, TypeDef, ValueDef, key,
};
use super::macros::Macros;
use super::ty::{Ty, TypeId};
use super::{Home, Node, NodeId, Origin};
use crate::diagnostics::{Code, Diagnostic, Report};
use crate::input;
use crate::load::{depth, item_attributes};
use crate::resolve::imports;
use crate::source::{FileId, Sources, Span};

/// What a derive of the standard library makes: the trait and the method.
const DERIVES: &[(&str, &str, bool, usize)] = &[
    ("Clone", "clone", true, 1),
    ("Debug", "fmt", true, 2),
    ("Default", "default", false, 0),
    ("Eq", "assert_fields_are_eq", true, 1),
    ("Hash", "hash", true, 2),
    ("Ord", "cmp", true, 2),
    ("PartialEq", "eq", true, 2),
    ("PartialOrd", "partial_cmp", true, 2),
];

/// Where a piece of syntax comes from.
#[derive(Clone, Copy)]
struct Place {
    scope: ScopeId,
    file: FileId,
    /// The macro call that made it.
    made_at: Option<Span>,
}

#[derive(Clone, Copy)]
struct Block_<'a> {
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
    blocks: Vec<Block_<'a>>,
    derives: Vec<(TypeId, syn::Path, Span)>,
    /// The files that are being read: a module, and those around it.
    open: Vec<PathBuf>,
    depth: usize,
    /// How many calls of macros were expanded.
    expanded: usize,
}

/// How deep macros that make macro calls go.
const DEEPEST: usize = 64;

/// How many calls of macros among items are expanded.
const MOST_CALLS: usize = 200_000;

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

    fn scope(
        &mut self,
        around: Option<ScopeId>,
        parent: Option<ScopeId>,
        path: Vec<String>,
        file: FileId,
    ) -> ScopeId {
        let id = ScopeId(self.index.scopes.len());
        let module = around.map_or(id, |around| self.index.scope(around).module);
        let parent = around.map_or(parent, |around| self.index.scope(around).parent);
        self.index.scopes.push(Scope {
            around,
            module,
            parent,
            path,
            file,
            names: HashMap::new(),
            imports: HashMap::new(),
            globs: Vec::new(),
        });
        id
    }

    fn file(&mut self, path: &Path, declared: Option<Span>) -> Option<(FileId, &'a [Item])> {
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

    fn items(&mut self, place: Place, items: &'a [Item], path: &Path, directory: &Path) {
        for item in items {
            if self.config.keeps(item_attributes(item)) {
                self.item(place, item, path, directory);
            }
        }
    }

    fn span(&self, place: Place, syntax: &impl Spanned) -> Span {
        place
            .made_at
            .unwrap_or_else(|| Span::of(place.file, syntax))
    }

    /// An impl block from its `impl`, or the `unsafe` before it: without attributes.
    fn header(&self, place: Place, item: &ItemImpl) -> Span {
        let whole = self.span(place, item);
        if place.made_at.is_some() {
            return whole;
        }
        let start = match &item.unsafety {
            Some(token) => Span::of(place.file, token),
            None => Span::of(place.file, &item.impl_token),
        };
        Span {
            start: start.start,
            ..whole
        }
    }

    fn define(&mut self, scope: ScopeId, name: impl ToString, def: Def) {
        let names = &mut self.index.scopes[scope.0].names;
        names.entry(plain(&name.to_string())).or_default().push(def);
    }

    fn item(&mut self, place: Place, item: &'a Item, path: &Path, directory: &Path) {
        let scope = place.scope;
        match item {
            Item::Fn(function) => {
                let around = Rc::new(Around::default());
                let code = self.span(place, function);
                let id = self.function(
                    place,
                    around,
                    Home::Module,
                    None,
                    code,
                    &function.sig,
                    &function.block,
                );
                self.define(scope, &function.sig.ident, Def::Function(id));
                self.nested(place, &function.block);
            }
            Item::Struct(found) => {
                let shape = Shape::Fields(&found.fields);
                self.type_(place, &found.ident, &found.generics, shape, &found.attrs);
            }
            Item::Union(found) => {
                let shape = Shape::Named(&found.fields);
                self.type_(place, &found.ident, &found.generics, shape, &found.attrs);
            }
            Item::Enum(found) => {
                let kept = found
                    .variants
                    .iter()
                    .filter(|variant| self.config.keeps(&variant.attrs));
                let variants =
                    kept.map(|variant| (plain(&variant.ident.to_string()), &variant.fields));
                let shape = Shape::Variants(variants.collect());
                self.type_(place, &found.ident, &found.generics, shape, &found.attrs);
            }
            Item::Type(found) => {
                self.define(scope, &found.ident, Def::Alias(self.index.aliases.len()));
                let params = params(&found.generics);
                self.index.aliases.push(AliasDef {
                    scope,
                    params,
                    ty: &found.ty,
                });
            }
            Item::Const(found) => {
                self.value(
                    place,
                    &found.ident.to_string(),
                    &found.ty,
                    Some(&found.expr),
                );
                self.nested_in(place, &found.expr);
            }
            Item::Static(found) => {
                self.value(
                    place,
                    &found.ident.to_string(),
                    &found.ty,
                    Some(&found.expr),
                );
                self.nested_in(place, &found.expr);
            }
            Item::Use(found) => {
                for import in imports(found) {
                    let scope = &mut self.index.scopes[scope.0];
                    let path: Vec<String> = import.path.iter().map(|name| plain(name)).collect();
                    match import.name {
                        None => scope.globs.push(path),
                        Some(name) if name == "_" => {}
                        Some(name) => scope.imports.entry(plain(&name)).or_default().push(path),
                    }
                }
            }
            Item::ExternCrate(found) => {
                if found.ident == "self"
                    && let Some((_, name)) = &found.rename
                {
                    self.define(scope, name, Def::Module(ScopeId(0)));
                }
            }
            Item::Mod(module) => self.module(place, module, path, directory),
            Item::Trait(found) => self.trait_(place, found),
            Item::Impl(block) => self.blocks.push(Block_ { place, item: block }),
            Item::Macro(call) if call.ident.is_none() => {
                self.call(place, &call.mac, path, directory);
            }
            _ => {}
        }
    }

    fn value(&mut self, place: Place, name: &str, ty: &'a syn::Type, expr: Option<&'a syn::Expr>) {
        let scope = place.scope;
        self.define(scope, name, Def::Value(self.index.values.len()));
        self.index.values.push(ValueDef { scope, ty, expr });
    }

    /// A macro in place of items.
    fn call(&mut self, place: Place, call: &'a syn::Macro, path: &Path, directory: &Path) {
        let at = self.span(place, call);
        let name = call
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        self.expanded += 1;
        if self.depth >= DEEPEST || self.expanded > MOST_CALLS {
            self.foreign(place, &name, &call.tokens, at);
            return;
        }
        let made = if name == "cfg_if" {
            super::macros::cfg_if(&call.tokens, self.config)
        } else {
            self.macros.items(&name, &call.tokens)
        };
        match made {
            Some(lists) => {
                for items in lists {
                    let items: &'a [Item] = self.arena.alloc(items);
                    self.macros.define_all(items);
                    self.depth += 1;
                    let place = Place {
                        made_at: Some(at),
                        ..place
                    };
                    self.items(place, items, path, directory);
                    self.depth -= 1;
                }
            }
            None => self.foreign(place, &name, &call.tokens, at),
        }
    }

    /// A macro of elsewhere that makes items: one node for all that it makes.
    fn foreign(&mut self, place: Place, name: &str, tokens: &TokenStream, at: Span) {
        let node = self.node(
            place,
            Home::Module,
            None,
            at,
            &format!("{name}!"),
            Origin::Foreign,
        );
        let mut names = BTreeSet::new();
        let mut types = Vec::new();
        names_in(tokens, &mut names, &mut types, 0);
        for ty in types {
            let id = TypeId(self.index.types.len());
            self.index.types.push(TypeDef {
                name: ty.clone(),
                scope: place.scope,
                params: Vec::new(),
                shape: Shape::Opaque(node),
            });
            self.define(place.scope, ty, Def::Type(id));
        }
        self.index.kinds.push(Kind::Foreign { names });
        self.index.foreign.push(node);
    }

    fn module(&mut self, place: Place, module: &'a ItemMod, path: &Path, directory: &Path) {
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

    fn type_(
        &mut self,
        place: Place,
        name: &syn::Ident,
        generics: &'a Generics,
        shape: Shape<'a>,
        attributes: &[Attribute],
    ) {
        let id = TypeId(self.index.types.len());
        self.index.types.push(TypeDef {
            name: plain(&name.to_string()),
            scope: place.scope,
            params: params(generics),
            shape,
        });
        self.define(place.scope, name, Def::Type(id));
        for path in self.config.derives(attributes) {
            let span = self.span(place, &path);
            self.derives.push((id, path, span));
        }
    }

    fn trait_(&mut self, place: Place, found: &'a syn::ItemTrait) {
        let name = plain(&found.ident.to_string());
        let mut params = params(&found.generics);
        params.push("Self".into());
        let around = Rc::new(Around {
            params,
            self_ty: Some(Ty::Abstract("Self".into())),
            associated: Vec::new(),
            scope: Some(place.scope),
        });
        self.define(place.scope, &name, Def::Trait(self.index.traits.len()));
        let at = self.index.traits.len();
        self.index.traits.push(TraitDef {
            name: name.clone(),
            methods: HashMap::new(),
        });
        let block = self.span(place, &found.trait_token);
        for item in &found.items {
            match item {
                TraitItem::Fn(method) if self.config.keeps(&method.attrs) => {
                    if let Some(body) = &method.default {
                        let home = Home::TraitDefault(name.clone());
                        let code = self.span(place, method);
                        let id = self.function(
                            place,
                            around.clone(),
                            home,
                            Some(block),
                            code,
                            &method.sig,
                            body,
                        );
                        self.method(Key::Any, &method.sig, id, true);
                        self.nested(place, body);
                    }
                    let declared = Declared {
                        signature: &method.sig,
                        around: around.clone(),
                    };
                    let name = plain(&method.sig.ident.to_string());
                    self.index
                        .declaring
                        .entry(name.clone())
                        .or_default()
                        .push(at);
                    self.index.traits[at].methods.insert(name, declared);
                }
                TraitItem::Macro(call) => {
                    let span = self.span(place, call);
                    self.members_of_macro(place, &call.mac, span);
                }
                _ => {}
            }
        }
    }

    /// A macro among methods that is not expanded: one node for all that it makes.
    fn members_of_macro(&mut self, place: Place, call: &syn::Macro, at: Span) {
        let name = call
            .path
            .segments
            .last()
            .map(|last| last.ident.to_string())
            .unwrap_or_default();
        self.foreign(place, &name, &call.tokens, at);
    }

    fn impl_blocks(&mut self) {
        let mut next = 0;
        while next < self.blocks.len() {
            let Block_ { place, item } = self.blocks[next];
            next += 1;
            let mut around = Around {
                params: params(&item.generics),
                scope: Some(place.scope),
                ..Around::default()
            };
            around.associated = item
                .items
                .iter()
                .filter_map(|item| match item {
                    ImplItem::Type(item) => Some((item.ident.to_string(), &item.ty)),
                    _ => None,
                })
                .collect();
            let self_ty = self.index.ty(place.scope, &around, &[], &item.self_ty);
            around.self_ty = Some(self_ty.clone());
            let key = key(&self_ty).unwrap_or(Key::Any);
            let shown = crate::types::head(&item.self_ty)
                .unwrap_or_else(|| crate::crossing::show(&item.self_ty));
            let of_trait = item
                .trait_
                .as_ref()
                .and_then(|(path, _)| path.segments.last());
            let of_trait = of_trait.map(|last| last.ident.to_string());
            let home = match &of_trait {
                Some(name) => Home::TraitImpl(shown, name.clone()),
                None => Home::Inherent(shown),
            };
            let around = Rc::new(around);
            if of_trait.as_deref() == Some("Deref")
                && let (Ty::Local(id, _), Some((_, target))) = (
                    &self_ty,
                    around.associated.iter().find(|(name, _)| name == "Target"),
                )
            {
                let target = self.index.ty(place.scope, &around, &[], target);
                self.index.targets.insert(*id, target);
            }
            let block = self.header(place, item);
            self.members(
                place,
                &around,
                &home,
                key,
                &item.items,
                block,
                of_trait.is_some(),
            );
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "what a method inherits from its block"
    )]
    fn members(
        &mut self,
        place: Place,
        around: &Rc<Around<'a>>,
        home: &Home,
        key: Key,
        items: &'a [ImplItem],
        block: Span,
        of_trait: bool,
    ) {
        for item in items {
            match item {
                ImplItem::Fn(method) if self.config.keeps(&method.attrs) => {
                    let code = self.span(place, method);
                    let id = self.function(
                        place,
                        around.clone(),
                        home.clone(),
                        Some(block),
                        code,
                        &method.sig,
                        &method.block,
                    );
                    self.method(key.clone(), &method.sig, id, of_trait);
                    self.nested(place, &method.block);
                }
                ImplItem::Const(found) => {
                    let scope = place.scope;
                    self.index.values.push(ValueDef {
                        scope,
                        ty: &found.ty,
                        expr: Some(&found.expr),
                    });
                }
                ImplItem::Macro(call) => {
                    let at = self.span(place, call);
                    let name = call
                        .mac
                        .path
                        .segments
                        .last()
                        .map(|last| last.ident.to_string());
                    match self
                        .macros
                        .members(&name.unwrap_or_default(), &call.mac.tokens)
                    {
                        Some(made) => {
                            // Kept as an impl block of its own, so that it lives as long as the rest.
                            let shell: syn::ItemImpl = syn::parse_quote!(impl X {});
                            let items = vec![Item::Impl(ItemImpl {
                                items: made,
                                ..shell
                            })];
                            let kept: &'a [Item] = self.arena.alloc(items);
                            if let [Item::Impl(kept)] = kept {
                                let place = Place {
                                    made_at: Some(at),
                                    ..place
                                };
                                self.members(
                                    place,
                                    around,
                                    home,
                                    key.clone(),
                                    &kept.items,
                                    block,
                                    of_trait,
                                );
                            }
                        }
                        None => self.members_of_macro(place, &call.mac, at),
                    }
                }
                _ => {}
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "what a function is made of")]
    fn function(
        &mut self,
        place: Place,
        around: Rc<Around<'a>>,
        home: Home,
        block: Option<Span>,
        code: Span,
        signature: &'a Signature,
        body: &'a Block,
    ) -> NodeId {
        let origin = if place.made_at.is_some() {
            Origin::Expanded
        } else {
            Origin::Written
        };
        let ident = plain(&signature.ident.to_string());
        let id = self.node(place, home, block, code, &ident, origin);
        self.index.kinds.push(Kind::Function(Box::new(Function {
            scope: place.scope,
            around,
            signature,
            body,
            made_at: place.made_at,
            result: std::cell::OnceCell::new(),
        })));
        id
    }

    fn node(
        &mut self,
        place: Place,
        home: Home,
        block: Option<Span>,
        span: Span,
        ident: &str,
        origin: Origin,
    ) -> NodeId {
        let module = self.index.scope(place.scope).path.clone();
        let mut name = module.join("::");
        let owner = match &home {
            Home::Module => None,
            Home::Inherent(of) => Some(of.clone()),
            Home::TraitImpl(of, name) => Some(format!("<{of} as {name}>")),
            Home::TraitDefault(name) => Some(name.clone()),
        };
        for part in owner.iter().map(String::as_str).chain([ident]) {
            if !name.is_empty() {
                name.push_str("::");
            }
            name.push_str(part);
        }
        self.index.homes.push(home.clone());
        self.nodes.push(Node {
            name,
            module,
            home,
            ident: ident.to_owned(),
            span,
            block,
            origin,
        });
        NodeId(self.nodes.len() - 1)
    }

    fn method(&mut self, key: Key, signature: &Signature, node: NodeId, of_trait: bool) {
        let receiver = signature.receiver().is_some();
        let method = Method {
            node,
            receiver,
            arguments: signature.inputs.len(),
            of_trait,
        };
        self.register(key, plain(&signature.ident.to_string()), method);
    }

    fn register(&mut self, key: Key, name: String, method: Method) {
        self.index
            .methods
            .entry(name.clone())
            .or_default()
            .push(method);
        self.index
            .of_type
            .entry((key, name))
            .or_default()
            .push(method);
    }

    /// The items in a body.
    fn nested(&mut self, place: Place, body: &'a Block) {
        let mut found = Blocks(Vec::new());
        found.visit_block(body);
        self.nested_blocks(place, found.0);
    }

    fn nested_in(&mut self, place: Place, value: &'a syn::Expr) {
        let mut found = Blocks(Vec::new());
        found.visit_expr(value);
        self.nested_blocks(place, found.0);
    }

    fn nested_blocks(&mut self, place: Place, blocks: Vec<&'a Block>) {
        // Outer blocks come first, and are the scope of those within.
        let mut open: Vec<(&'a Block, ScopeId)> = Vec::new();
        for block in blocks {
            while let Some((outer, _)) = open.last() {
                let mut within = Contains {
                    block,
                    found: false,
                };
                within.visit_block(outer);
                if within.found {
                    break;
                }
                open.pop();
            }
            let around = open.last().map_or(place.scope, |(_, scope)| *scope);
            let path = self.index.scope(around).path.clone();
            let scope = self.scope(Some(around), None, path, place.file);
            self.index
                .blocks
                .insert(std::ptr::from_ref(block) as usize, scope);
            open.push((block, scope));
            let items = block.stmts.iter().filter_map(|statement| match statement {
                syn::Stmt::Item(item) => Some(item),
                _ => None,
            });
            for item in items {
                if let Item::Macro(_) = item {
                    self.macros.define_all(std::slice::from_ref(item));
                }
                if self.config.keeps(item_attributes(item)) {
                    self.item(Place { scope, ..place }, item, Path::new(""), Path::new(""));
                }
            }
        }
    }

    fn derived(&mut self) {
        for (of, path, span) in std::mem::take(&mut self.derives) {
            let Some(last) = path.segments.last() else {
                continue;
            };
            let (name, scope) = (last.ident.to_string(), self.index.types[of.0].scope);
            // It makes no function.
            if name == "Copy" {
                continue;
            }
            let place = Place {
                scope,
                file: span.file,
                made_at: None,
            };
            let home = Home::TraitImpl(self.index.types[of.0].name.clone(), name.clone());
            let known = DERIVES.iter().find(|(derive, ..)| *derive == name);
            let ident = known.map_or("*", |(_, method, ..)| *method);
            let node = self.node(place, home, Some(span), span, ident, Origin::Derived);
            let method = known.map(|(_, method, ..)| *method);
            self.index.kinds.push(Kind::Derived { of, method });
            match known {
                Some((_, method, receiver, arguments)) => {
                    let method_ = Method {
                        node,
                        receiver: *receiver,
                        arguments: *arguments,
                        of_trait: true,
                    };
                    self.register(Key::Local(of), (*method).to_owned(), method_);
                }
                None => self.index.foreign.push(node),
            }
        }
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

/// How deep tokens are looked into.
const NESTED: usize = 128;

/// The names among tokens, and those that are declared as types.
fn names_in(
    tokens: &TokenStream,
    names: &mut BTreeSet<String>,
    types: &mut Vec<String>,
    depth: usize,
) {
    let mut declares = false;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                if declares && !types.contains(&name) {
                    types.push(name.clone());
                }
                declares = matches!(name.as_str(), "struct" | "enum" | "union" | "type");
                names.insert(plain(&name));
            }
            TokenTree::Group(group) if depth < NESTED => {
                names_in(&group.stream(), names, types, depth + 1);
            }
            _ => {}
        }
    }
}

/// Blocks with items.
struct Blocks<'a>(Vec<&'a Block>);

impl<'a> Visit<'a> for Blocks<'a> {
    fn visit_block(&mut self, block: &'a Block) {
        if block
            .stmts
            .iter()
            .any(|statement| matches!(statement, syn::Stmt::Item(_)))
        {
            self.0.push(block);
        }
        visit::visit_block(self, block);
    }

    // The bodies of items are looked into when those are collected.
    fn visit_item(&mut self, _: &'a Item) {}
}

struct Contains<'b> {
    block: &'b Block,
    found: bool,
}

impl<'a> Visit<'a> for Contains<'_> {
    fn visit_block(&mut self, block: &'a Block) {
        if std::ptr::eq(block, self.block) {
            self.found = true;
        } else if !self.found {
            visit::visit_block(self, block);
        }
    }
}
