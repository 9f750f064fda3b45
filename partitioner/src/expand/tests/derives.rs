//! What derives make.

use crate::expand::derive::{Makes, derives};

/// For each derive: its text, and for each method `name/arity(fields)`.
fn show(item: &str) -> Vec<String> {
    let item = syn::parse_str::<syn::Item>(item).unwrap();
    derives(&item)
        .unwrap()
        .into_iter()
        .map(|derive| {
            let methods = match derive.makes {
                Makes::Unknown => "?".to_owned(),
                Makes::Methods(list) => list
                    .iter()
                    .map(|method| {
                        let fields: Vec<String> = method
                            .calls
                            .iter()
                            .map(|field| {
                                let ty = &field.ty;
                                let ty = quote::quote!(#ty);
                                let variant = field.variant.as_ref();
                                variant.map_or(ty.to_string(), |name| format!("{name}.{ty}"))
                            })
                            .collect();
                        let dot = if method.receiver { "." } else { "" };
                        format!(
                            "{dot}{}/{}({})",
                            method.name,
                            method.arity,
                            fields.join(", ")
                        )
                    })
                    .collect(),
            };
            format!("{} {methods}", derive.name)
        })
        .collect()
}

#[test]
fn the_standard_derives() {
    let text = "#[derive(Clone, Debug, PartialEq, Eq)] #[derive(PartialOrd, Ord, Hash, Default)]
        struct S<T> { a: u8, b: Inner<T> }";
    assert_eq!(
        show(text),
        [
            "Clone .clone/1(u8, Inner < T >)",
            "Debug .fmt/2(u8, Inner < T >)",
            "PartialEq .eq/2(u8, Inner < T >)",
            "Eq .assert_fields_are_eq/1()",
            "PartialOrd .partial_cmp/2(u8, Inner < T >)",
            "Ord .cmp/2(u8, Inner < T >)",
            "Hash .hash/2(u8, Inner < T >)",
            "Default default/0(u8, Inner < T >)",
        ]
    );
}

#[test]
fn copies_variants_and_strangers() {
    assert_eq!(
        show("#[derive(Copy, Clone)] struct S(A);"),
        ["Copy ", "Clone .clone/1()"]
    );
    assert_eq!(
        show("#[derive(Copy, Clone)] struct S<T>(T, A);"),
        ["Copy ", "Clone .clone/1(T, A)"]
    );
    assert_eq!(
        show("#[derive(Default, core::clone::Clone)] enum E { #[default] A, B(X), C { y: Y } }"),
        ["Default default/0()", "Clone .clone/1(B.X, C.Y)"]
    );
    assert_eq!(
        show("#[derive(Copy, Clone)] union U { a: A }"),
        ["Copy ", "Clone .clone/1()"]
    );
    assert_eq!(
        show("#[derive(Wire, other::Clone, State)] struct S;"),
        ["Wire ?", "Clone ?", "State ?"]
    );
    assert!(show("fn f() {}").is_empty());
    let wrong = syn::parse_str::<syn::Item>("#[derive = 1] struct S;").unwrap();
    assert!(derives(&wrong).is_err());
}

#[test]
fn the_span_is_the_path_within_the_attribute() {
    let text = "#[derive(Clone, core::fmt::Debug)] struct S;";
    let item = syn::parse_str::<syn::Item>(text).unwrap();
    let spans: Vec<&str> = derives(&item)
        .unwrap()
        .iter()
        .map(|derive| &text[derive.span.byte_range()])
        .collect();
    assert_eq!(spans, ["Clone", "core::fmt::Debug"]);
}
