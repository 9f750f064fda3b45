//! Which items a configuration keeps.
//!
//! Features and the compiler's own settings decide. What cannot be decided is kept: an item too many
//! adds edges, one too few would lose some.

use std::collections::BTreeSet;
use std::process::Command;

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Lit, Meta, Path, Token};

/// What is set.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    /// Names that are set: `unix`, `debug_assertions`.
    flags: BTreeSet<String>,
    /// Values that are set: `target_os` is `linux`.
    values: BTreeSet<(String, String)>,
}

impl Config {
    /// What the compiler sets by itself on this machine, and features.
    pub(super) fn of_host(features: &[String]) -> Config {
        let mut config = Config::default();
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let printed = Command::new(rustc).args(["--print", "cfg"]).output();
        let printed = printed.map(|output| output.stdout).unwrap_or_default();
        for line in String::from_utf8_lossy(&printed).lines() {
            match line.split_once('=') {
                Some((key, value)) => {
                    let value = value.trim_matches('"').to_owned();
                    config.values.insert((key.to_owned(), value));
                }
                None => {
                    config.flags.insert(line.to_owned());
                }
            }
        }
        for feature in features {
            config
                .values
                .insert(("feature".to_owned(), feature.clone()));
        }
        config
    }

    /// Whether the attributes keep what they are on.
    pub(super) fn keeps(&self, attributes: &[Attribute]) -> bool {
        attributes
            .iter()
            .filter(|attribute| attribute.path().is_ident("cfg"))
            .filter_map(|attribute| attribute.parse_args::<Meta>().ok())
            .all(|predicate| self.decide(&predicate) != Some(false))
    }

    /// The paths that are derived, those behind `cfg_attr` included.
    pub(super) fn derives(&self, attributes: &[Attribute]) -> Vec<Path> {
        let mut found = Vec::new();
        for attribute in attributes {
            self.derived(&attribute.meta, &mut found);
        }
        found
    }

    fn derived(&self, meta: &Meta, found: &mut Vec<Path>) {
        let Meta::List(list) = meta else { return };
        if list.path.is_ident("derive") {
            let parser = Punctuated::<Path, Token![,]>::parse_terminated;
            found.extend(list.parse_args_with(parser).into_iter().flatten());
        } else if list.path.is_ident("cfg_attr") {
            let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
            let Ok(parts) = list.parse_args_with(parser) else {
                return;
            };
            let mut parts = parts.iter();
            if parts
                .next()
                .is_some_and(|first| self.decide(first) != Some(false))
            {
                parts.for_each(|part| self.derived(part, found));
            }
        }
    }

    /// Whether a predicate holds; `None` where that is not known.
    pub(super) fn decide(&self, predicate: &Meta) -> Option<bool> {
        match predicate {
            Meta::Path(path) if path.is_ident("test") || path.is_ident("doc") => Some(false),
            Meta::Path(path) => path
                .get_ident()
                .map(|name| self.flags.contains(&name.to_string())),
            Meta::NameValue(pair) => {
                let key = pair.path.get_ident()?.to_string();
                let Expr::Lit(literal) = &pair.value else {
                    return None;
                };
                let Lit::Str(value) = &literal.lit else {
                    return None;
                };
                Some(self.values.contains(&(key, value.value())))
            }
            Meta::List(list) => {
                let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
                let parts = list.parse_args_with(parser).ok()?;
                let mut decided = parts.iter().map(|part| self.decide(part));
                if list.path.is_ident("not") {
                    decided.next()?.map(|holds| !holds)
                } else if list.path.is_ident("all") {
                    decided.try_fold(true, |all, part| match part {
                        Some(false) => Some(false),
                        Some(true) => Some(all),
                        None => None,
                    })
                } else if list.path.is_ident("any") {
                    let decided: Vec<_> = decided.collect();
                    if decided.contains(&Some(true)) {
                        Some(true)
                    } else if decided.contains(&None) {
                        None
                    } else {
                        Some(false)
                    }
                } else {
                    None
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn config() -> Config {
        let mut config = Config::default();
        config.flags.insert("unix".to_owned());
        config
            .values
            .insert(("feature".to_owned(), "std".to_owned()));
        config
    }

    #[test]
    fn what_is_set_decides() {
        let config = config();
        assert!(config.keeps(&[parse_quote!(#[cfg(unix)])]));
        assert!(!config.keeps(&[parse_quote!(#[cfg(test)])]));
        assert!(config.keeps(&[parse_quote!(#[cfg(feature = "std")])]));
        assert!(!config.keeps(&[parse_quote!(#[cfg(all(unix, feature = "alloc"))])]));
        assert!(config.keeps(&[parse_quote!(#[cfg(any(feature = "alloc", not(test)))])]));
    }

    #[test]
    fn what_is_not_known_is_kept() {
        assert!(config().keeps(&[parse_quote!(#[cfg(version("1.0"))])]));
        assert!(config().keeps(&[parse_quote!(#[cfg(not(version("1.0")))])]));
    }

    #[test]
    fn derives_behind_conditions_are_found() {
        let derives = config().derives(&[
            parse_quote!(#[derive(Clone, fmt::Debug)]),
            parse_quote!(#[cfg_attr(feature = "std", derive(Hash))]),
            parse_quote!(#[cfg_attr(feature = "alloc", derive(Ord))]),
        ]);
        let names: Vec<String> = derives
            .iter()
            .map(|path| path.segments.last().expect("a name").ident.to_string())
            .collect();
        assert_eq!(names, ["Clone", "Debug", "Hash"]);
    }
}
