//! From syntax to items and functions.

use std::collections::BTreeMap;

use partitioner_syntax::Markers;
use syn::{Attribute, Block, ImplItem, Item, ItemImpl, Signature, Type, Visibility};

use super::function::is_public;
use super::items::{name_of, types, unsupported};
use super::{Driver, Entry, Function, FunctionId, ItemId, Owner};
use crate::api::Api;
use crate::diagnostics::{Code, Diagnostic, Outcome, Report};
use crate::load::{ModuleId, Tree};
use crate::source::Span;
use crate::types;

/// Collects the items and functions of a driver and finds its state.
///
/// # Errors
/// `MD0005` for an item that is not understood, `MD0008` without a state, `MD0009` for attributes.
pub fn collect(tree: Tree, api: &Api) -> Outcome<Driver> {
    let mut collector = Collector {
        api,
        items: Vec::new(),
        functions: Vec::new(),
        scopes: vec![BTreeMap::new(); tree.modules.len()],
        states: BTreeMap::new(),
        report: Report::default(),
    };
    for (id, module) in tree.iter() {
        for item in &module.items {
            collector.item(id, &tree, item);
        }
    }
    collector.finish(tree)
}

struct Collector<'a> {
    api: &'a Api,
    items: Vec<Entry>,
    functions: Vec<Function>,
    scopes: Vec<BTreeMap<String, Vec<ItemId>>>,
    /// The types that implement roots, and where.
    states: BTreeMap<String, Span>,
    report: Report,
}

/// What a function inherits from the block that it is in.
struct Around<'a> {
    module: ModuleId,
    item: ItemId,
    owner: Owner,
    self_type: Option<&'a Type>,
    associated: &'a [(String, Type)],
}

impl Collector<'_> {
    fn item(&mut self, module: ModuleId, tree: &Tree, item: &Item) {
        let file = tree.module(module).file;
        let span = Span::of(file, item);
        let name = name_of(item);
        let id = ItemId(self.items.len());
        if let Some(why) = unsupported(item) {
            let title = format!("{why} is not understood");
            let help = "write it in another way: what is not analysed is not split";
            self.report
                .add(Diagnostic::new(Code::Unsupported, title, help).at(span, "not supported"));
            return;
        }
        if let Some(name) = &name {
            self.scopes[module.0]
                .entry(name.clone())
                .or_default()
                .push(id);
        }
        let before = self.functions.len();
        self.items.push(Entry {
            module,
            span,
            item: item.clone(),
            name,
            functions: Vec::new(),
        });
        match item {
            Item::Fn(function) => {
                let around = Around {
                    module,
                    item: id,
                    owner: Owner::Module,
                    self_type: None,
                    associated: &[],
                };
                let parts = (
                    &function.attrs[..],
                    &function.vis,
                    &function.sig,
                    &*function.block,
                );
                self.function(tree, &around, span, parts);
            }
            Item::Impl(block) => self.block(module, tree, id, block),
            _ => self.no_markers(file, crate::load::item_attributes(item)),
        }
        let functions = (before..self.functions.len()).map(FunctionId).collect();
        self.items[id.0].functions = functions;
    }

    fn block(&mut self, module: ModuleId, tree: &Tree, id: ItemId, block: &ItemImpl) {
        let file = tree.module(module).file;
        self.no_markers(file, &block.attrs);
        let Some(of) = types::head(&block.self_ty) else {
            let title = "an impl block for a type without a name is not understood";
            let help = "implement it for a struct or an enum of the driver";
            let span = Span::of(file, &block.self_ty);
            self.report
                .add(Diagnostic::new(Code::Unsupported, title, help).at(span, "not supported"));
            return;
        };
        if block
            .generics
            .type_params()
            .any(|parameter| parameter.ident == of)
        {
            let title = "an impl block for every type is not understood";
            let help = "implement it for the types that need it";
            let span = Span::of(file, &block.self_ty);
            self.report
                .add(Diagnostic::new(Code::Unsupported, title, help).at(span, "not supported"));
            return;
        }
        let trait_name = block.trait_.as_ref().and_then(|(path, _)| {
            path.segments
                .last()
                .map(|segment| segment.ident.to_string())
        });
        if let Some(name) = &trait_name
            && self.api.is_root_trait(name)
        {
            self.states
                .entry(of.clone())
                .or_insert(Span::of(file, &block.self_ty));
        }
        let owner = match trait_name {
            Some(name) => Owner::Trait { of, name },
            None => Owner::Type(of),
        };
        let associated: Vec<(String, Type)> = block
            .items
            .iter()
            .filter_map(|item| match item {
                ImplItem::Type(item) => Some((item.ident.to_string(), item.ty.clone())),
                _ => None,
            })
            .collect();
        let self_type = Some(&*block.self_ty);
        let around = Around {
            module,
            item: id,
            owner,
            self_type,
            associated: &associated,
        };
        for item in &block.items {
            match item {
                ImplItem::Fn(function) => {
                    let parts = (
                        &function.attrs[..],
                        &function.vis,
                        &function.sig,
                        &function.block,
                    );
                    self.function(tree, &around, Span::of(file, item), parts);
                }
                ImplItem::Const(_) | ImplItem::Type(_) => {}
                _ => {
                    let help = "write functions, constants and types";
                    let title = "a macro in an impl block is not understood";
                    let span = Span::of(file, item);
                    self.report.add(
                        Diagnostic::new(Code::Unsupported, title, help).at(span, "not supported"),
                    );
                }
            }
        }
    }

    fn function(
        &mut self,
        tree: &Tree,
        around: &Around<'_>,
        span: Span,
        (attributes, visibility, signature, block): (&[Attribute], &Visibility, &Signature, &Block),
    ) {
        let module = tree.module(around.module);
        let markers = Markers::read(attributes).unwrap_or_else(|errors| {
            for error in errors {
                let help =
                    "see `#[kernel_path]` and `#[user_path]` in the documentation of the macros";
                let title = "attributes on a function contradict each other or are malformed";
                let span = Span::from(module.file, error.span());
                self.report
                    .add(Diagnostic::new(Code::Attribute, title, help).at(span, error.to_string()));
            }
            Markers::default()
        });
        self.no_markers(module.file, attributes);
        let ident = signature.ident.to_string();
        let scope = match &around.owner {
            Owner::Module => module.path.join("::"),
            owner => owner.type_name().unwrap_or_default().to_owned(),
        };
        let name = if scope.is_empty() {
            ident.clone()
        } else {
            format!("{scope}::{ident}")
        };
        let root = match &around.owner {
            Owner::Trait { name, .. } => self.api.root(name, &ident),
            _ => None,
        };
        let visible = match visibility {
            Visibility::Inherited => None,
            visibility => Some(Span::of(module.file, visibility)),
        };
        let start = visible
            .unwrap_or_else(|| Span::of(module.file, signature))
            .start;
        self.functions.push(Function {
            name,
            kernel_only: self.is_kernel_only(&around.owner, &ident),
            ident,
            owner: around.owner.clone(),
            module: around.module,
            item: around.item,
            span,
            code: Span { start, ..span },
            visibility: visible,
            is_public: is_public(visibility) || matches!(around.owner, Owner::Trait { .. }),
            attributes: attributes.to_vec(),
            markers,
            root,
            signature: signature.clone(),
            block: block.clone(),
            self_type: around.self_type.cloned(),
            associated: around.associated.to_vec(),
        });
    }

    /// Whether a method implements one that the traits of the user half do not have.
    fn is_kernel_only(&self, owner: &Owner, ident: &str) -> bool {
        match owner {
            Owner::Trait { name, .. } => self.api.traits.get(name).is_some_and(|found| {
                found.kernel_only || found.kernel_only_methods.contains(ident)
            }),
            _ => false,
        }
    }

    /// What belongs to the runtimes is not for drivers; what is for functions is not for items.
    fn no_markers(&mut self, file: crate::source::FileId, attributes: &[Attribute]) {
        let Ok(markers) = Markers::read(attributes) else {
            return;
        };
        let foreign = [
            markers.root.map(|marked| marked.span),
            markers.service.map(|marked| marked.span),
            markers.kernel_only.map(|marked| marked.span),
        ];
        for span in foreign.into_iter().flatten() {
            let title = "an attribute of the runtimes in a driver";
            let help = "a driver writes `#[kernel_path]` and `#[user_path]`";
            let span = Span::from(file, span);
            self.report
                .add(Diagnostic::new(Code::Attribute, title, help).at(span, "not for drivers"));
        }
    }

    fn finish(mut self, tree: Tree) -> Outcome<Driver> {
        let help = "implement the traits of the API that have `#[root]` methods on one struct";
        let mut states = self.states.iter();
        let state = match (states.next(), states.next()) {
            (Some((name, _)), None) => Some(name.clone()),
            (Some((_, first)), Some((_, second))) => {
                let title = "roots are implemented on more than one type";
                let diagnostic = Diagnostic::new(Code::NoDriver, title, help);
                self.report.add(
                    diagnostic
                        .at(*second, "also here")
                        .with(*first, "roots here"),
                );
                None
            }
            (None, _) => {
                let title = "no type implements a trait with roots";
                self.report
                    .add(Diagnostic::new(Code::NoDriver, title, help));
                None
            }
        };
        self.report.finish()?;
        let name = state.unwrap_or_default();
        let mut driver = Driver {
            tree,
            types: types(&self.items),
            items: self.items,
            functions: self.functions,
            scopes: self.scopes,
            state: name.clone(),
            state_item: ItemId(0),
        };
        distinguish(&mut driver.functions);
        let Some(item) = driver.type_item(&name) else {
            let title = format!("the driver state `{name}` is not a struct of the driver");
            return Err(Diagnostic::new(Code::NoDriver, title, help).into());
        };
        driver.state_item = item;
        Ok(driver)
    }
}

/// Two methods of one name, in two traits, get the trait's name in front.
fn distinguish(functions: &mut [Function]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for function in functions.iter() {
        *count.entry(function.name.clone()).or_default() += 1;
    }
    for function in functions {
        if count.get(&function.name).is_some_and(|count| *count > 1)
            && let Owner::Trait { of, name } = &function.owner
        {
            function.name = format!("<{of} as {name}>::{}", function.ident);
        }
    }
}
