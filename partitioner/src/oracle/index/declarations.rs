//! What the declarations of a crate say: what values of a type own, and other names for things.

use std::collections::BTreeSet;

use syn::visit::Visit;

use super::Index;

pub(super) struct Declarations<'i, 'a>(pub(super) &'i mut Index<'a>);

impl Declarations<'_, '_> {
    fn owned<'ast>(
        &mut self,
        name: &syn::Ident,
        generics: &syn::Generics,
        types: impl Iterator<Item = &'ast syn::Type>,
    ) {
        let mut parts = Parts::default();
        types.for_each(|ty| parts.visit_type(ty));
        let owned = self.0.owned.entry(name.to_string()).or_default();
        owned.names.extend(parts.0);
        let parameters = generics.type_params();
        owned
            .parameters
            .extend(parameters.map(|parameter| parameter.ident.to_string()));
    }
}

impl<'ast> Visit<'ast> for Declarations<'_, '_> {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.0.types.insert(item.ident.to_string());
        self.owned(
            &item.ident,
            &item.generics,
            item.fields.iter().map(|field| &field.ty),
        );
    }

    fn visit_item_union(&mut self, item: &'ast syn::ItemUnion) {
        self.0.types.insert(item.ident.to_string());
        // Nothing in a union is dropped.
        self.owned(&item.ident, &item.generics, std::iter::empty());
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.0.types.insert(item.ident.to_string());
        let fields = item.variants.iter().flat_map(|variant| &variant.fields);
        self.owned(&item.ident, &item.generics, fields.map(|field| &field.ty));
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.owned(&item.ident, &item.generics, std::iter::once(&*item.ty));
        let stands_for = match &*item.ty {
            syn::Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
            _ => None,
        };
        let aliases = self.0.aliases.0.entry(item.ident.to_string()).or_default();
        aliases.insert(stands_for.map(|last| last.ident.to_string()));
    }

    fn visit_use_rename(&mut self, rename: &'ast syn::UseRename) {
        let aliases = self
            .0
            .aliases
            .0
            .entry(rename.rename.to_string())
            .or_default();
        aliases.insert(Some(rename.ident.to_string()));
        let owned = self.0.owned.entry(rename.rename.to_string()).or_default();
        owned.names.insert(rename.ident.to_string());
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        let parameters = item.generics.type_params();
        let all = self.0.traits.entry(item.ident.to_string()).or_default();
        all.extend(parameters.map(|parameter| parameter.ident.to_string()));
        syn::visit::visit_item_trait(self, item);
    }

    fn visit_foreign_item_fn(&mut self, item: &'ast syn::ForeignItemFn) {
        self.0.external.insert(item.sig.ident.to_string());
    }
}

/// The names of the types that a value owns: not those behind pointers, which it does not drop.
#[derive(Default)]
struct Parts(BTreeSet<String>);

/// Types that drop nothing of their arguments.
pub(in crate::oracle) const HOLDS: [&str; 6] = [
    "ManuallyDrop",
    "PhantomData",
    "MaybeUninit",
    "NonNull",
    "Weak",
    "AtomicPtr",
];

impl<'ast> Visit<'ast> for Parts {
    fn visit_type_path(&mut self, path: &'ast syn::TypePath) {
        if let Some(last) = path.path.segments.last() {
            let name = last.ident.to_string();
            if HOLDS.contains(&name.as_str()) {
                return;
            }
            self.0.insert(name);
        }
        syn::visit::visit_type_path(self, path);
    }

    fn visit_type_trait_object(&mut self, object: &'ast syn::TypeTraitObject) {
        for bound in &object.bounds {
            if let syn::TypeParamBound::Trait(bound) = bound
                && let Some(last) = bound.path.segments.last()
            {
                self.0.insert(format!("dyn {}", last.ident));
            }
        }
    }

    fn visit_type_reference(&mut self, _: &'ast syn::TypeReference) {}
    fn visit_type_ptr(&mut self, _: &'ast syn::TypePtr) {}
    fn visit_type_fn_ptr(&mut self, _: &'ast syn::TypeFnPtr) {}
}
