//! One attribute: its name and its arguments.

use proc_macro2::{Span, TokenStream};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, Meta, Token};

/// In which context the kernel calls a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Context {
    /// May sleep, so may wait for the other half.
    Process,
    /// May not sleep.
    Atomic,
}

/// One of the two halves of a split driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Half {
    /// What runs in the kernel.
    Kernel,
    /// What runs as an unprivileged process.
    User,
}

/// An entry point that the kernel calls: the arguments of `#[root(...)]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    /// The context in which the kernel calls it.
    pub context: Context,
    /// The call may be queued for a worker, because nothing waits for its result.
    pub deferrable: bool,
    /// It stays in the kernel whatever the analysis says.
    pub kernel: bool,
}

/// Something of the driver API that only the kernel can execute: the arguments of `#[service(...)]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// It may sleep, so an atomic function must not reach it.
    pub sleeps: bool,
    /// How the user half has it done without a crossing of its own, if it can.
    pub rides: Option<Ride>,
}

/// How a service of the kernel rides along with messages that cross anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ride {
    /// Nobody waits for an answer: the request goes with the next message.
    Posted,
    /// The answer comes with the call: the lock or the atomic itself.
    Carried,
    /// The answer comes with the call: it is about the interface.
    Interface,
    /// The answer comes with the call: it is about where the device is.
    Place,
    /// The answer comes with the call: it is a module parameter.
    Parameters,
    /// The answer comes with the call: what its register programs read.
    Ahead,
}

impl Ride {
    /// The word for it in `#[service(...)]`.
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "posted" => Self::Posted,
            "carried" => Self::Carried,
            "interface" => Self::Interface,
            "place" => Self::Place,
            "parameters" => Self::Parameters,
            "ahead" => Self::Ahead,
            _ => return None,
        })
    }
}

/// The names of the attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// `#[kernel_path]`
    KernelPath,
    /// `#[user_path]`
    UserPath,
    /// `#[root(...)]`
    Root,
    /// `#[service]`, `#[service(sleeps)]` and how it rides along
    Service,
    /// `#[kernel_only]`
    KernelOnly,
}

/// One attribute with its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// The driver's author wants the function in this half.
    Path(Half),
    /// The kernel calls this function.
    Root(Root),
    /// Only the kernel can execute this function.
    Service(Service),
    /// The item does not exist in the user half.
    KernelOnly,
}

impl Kind {
    const ALL: [Kind; 5] = [
        Kind::KernelPath,
        Kind::UserPath,
        Kind::Root,
        Kind::Service,
        Kind::KernelOnly,
    ];

    /// The attribute's name, as a driver writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::KernelPath => "kernel_path",
            Kind::UserPath => "user_path",
            Kind::Root => "root",
            Kind::Service => "service",
            Kind::KernelOnly => "kernel_only",
        }
    }

    /// The kind of this attribute, if it is one of ours. The last segment of the path decides, because
    /// an attribute may be imported or written with its full path.
    pub fn of(attribute: &Attribute) -> Option<Kind> {
        let last = attribute.path().segments.last()?;
        Kind::ALL.into_iter().find(|kind| last.ident == kind.name())
    }
}

impl Marker {
    /// Reads an attribute of the source; `None` if it is not one of ours.
    ///
    /// # Errors
    /// An argument that the attribute does not know, or one that is missing.
    pub fn read(attribute: &Attribute) -> syn::Result<Option<Marker>> {
        let Some(kind) = Kind::of(attribute) else {
            return Ok(None);
        };
        let span = attribute.path().span();
        match &attribute.meta {
            Meta::Path(_) => Marker::parse(kind, TokenStream::new(), span).map(Some),
            Meta::List(list) => Marker::parse(kind, list.tokens.clone(), span).map(Some),
            Meta::NameValue(meta) => Err(syn::Error::new(
                meta.value.span(),
                format!("`#[{}]` takes no value", kind.name()),
            )),
        }
    }

    /// Reads the arguments of an attribute of the given kind. `span` is blamed when one is missing.
    ///
    /// # Errors
    /// An argument that the attribute does not know, or one that is missing.
    pub fn parse(kind: Kind, arguments: TokenStream, span: Span) -> syn::Result<Marker> {
        let words = words(kind, arguments)?;
        match kind {
            Kind::KernelPath => none(kind, &words).map(|()| Marker::Path(Half::Kernel)),
            Kind::UserPath => none(kind, &words).map(|()| Marker::Path(Half::User)),
            Kind::KernelOnly => none(kind, &words).map(|()| Marker::KernelOnly),
            Kind::Service => {
                let mut service = Service::default();
                for word in &words {
                    match word.to_string().as_str() {
                        "sleeps" => service.sleeps = true,
                        other => match Ride::of(other) {
                            Some(ride) => service.rides = Some(ride),
                            None => {
                                let help = "expected `sleeps`, `posted`, `carried`, `interface`, `place` or `parameters`";
                                return Err(unknown(kind, word, help));
                            }
                        },
                    }
                }
                Ok(Marker::Service(service))
            }
            Kind::Root => root(&words, span).map(Marker::Root),
        }
    }

    /// The kind of attribute that this was read from.
    pub const fn kind(self) -> Kind {
        match self {
            Marker::Path(Half::Kernel) => Kind::KernelPath,
            Marker::Path(Half::User) => Kind::UserPath,
            Marker::Root(_) => Kind::Root,
            Marker::Service(_) => Kind::Service,
            Marker::KernelOnly => Kind::KernelOnly,
        }
    }
}

/// The arguments as words; each may be written once.
fn words(kind: Kind, arguments: TokenStream) -> syn::Result<Vec<Ident>> {
    let parsed = Punctuated::<Ident, Token![,]>::parse_terminated
        .parse2(arguments)
        .map_err(|error| {
            syn::Error::new(
                error.span(),
                format!("arguments of `#[{}]` are words", kind.name()),
            )
        })?;
    let mut words: Vec<Ident> = Vec::new();
    for word in parsed {
        if words.contains(&word) {
            return Err(syn::Error::new(
                word.span(),
                format!("`{word}` is written twice"),
            ));
        }
        words.push(word);
    }
    Ok(words)
}

fn none(kind: Kind, words: &[Ident]) -> syn::Result<()> {
    words
        .first()
        .map_or(Ok(()), |word| Err(unknown(kind, word, "it takes none")))
}

fn unknown(kind: Kind, word: &Ident, expected: &str) -> syn::Error {
    let name = kind.name();
    syn::Error::new(
        word.span(),
        format!("unknown argument `{word}` of `#[{name}]`: {expected}"),
    )
}

fn root(words: &[Ident], span: Span) -> syn::Result<Root> {
    let mut context = None;
    let (mut deferrable, mut kernel) = (None, false);
    for word in words {
        match word.to_string().as_str() {
            "process" | "atomic" if context.is_some() => {
                return Err(syn::Error::new(word.span(), "a root has one context"));
            }
            "process" => context = Some(Context::Process),
            "atomic" => context = Some(Context::Atomic),
            "deferrable" => deferrable = Some(word),
            "kernel" => kernel = true,
            _ => {
                let expected = "expected `process`, `atomic`, `deferrable` or `kernel`";
                return Err(unknown(Kind::Root, word, expected));
            }
        }
    }
    let context = context
        .ok_or_else(|| syn::Error::new(span, "`#[root]` needs a context: `process` or `atomic`"))?;
    if let Some(word) = deferrable {
        if kernel {
            let message = "a root pinned to the kernel is never deferred";
            return Err(syn::Error::new(word.span(), message));
        }
        if context == Context::Process {
            let message = "only an atomic root is deferred: a process root can wait";
            return Err(syn::Error::new(word.span(), message));
        }
    }
    Ok(Root {
        context,
        deferrable: deferrable.is_some(),
        kernel,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn read(attribute: &Attribute) -> Result<Option<Marker>, String> {
        Marker::read(attribute).map_err(|error| error.to_string())
    }

    #[test]
    fn roots_carry_their_context() {
        let root = Root {
            context: Context::Atomic,
            deferrable: true,
            kernel: false,
        };
        assert_eq!(
            read(&parse_quote!(#[root(atomic, deferrable)])),
            Ok(Some(Marker::Root(root)))
        );
        let root = Root {
            context: Context::Process,
            deferrable: false,
            kernel: true,
        };
        assert_eq!(
            read(&parse_quote!(#[root(process, kernel)])),
            Ok(Some(Marker::Root(root)))
        );
    }

    #[test]
    fn contradictions_in_a_root_are_refused() {
        for attribute in [
            parse_quote!(#[root]),
            parse_quote!(#[root(process, atomic)]),
            parse_quote!(#[root(process, deferrable)]),
            parse_quote!(#[root(atomic, deferrable, kernel)]),
            parse_quote!(#[root(atomic, atomic)]),
            parse_quote!(#[root(sometimes)]),
            parse_quote!(#[root = "process"]),
        ] {
            assert!(read(&attribute).is_err(), "{attribute:?}");
        }
    }

    #[test]
    fn a_path_in_front_of_the_name_changes_nothing() {
        let expected = Ok(Some(Marker::Path(Half::User)));
        assert_eq!(read(&parse_quote!(#[microdriver::user_path])), expected);
        assert_eq!(read(&parse_quote!(#[inline])), Ok(None));
    }

    #[test]
    fn unknown_arguments_are_named() {
        let error = read(&parse_quote!(#[kernel_path(always)])).unwrap_err();
        assert!(error.contains("`always`"), "{error}");
    }
}
