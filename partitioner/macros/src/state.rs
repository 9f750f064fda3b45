//! `#[derive(State)]`: a struct whose fields travel one by one.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Fields, FieldsNamed};

use crate::fields;

/// The set of fields travels as the bits of a `u64`.
const MOST_FIELDS: usize = 64;

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    fields::refuse_generics(input, "State")?;
    let named = named(input)?;
    let name = &input.ident;
    let idents: Vec<_> = named
        .named
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .collect();
    let labels = idents.iter().map(|ident| ident.to_string());
    let bits: Vec<TokenStream> = (0..idents.len())
        .map(|bit| quote!((1u64 << #bit)))
        .collect();
    let list = Fields::Named(named.clone());
    let lifted = fields::variables(&list);
    let dirty = named.named.iter().zip(&bits).map(|(field, bit)| {
        let ident = &field.ident;
        quote_spanned!(field.ty.span()=> if self.#ident != base.#ident { fields |= #bit; })
    });
    let types: Vec<_> = named.named.iter().map(|field| &field.ty).collect();
    Ok(quote! {
        #[automatically_derived]
        impl ::microdriver::wire::State for #name {
            const FIELDS: &'static [&'static str] = &[#(#labels),*];

            fn dirty(&self, base: &Self) -> u64 {
                let _ = base;
                let mut fields = 0u64;
                #(#dirty)*
                fields
            }

            fn lower_fields(
                &self,
                fields: u64,
                writer: &mut ::microdriver::wire::Writer<'_>,
            ) -> ::core::result::Result<(), ::microdriver::wire::WireError> {
                let _ = &writer;
                if fields & !(0u64 #(| #bits)*) != 0 {
                    return ::core::result::Result::Err(::microdriver::wire::WireError::Tag);
                }
                #(if fields & #bits != 0 {
                    ::microdriver::wire::Lower::lower(&self.#idents, writer)?;
                })*
                ::core::result::Result::Ok(())
            }

            // All fields are lifted, and nothing follows them, before the first is stored: a message
            // that is refused has changed nothing.
            fn lift_fields(
                &mut self,
                fields: u64,
                reader: &mut ::microdriver::wire::Reader<'_>,
            ) -> ::core::result::Result<(), ::microdriver::wire::WireError> {
                if fields & !(0u64 #(| #bits)*) != 0 {
                    return ::core::result::Result::Err(::microdriver::wire::WireError::Tag);
                }
                #(let #lifted = if fields & #bits != 0 {
                    ::core::option::Option::Some(
                        <#types as ::microdriver::wire::Wire>::lift(reader)?,
                    )
                } else {
                    ::core::option::Option::None
                };)*
                reader.finish()?;
                #(if let ::core::option::Option::Some(value) = #lifted {
                    self.#idents = value;
                })*
                ::core::result::Result::Ok(())
            }
        }
    })
}

fn named(input: &DeriveInput) -> syn::Result<&FieldsNamed> {
    let message = "`State` is for structs with named fields: what is locked together";
    let Data::Struct(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), message));
    };
    let Fields::Named(named) = &data.fields else {
        return Err(syn::Error::new(input.ident.span(), message));
    };
    match named.named.iter().nth(MOST_FIELDS) {
        Some(field) => {
            let message = format!("`State` has at most {MOST_FIELDS} fields");
            Err(syn::Error::new(field.span(), message))
        }
        None => Ok(named),
    }
}
