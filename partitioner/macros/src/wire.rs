//! `#[derive(Wire)]`: the wire form of a plain value.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DataEnum, DeriveInput, Fields};

use crate::fields;

pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    fields::refuse_generics(input, "Wire")?;
    let form = match &input.data {
        Data::Struct(data) => structure(input, &data.fields),
        Data::Enum(data) => enumeration(input, data)?,
        Data::Union(data) => {
            let message = "a union has no wire form: nothing says which field is meant";
            return Err(syn::Error::new(data.union_token.span, message));
        }
    };
    let Form {
        max_size,
        shape,
        lower,
        lift,
    } = form;
    let name = &input.ident;
    Ok(quote! {
        #[automatically_derived]
        impl ::microdriver::wire::Lower for #name {
            fn lower(
                &self,
                writer: &mut ::microdriver::wire::Writer<'_>,
            ) -> ::core::result::Result<(), ::microdriver::wire::WireError> {
                let _ = &writer;
                #lower
                ::core::result::Result::Ok(())
            }
        }

        #[automatically_derived]
        impl ::microdriver::wire::Wire for #name {
            const MAX_SIZE: usize = #max_size;
            const SHAPE: u64 = #shape;

            fn lift(
                reader: &mut ::microdriver::wire::Reader<'_>,
            ) -> ::core::result::Result<Self, ::microdriver::wire::WireError> {
                let _ = &reader;
                ::core::result::Result::Ok(#lift)
            }
        }
    })
}

struct Form {
    max_size: TokenStream,
    shape: TokenStream,
    lower: TokenStream,
    lift: TokenStream,
}

fn structure(input: &DeriveInput, list: &Fields) -> Form {
    let places: Vec<TokenStream> = fields::members(list)
        .iter()
        .map(|member| quote!(&self.#member))
        .collect();
    Form {
        max_size: fields::max_size(list),
        shape: fields::shape(&input.ident, list),
        lower: fields::lower(&places),
        lift: fields::lift(&quote!(Self), list),
    }
}

fn enumeration(input: &DeriveInput, data: &DataEnum) -> syn::Result<Form> {
    let name = &input.ident;
    if data.variants.is_empty() {
        let message = "an enum without variants has no value, so no wire form";
        return Err(syn::Error::new(name.span(), message));
    }
    let (mut sizes, mut shapes) = (Vec::new(), Vec::new());
    let (mut lower_arms, mut lift_arms) = (Vec::new(), Vec::new());
    for (index, variant) in data.variants.iter().enumerate() {
        let Ok(tag) = u8::try_from(index) else {
            let message = "more variants than one byte can count";
            return Err(syn::Error::new(variant.ident.span(), message));
        };
        let (ident, list) = (&variant.ident, &variant.fields);
        let (members, variables) = (fields::members(list), fields::variables(list));
        let places: Vec<TokenStream> = variables.iter().map(|name| quote!(#name)).collect();
        let lower_fields = fields::lower(&places);
        let lift_fields = fields::lift(&quote!(Self::#ident), list);
        let label = ident.to_string();
        let shape = fields::shape(ident, list);
        sizes.push(fields::max_size(list));
        shapes.push(quote!((#label, #shape)));
        lower_arms.push(quote! {
            Self::#ident { #(#members: #variables),* } => {
                ::microdriver::wire::Lower::lower(&#tag, writer)?;
                #lower_fields
            }
        });
        lift_arms.push(quote!(#tag => #lift_fields,));
    }
    let name = name.to_string();
    Ok(Form {
        max_size: quote!({
            let mut max = 0usize;
            #(if #sizes > max { max = #sizes; })*
            1 + max
        }),
        shape: quote!(::microdriver::wire::shape::of(#name, &[#(#shapes),*])),
        lower: quote!(match self { #(#lower_arms)* }),
        lift: quote! {
            match <u8 as ::microdriver::wire::Wire>::lift(reader)? {
                #(#lift_arms)*
                _ => return ::core::result::Result::Err(::microdriver::wire::WireError::Tag),
            }
        },
    })
}
