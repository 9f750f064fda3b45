//! Whether a type as the source writes it can be the one that the compiler prints.

use std::collections::BTreeSet;

use super::index::{Aliases, types};
use super::mir::Ty;

/// What is known of the names in a written type.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Type parameters: these can be anything.
    pub parameters: &'a BTreeSet<String>,
    /// Other names for types.
    pub aliases: &'a Aliases,
}

impl Scope<'_> {
    /// Whether `written` can be `printed`. Says yes where it cannot know.
    pub fn admits(&self, written: &syn::Type, printed: &Ty) -> bool {
        match (written, printed) {
            (_, Ty::Opaque(_)) | (syn::Type::ImplTrait(_) | syn::Type::Macro(_), _) => true,
            (syn::Type::Paren(inner), _) => self.admits(&inner.elem, printed),
            (syn::Type::Group(inner), _) => self.admits(&inner.elem, printed),
            (syn::Type::Path(path), _) => self.path(path, printed),
            (syn::Type::Reference(inner), Ty::Pointer(printed, true)) => {
                self.admits(&inner.elem, printed)
            }
            (syn::Type::Ptr(inner), Ty::Pointer(printed, false)) => {
                self.admits(&inner.elem, printed)
            }
            (syn::Type::Slice(inner), Ty::Slice(printed, false)) => {
                self.admits(&inner.elem, printed)
            }
            (syn::Type::Array(inner), Ty::Slice(printed, true)) => {
                self.admits(&inner.elem, printed)
            }
            (syn::Type::Tuple(inner), Ty::Tuple(printed)) => {
                let mut pairs = inner.elems.iter().zip(printed);
                inner.elems.len() == printed.len()
                    && pairs.all(|(written, printed)| self.admits(written, printed))
            }
            (syn::Type::FnPtr(inner), Ty::Function(count, _)) => inner.inputs.len() == *count,
            (syn::Type::TraitObject(object), Ty::Dyn(names)) => {
                object.bounds.iter().any(|bound| match bound {
                    syn::TypeParamBound::Trait(bound) => {
                        let last = bound.path.segments.last();
                        last.zip(names.last()).is_some_and(|(last, name)| {
                            self.aliases.admit(&last.ident.to_string(), name)
                        })
                    }
                    _ => false,
                })
            }
            (syn::Type::Never(_), Ty::Path(names, _)) => {
                names.last().is_some_and(|name| name == "!")
            }
            _ => false,
        }
    }

    /// Whether the type is one of the parameters.
    pub fn is_parameter(&self, written: &syn::Type) -> bool {
        matches!(written, syn::Type::Path(path)
            if path.path.get_ident().is_some_and(|ident| self.parameters.contains(&ident.to_string())))
    }

    fn path(&self, written: &syn::TypePath, printed: &Ty) -> bool {
        let segments = &written.path.segments;
        let (Some(first), Some(last)) = (segments.first(), segments.last()) else {
            return true;
        };
        let (first, name) = (first.ident.to_string(), last.ident.to_string());
        if written.qself.is_some()
            || first == "Self"
            || self.parameters.contains(&first)
            || self.aliases.hide(&name)
        {
            return true;
        }
        let Ty::Path(names, arguments) = printed else {
            return false;
        };
        let Some(printed) = names.last() else {
            return true;
        };
        if *printed != name {
            return self.aliases.admit(&name, printed);
        }
        let own = types(&last.arguments);
        // Fewer are written than there are where the rest have defaults.
        let mut pairs = own.iter().zip(arguments);
        pairs.all(|(written, printed)| self.admits(written, printed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_admits_what_is_printed() {
        let parameters = BTreeSet::from(["X".to_owned()]);
        let aliases = Aliases::default();
        let scope = Scope {
            parameters: &parameters,
            aliases: &aliases,
        };
        for (written, printed, admitted) in [
            ("T", "a::b::T", true),
            ("super::T<u8>", "a::b::T<u8>", true),
            ("T<u8>", "a::b::T<u16>", false),
            ("T<X>", "a::b::T<u16>", true),
            ("X", "[u8]", true),
            ("X::Item", "[u8]", true),
            ("&[X; 2]", "&[u8; 2]", true),
            ("&[X]", "&[u8; 2]", false),
            ("(X, u8)", "(u8, u16)", false),
            ("dyn Tr + 'a", "dyn a::Tr", true),
            ("fn(u8) -> u8", "fn(u8) -> u8", true),
            ("fn(u8) -> u8", "fn() -> u8", false),
            ("T", "u8", false),
        ] {
            let ty = syn::parse_str(written).unwrap();
            assert_eq!(
                scope.admits(&ty, &Ty::parse(printed)),
                admitted,
                "{written} {printed}"
            );
        }
    }
}
