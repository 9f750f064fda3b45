//! Reads the declarations of the runtimes.

use partitioner_syntax::Markers;
use syn::punctuated::Punctuated;
use syn::{
    Attribute, Fields, GenericParam, Generics, ImplItem, Item, ItemImpl, Path, ReceiverKind,
    ReturnType, Signature, Token, TraitItem, Type, Visibility,
};

use super::{Api, ApiTrait, ApiType, Offer};
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::load::{self, Package};
use crate::source::{FileId, Sources, Span};
use crate::types;

/// Reads the API from the packages that make it up, the kernel runtime first.
///
/// # Errors
/// `MD0002`, `MD0003` and `MD0009` in the sources of a runtime; `MD0016`.
pub fn read(sources: &mut Sources, packages: &[Package]) -> Outcome<Api> {
    let mut api = Api::default();
    for package in packages {
        let tree = load::lenient(sources, package)?;
        for (_, module) in tree.iter() {
            for item in &module.items {
                item_of(&mut api, module.file, item)?;
            }
        }
    }
    if let Some(kernel) = packages.first() {
        api.kernel_runtime = (kernel.name.clone(), kernel.directory.clone());
        api.user_runtime = user_runtime(kernel);
        api.workspace.clone_from(&kernel.workspace);
        let defers = kernel
            .metadata
            .get(load::API)
            .and_then(|metadata| metadata.get("defers"));
        api.defers = defers.and_then(serde_json::Value::as_bool).unwrap_or(false);
    }
    Ok(api)
}

fn user_runtime(kernel: &Package) -> Option<(String, std::path::PathBuf)> {
    let path = kernel.metadata.get(load::API)?.get("user")?.as_str()?;
    let package = load::package_of(kernel, &kernel.directory.join(path)).ok()?;
    Some((package.name, package.directory))
}

fn markers(file: FileId, attributes: &[Attribute]) -> Outcome<Markers> {
    Markers::read(attributes).map_err(|error| {
        let title = "a malformed attribute in the driver API";
        let help = "correct the runtime: the driver is not to blame";
        let span = Span::from(file, error.span());
        Diagnostic::new(Code::Attribute, title, help)
            .at(span, error.to_string())
            .into()
    })
}

fn item_of(api: &mut Api, file: FileId, item: &Item) -> Outcome<()> {
    let kernel_only = markers(file, load::item_attributes(item))?
        .kernel_only
        .is_some();
    match item {
        Item::Struct(item) => {
            let mut found = declared(&item.attrs, &item.generics, kernel_only);
            if let Fields::Named(named) = &item.fields {
                for field in &named.named {
                    if let (Some(name), Visibility::Public(_)) = (&field.ident, &field.vis) {
                        found.fields.insert(name.to_string(), field.ty.clone());
                    }
                }
            }
            merge(api, &item.ident.to_string(), found);
        }
        Item::Enum(item) => {
            let found = declared(&item.attrs, &item.generics, kernel_only);
            merge(api, &item.ident.to_string(), found);
        }
        Item::Type(item) => {
            let mut found = declared(&item.attrs, &item.generics, kernel_only);
            found.alias = Some((found.parameters.clone(), (*item.ty).clone()));
            merge(api, &item.ident.to_string(), found);
        }
        Item::Const(item) if kernel_only => {
            api.kernel_constants.insert(item.ident.to_string());
        }
        Item::Trait(item) => {
            let mut found = ApiTrait {
                kernel_only,
                ..ApiTrait::default()
            };
            let name = item.ident.to_string();
            for member in &item.items {
                let TraitItem::Fn(function) = member else {
                    continue;
                };
                let markers = markers(file, &function.attrs)?;
                let method = function.sig.ident.to_string();
                if markers.kernel_only.is_some() {
                    found.kernel_only_methods.insert(method.clone());
                }
                found
                    .methods
                    .insert(method.clone(), markers.root.map(|marked| marked.value));
                // A root is called by the kernel and, in the driver, resolved to the driver's own
                // functions; other methods of traits are part of the API.
                if markers.root.is_none() {
                    let offer = offer(&markers, kernel_only, &function.sig, None);
                    api.methods.insert((name.clone(), method), offer);
                }
            }
            api.traits.insert(name, found);
        }
        Item::Fn(item) if matches!(item.vis, Visibility::Public(_)) => {
            let markers = markers(file, &item.attrs)?;
            let offer = offer(&markers, false, &item.sig, None);
            api.functions.insert(item.sig.ident.to_string(), offer);
        }
        Item::Impl(block) => implementation(api, file, block, kernel_only)?,
        Item::Macro(item) => {
            let exported = item
                .attrs
                .iter()
                .any(|attribute| attribute.path().is_ident("macro_export"));
            if let (Some(name), true) = (&item.ident, exported) {
                api.macros.insert(name.to_string());
            }
        }
        _ => {}
    }
    Ok(())
}

fn implementation(api: &mut Api, file: FileId, block: &ItemImpl, kernel_only: bool) -> Outcome<()> {
    let Some(of) = types::head(&block.self_ty) else {
        return Ok(());
    };
    let trait_name = block.trait_.as_ref().and_then(|(path, _)| last(path));
    match trait_name.as_deref() {
        Some("Wire") => api.types.entry(of.clone()).or_default().wire = true,
        Some("State") => api.types.entry(of.clone()).or_default().state = true,
        Some("Deref") => {
            for item in &block.items {
                if let ImplItem::Type(target) = item {
                    let entry = ((*block.self_ty).clone(), target.ty.clone());
                    api.deref.insert(of.clone(), entry);
                }
            }
        }
        _ => {}
    }
    for item in &block.items {
        let ImplItem::Fn(function) = item else {
            continue;
        };
        if trait_name.is_none() && !matches!(function.vis, Visibility::Public(_)) {
            continue;
        }
        let markers = markers(file, &function.attrs)?;
        let offer = offer(&markers, kernel_only, &function.sig, Some(&block.self_ty));
        api.methods
            .insert((of.clone(), function.sig.ident.to_string()), offer);
    }
    Ok(())
}

fn offer(markers: &Markers, kernel_only: bool, signature: &Signature, of: Option<&Type>) -> Offer {
    Offer {
        kernel_only: kernel_only || markers.kernel_only.is_some(),
        service: markers.service.map(|marked| marked.value),
        consumes: signature
            .receiver()
            .is_some_and(|receiver| matches!(receiver.kind, ReceiverKind::Value)),
        mutates: signature.receiver().is_some_and(|receiver| {
            matches!(&receiver.kind, ReceiverKind::Reference(_, _, Some(_)))
        }),
        arguments: signature
            .inputs
            .iter()
            .filter_map(|input| match input {
                syn::FnArg::Typed(typed) => Some((*typed.ty).clone()),
                syn::FnArg::Receiver(_) => None,
            })
            .collect(),
        result: match &signature.output {
            ReturnType::Default => None,
            ReturnType::Type(_, ty) => Some((**ty).clone()),
        },
        of: of.cloned(),
    }
}

fn declared(attributes: &[Attribute], generics: &Generics, kernel_only: bool) -> ApiType {
    let parameters = generics
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Const(parameter) => Some(parameter.ident.to_string()),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    ApiType {
        kernel_only,
        wire: derives(attributes, "Wire"),
        state: derives(attributes, "State"),
        parameters,
        ..ApiType::default()
    }
}

/// An impl block may have been read before the type.
fn merge(api: &mut Api, name: &str, found: ApiType) {
    let entry = api.types.entry(name.to_owned()).or_default();
    let (wire, state) = (entry.wire || found.wire, entry.state || found.state);
    *entry = ApiType {
        wire,
        state,
        ..found
    };
}

/// Whether a type derives a trait.
pub(crate) fn derives(attributes: &[Attribute], name: &str) -> bool {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
        .any(|attribute| {
            attribute
                .parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
                .is_ok_and(|paths| paths.iter().any(|path| last(path).as_deref() == Some(name)))
        })
}

fn last(path: &Path) -> Option<String> {
    path.segments
        .last()
        .map(|segment| segment.ident.to_string())
}
