//! Decides `#[cfg(...)]`.

use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// Whether the attributes let an item be; `Err` is a predicate that cannot be decided.
pub(super) fn enabled(attributes: &[Attribute]) -> Result<bool, Box<Meta>> {
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("cfg"))
    {
        let Ok(predicate) = attribute.parse_args::<Meta>() else {
            return Err(Box::new(attribute.meta.clone()));
        };
        if !decide(&predicate)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn decide(predicate: &Meta) -> Result<bool, Box<Meta>> {
    match predicate {
        Meta::Path(path) if path.is_ident("test") => Ok(false),
        Meta::List(list) => {
            let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
            let parts = list
                .parse_args_with(parser)
                .map_err(|_| Box::new(predicate.clone()))?;
            if list.path.is_ident("not") && parts.len() == 1 {
                Ok(!decide(&parts[0])?)
            } else if list.path.is_ident("all") {
                parts
                    .iter()
                    .try_fold(true, |all, part| Ok(decide(part)? && all))
            } else if list.path.is_ident("any") {
                parts
                    .iter()
                    .try_fold(false, |any, part| Ok(decide(part)? || any))
            } else {
                Err(Box::new(predicate.clone()))
            }
        }
        _ => Err(Box::new(predicate.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn test_is_never_set() {
        assert_eq!(enabled(&[parse_quote!(#[cfg(test)])]), Ok(false));
        assert_eq!(enabled(&[parse_quote!(#[cfg(not(test))])]), Ok(true));
        assert_eq!(
            enabled(&[parse_quote!(#[cfg(any(test, not(test)))])]),
            Ok(true)
        );
        assert_eq!(enabled(&[parse_quote!(#[inline])]), Ok(true));
    }

    #[test]
    fn what_cannot_be_decided_is_not_guessed() {
        assert!(enabled(&[parse_quote!(#[cfg(feature = "x")])]).is_err());
        assert!(enabled(&[parse_quote!(#[cfg(all(test, target_os = "linux"))])]).is_err());
    }
}
