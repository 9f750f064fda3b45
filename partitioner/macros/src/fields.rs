//! What the derives have in common: how a list of fields is measured, named, lowered and lifted.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Fields, Ident, Member};

/// A wire form is one layout; a generic type would be many.
pub(crate) fn refuse_generics(input: &DeriveInput, derive: &str) -> syn::Result<()> {
    if input.generics.params.is_empty() {
        return Ok(());
    }
    let message = format!("`{derive}` is for types without generic parameters");
    Err(syn::Error::new(input.generics.span(), message))
}

/// The members of the fields: names, or indices of a tuple.
pub(crate) fn members(fields: &Fields) -> Vec<Member> {
    fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            field
                .ident
                .clone()
                .map_or_else(|| Member::Unnamed(index.into()), Member::Named)
        })
        .collect()
}

/// A variable for each field.
pub(crate) fn variables(fields: &Fields) -> Vec<Ident> {
    (0..fields.len())
        .map(|index| format_ident!("field_{index}"))
        .collect()
}

/// The sum of the fields' largest sizes.
pub(crate) fn max_size(fields: &Fields) -> TokenStream {
    let sizes = fields.iter().map(|field| {
        let ty = &field.ty;
        quote_spanned!(ty.span()=> <#ty as ::microdriver::wire::Wire>::MAX_SIZE)
    });
    quote!(0usize #(+ #sizes)*)
}

/// The shape of the fields under a name.
pub(crate) fn shape(name: &Ident, fields: &Fields) -> TokenStream {
    let name = name.to_string();
    let parts = fields.iter().zip(members(fields)).map(|(field, member)| {
        let label = match member {
            Member::Named(name) => name.to_string(),
            Member::Unnamed(index) => index.index.to_string(),
        };
        let ty = &field.ty;
        quote_spanned!(ty.span()=> (#label, <#ty as ::microdriver::wire::Wire>::SHAPE))
    });
    quote!(::microdriver::wire::shape::of(#name, &[#(#parts),*]))
}

/// Lowers each of the places, in order.
pub(crate) fn lower<'a, I>(places: I) -> TokenStream
where
    I: IntoIterator<Item = &'a TokenStream>,
{
    let places = places.into_iter();
    quote!(#(::microdriver::wire::Lower::lower(#places, writer)?;)*)
}

/// A value of `constructor` whose fields are lifted in order. Fields of a struct expression are
/// evaluated in the order in which they are written.
pub(crate) fn lift(constructor: &TokenStream, fields: &Fields) -> TokenStream {
    let members = members(fields);
    let types = fields.iter().map(|field| &field.ty);
    quote!(#constructor { #(#members: <#types as ::microdriver::wire::Wire>::lift(reader)?),* })
}
