//! What functions a `derive` makes for a type, and what they call on its fields.
//!
//! Seen in the compiler's MIR, where such a function is called after the place of the derive's path. The list is
//! only of `derive` attributes that stand as such on the item: `cfg_attr` is for whoever knows the configuration.

use proc_macro2::Span;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Fields, Generics, Ident, Item, Member, Path, Token, Type};

/// One path of a `derive`.
#[derive(Clone, Debug)]
pub struct Derive {
    /// As it is written.
    pub path: Path,
    /// Where it stands within the attribute.
    pub span: Span,
    /// The last name of the path, which is the trait's for those that are known.
    pub name: String,
    /// What it makes.
    pub makes: Makes,
}

/// What a derive makes.
#[derive(Clone, Debug)]
pub enum Makes {
    /// These methods, and nothing else; none for `Copy`.
    Methods(Vec<Method>),
    /// Nobody knows: any functions, which may call anything of the fields' types.
    Unknown,
}

/// A method that a derive makes.
#[derive(Clone, Debug)]
pub struct Method {
    /// Its name.
    pub name: &'static str,
    /// The name that older compilers give it, if another.
    pub older: Option<&'static str>,
    /// Whether it has a `self`.
    pub receiver: bool,
    /// How many arguments it has, `self` included.
    pub arity: usize,
    /// On what it calls the method of the same trait and name.
    pub calls: Vec<Field>,
}

/// A field that a derived method visits.
#[derive(Clone, Debug)]
pub struct Field {
    /// The variant that it is in, if the type is an enumeration.
    pub variant: Option<Ident>,
    /// Its name or number.
    pub member: Member,
    /// Its type.
    pub ty: Type,
}

/// What the method that a derive of the standard library makes looks like.
#[derive(Debug)]
pub(crate) struct Shape {
    derive: &'static str,
    pub(crate) method: &'static str,
    older: Option<&'static str>,
    pub(crate) receiver: bool,
    pub(crate) arity: usize,
}

impl Shape {
    const fn new(
        derive: &'static str,
        method: &'static str,
        receiver: bool,
        arity: usize,
    ) -> Shape {
        Shape {
            derive,
            method,
            older: None,
            receiver,
            arity,
        }
    }
}

const SHAPES: &[Shape] = &[
    Shape::new("Clone", "clone", true, 1),
    Shape::new("Debug", "fmt", true, 2),
    Shape::new("Default", "default", false, 0),
    Shape {
        older: Some("assert_receiver_is_total_eq"),
        ..Shape::new("Eq", "assert_fields_are_eq", true, 1)
    },
    Shape::new("Hash", "hash", true, 2),
    Shape::new("Ord", "cmp", true, 2),
    Shape::new("PartialEq", "eq", true, 2),
    Shape::new("PartialOrd", "partial_cmp", true, 2),
];

/// The method of a derive of the standard library, by the derive's name; none for `Copy`.
pub(crate) fn shape(derive: &str) -> Option<&'static Shape> {
    SHAPES.iter().find(|shape| shape.derive == derive)
}

/// What the derives on an item make, in the order of the text; nothing for items that cannot have any.
///
/// # Errors
///
/// When an attribute `derive` is not a list of paths.
pub fn derives(item: &Item) -> syn::Result<Vec<Derive>> {
    let (attributes, generics, content) = match item {
        Item::Struct(item) => (
            &item.attrs,
            &item.generics,
            Content::of_struct(&item.fields),
        ),
        Item::Enum(item) => (&item.attrs, &item.generics, Content::of_enum(item)),
        Item::Union(item) => (&item.attrs, &item.generics, Content::default()),
        _ => return Ok(Vec::new()),
    };
    let paths = paths(attributes)?;
    let copy = paths.iter().any(|path| standard(path, "Copy"));
    Ok(paths
        .into_iter()
        .map(|path| {
            let name = last(&path);
            Derive {
                span: path.span(),
                makes: makes(&path, &content, copy && !has_type(generics)),
                name,
                path,
            }
        })
        .collect())
}

/// The names of the type parameters: a call on a field of such a type goes to whatever it stands for.
pub fn type_parameters(generics: &Generics) -> Vec<&Ident> {
    generics
        .type_params()
        .map(|parameter| &parameter.ident)
        .collect()
}

fn has_type(generics: &Generics) -> bool {
    generics.type_params().next().is_some()
}

fn paths(attributes: &[Attribute]) -> syn::Result<Vec<Path>> {
    let mut list = Vec::new();
    for attribute in attributes {
        if attribute.path().is_ident("derive") {
            list.extend(
                attribute.parse_args_with(|input: syn::parse::ParseStream<'_>| {
                    Punctuated::<Path, Token![,]>::parse_terminated_with(
                        input,
                        Path::parse_mod_style,
                    )
                })?,
            );
        }
    }
    Ok(list)
}

fn last(path: &Path) -> String {
    path.segments
        .last()
        .map(|segment| segment.ident.to_string())
        .unwrap_or_default()
}

/// Whether the path can be the derive of this name of the standard library.
fn standard(path: &Path, name: &str) -> bool {
    let first = path.segments.first().map(|segment| &segment.ident);
    last(path) == name
        && (path.segments.len() == 1
            || first.is_some_and(|ident| ident == "core" || ident == "std" || ident == "alloc"))
}

/// The fields of a type.
#[derive(Default)]
struct Content {
    fields: Vec<Field>,
    /// Whether `Default` picks a variant without fields.
    variants: bool,
}

impl Content {
    fn of_struct(fields: &Fields) -> Content {
        Content {
            fields: list(None, fields),
            variants: false,
        }
    }

    fn of_enum(item: &syn::ItemEnum) -> Content {
        Content {
            fields: item
                .variants
                .iter()
                .flat_map(|variant| list(Some(&variant.ident), &variant.fields))
                .collect(),
            variants: true,
        }
    }
}

fn list(variant: Option<&Ident>, fields: &Fields) -> Vec<Field> {
    fields
        .members()
        .zip(fields.iter())
        .map(|(member, field)| Field {
            variant: variant.cloned(),
            member,
            ty: field.ty.clone(),
        })
        .collect()
}

fn makes(path: &Path, content: &Content, plain_copy: bool) -> Makes {
    if standard(path, "Copy") {
        return Makes::Methods(Vec::new());
    }
    let Some(shape) = shape(&last(path)).filter(|shape| standard(path, shape.derive)) else {
        return Makes::Unknown;
    };
    let calls = match shape.derive {
        // The method only names the types.
        "Eq" => Vec::new(),
        // `*self`.
        "Clone" if plain_copy => Vec::new(),
        "Default" if content.variants => Vec::new(),
        _ => content.fields.clone(),
    };
    Makes::Methods(vec![Method {
        name: shape.method,
        older: shape.older,
        receiver: shape.receiver,
        arity: shape.arity,
        calls,
    }])
}
