//! Checks an attribute and returns its item unchanged.

use partitioner_syntax::{Kind, Marker, Markers};
use proc_macro2::{Span, TokenStream};
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Block, Item, Signature, Token, Visibility};

/// Expands an attribute. A mistake is reported beside the item, which stays, so that one mistake does
/// not cause a hundred about a function that is missing.
pub(crate) fn expand(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut expanded = item.clone();
    if let Err(error) = check(kind, arguments, item) {
        expanded.extend(error.into_compile_error());
    }
    expanded
}

fn check(kind: Kind, arguments: TokenStream, item: TokenStream) -> syn::Result<()> {
    let target: Target = syn::parse2(item)?;
    if !target.what.accepts(kind) {
        let (name, what) = (kind.name(), target.what.name());
        let expected = match kind {
            Kind::KernelPath | Kind::UserPath => "a function or a method with a body",
            Kind::Root => "a method of a trait",
            Kind::Service => "a function or a method",
            Kind::KernelOnly => "a function, a method or a type",
        };
        let message = format!("`#[{name}]` goes on {expected}, not on {what}");
        return Err(syn::Error::new(target.span, message));
    }
    let mut markers = Markers::default();
    markers.add(
        Marker::parse(kind, arguments, Span::call_site())?,
        Span::call_site(),
    )?;
    markers.extend(&target.attributes)
}

/// What an attribute stands on.
struct Target {
    attributes: Vec<Attribute>,
    what: What,
    span: Span,
}

enum What {
    Function,
    /// A method that a trait only declares.
    Declaration,
    Type,
    Container(&'static str),
    Other(&'static str),
}

impl What {
    fn accepts(&self, kind: Kind) -> bool {
        match self {
            What::Function => true,
            What::Declaration => !matches!(kind, Kind::KernelPath | Kind::UserPath),
            What::Type | What::Container(_) => kind == Kind::KernelOnly,
            What::Other(_) => false,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            What::Function => "a function",
            What::Declaration => "a declaration",
            What::Type => "a type",
            What::Container(name) | What::Other(name) => name,
        }
    }
}

impl Parse for Target {
    fn parse(input: ParseStream<'_>) -> syn::Result<Target> {
        let attributes = input.call(Attribute::parse_outer)?;
        let span = input.span();
        let ahead = input.fork();
        if let Ok(what) = function(&ahead) {
            input.advance_to(&ahead);
            return Ok(Target {
                attributes,
                what,
                span,
            });
        }
        let what = match input.parse::<Item>() {
            Ok(Item::Struct(_) | Item::Enum(_) | Item::Union(_) | Item::Type(_)) => What::Type,
            Ok(Item::Trait(_)) => What::Container("a trait"),
            Ok(Item::Impl(_)) => What::Container("an impl block"),
            Ok(Item::Const(_)) => What::Container("a constant"),
            Ok(Item::Mod(_)) => What::Other("a module"),
            // Whatever else it is, the compiler says what is wrong with it; we only say that it is
            // not ours.
            Ok(_) | Err(_) => What::Other("this item"),
        };
        input.parse::<TokenStream>()?;
        Ok(Target {
            attributes,
            what,
            span,
        })
    }
}

/// A function in a module, an impl block or a trait.
fn function(input: ParseStream<'_>) -> syn::Result<What> {
    input.parse::<Visibility>()?;
    input.parse::<Signature>()?;
    if input.parse::<Option<Token![;]>>()?.is_some() {
        return Ok(What::Declaration);
    }
    input.parse::<Block>()?;
    Ok(What::Function)
}
