//! What a call names, as MIR prints it.

use super::scan;
use super::ty::{self, Ty};

/// What a call names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Callee {
    /// `a::b`, `a::T::<u8>::c`: a function of a module, or one of a type without a trait. The names, and
    /// the generic arguments of the one before the last.
    Path(Vec<String>, Vec<Ty>),
    /// `<T as Trait<X>>::c`: the type, the trait with its arguments, the name.
    Trait(Ty, Vec<String>, Vec<Ty>, String),
    /// `<[T]>::c`, `a::<impl [T]>::c`: a function of a type that has no path, or whose impl block is in
    /// another module.
    Inherent(Ty, String),
}

impl Callee {
    /// Reads what a call names; nothing if that is a value.
    pub fn parse(text: &str) -> Option<Callee> {
        let text = text.trim();
        let starts = ["copy ", "move ", "const ", "no_retag "];
        if text.starts_with(['_', '(', '*', '&']) && !is_path(text)
            || starts.iter().any(|start| text.starts_with(start))
        {
            return None;
        }
        let mut parts = scan::path(text);
        parts.retain(|part| !part.is_empty());
        // Generic arguments of the function itself.
        if parts.len() > 1
            && parts.last().is_some_and(|last| {
                ty::bracketed(last, '<', '>').is_some_and(|body| !body.starts_with("impl "))
            })
        {
            parts.pop();
        }
        let (name, before) = parts.split_last()?;
        let name = (*name).to_owned();
        if let [only] = before
            && let Some(body) = ty::bracketed(only, '<', '>')
            && (!body.starts_with("impl ") || scan::split_once(body, " as ").is_some())
            && !body.starts_with("impl at ")
        {
            return Some(match scan::split_once(body, " as ") {
                Some((of, named)) => {
                    let (names, generics) = ty::names(named);
                    let arguments = generics.map_or(Vec::new(), |text| ty::arguments(text, 0));
                    Callee::Trait(Ty::parse(of), names, arguments, name)
                }
                None => Callee::Inherent(Ty::parse(body), name),
            });
        }
        let implementation = before.last().and_then(|last| {
            let body = ty::bracketed(last, '<', '>')?.strip_prefix("impl ")?;
            (!body.starts_with("at ")).then_some(body)
        });
        if let Some(body) = implementation {
            return Some(match scan::split_once(body, " for ") {
                Some((named, of)) => {
                    let (names, generics) = ty::names(named);
                    let arguments = generics.map_or(Vec::new(), |text| ty::arguments(text, 0));
                    Callee::Trait(Ty::parse(of), names, arguments, name)
                }
                None => Callee::Inherent(Ty::parse(body), name),
            });
        }
        let mut arguments = Vec::new();
        let mut names = Vec::new();
        for part in before {
            match ty::bracketed(part, '<', '>') {
                Some(body) if !body.starts_with("impl ") => arguments = ty::arguments(body, 0),
                _ => names.push((*part).to_owned()),
            }
        }
        names.push(name);
        Some(Callee::Path(names, arguments))
    }
}

/// Whether something that begins like a place is a path all the same: `_::f`.
fn is_path(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    name.starts_with("::") || (name.is_empty() && !is_local(text))
}

/// Whether it is `_12`.
pub(super) fn is_local(text: &str) -> bool {
    text.strip_prefix('_')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn callees_are_read() {
        let u8 = || Ty::Path(names(&["u8"]), vec![]);
        let t = || Ty::Path(names(&["a", "T"]), vec![]);
        for (text, callee) in [
            ("a::f::<u8>", Callee::Path(names(&["a", "f"]), vec![])),
            (
                "a::T::<'_, u8>::f::<u8>",
                Callee::Path(names(&["a", "T", "f"]), vec![u8()]),
            ),
            (
                "<a::T as b::Tr<u8>>::f::<u8>",
                Callee::Trait(t(), names(&["b", "Tr"]), vec![u8()], "f".into()),
            ),
            (
                "<[u8]>::f",
                Callee::Inherent(Ty::Slice(Box::new(u8()), false), "f".into()),
            ),
            ("m::<impl a::T>::f", Callee::Inherent(t(), "f".into())),
            (
                "<impl Fn() -> u8 as core::ops::Fn<()>>::call",
                Callee::Trait(
                    Ty::Opaque("impl Fn() -> u8".into()),
                    names(&["core", "ops", "Fn"]),
                    vec![Ty::Tuple(vec![])],
                    "call".into(),
                ),
            ),
            ("_::f", Callee::Path(names(&["_", "f"]), vec![])),
        ] {
            assert_eq!(Callee::parse(text), Some(callee), "{text}");
        }
        for text in ["move _2", "_2", "(*_3)", "const 4_u8", "copy (_1.0: fn())"] {
            assert_eq!(Callee::parse(text), None, "{text}");
        }
    }
}
