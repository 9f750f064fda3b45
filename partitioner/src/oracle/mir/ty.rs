//! Types as MIR prints them.

use super::scan::{self, DEPTH};

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ty {
    /// A path: its names, and the types in its last brackets.
    Path(Vec<String>, Vec<Ty>),
    /// `&T`, `&mut T`, `*const T`, `*mut T`; whether it is a reference.
    Pointer(Box<Ty>, bool),
    /// `[T]` or `[T; N]`; whether it is an array.
    Slice(Box<Ty>, bool),
    /// `(A, B)`.
    Tuple(Vec<Ty>),
    /// `fn(A) -> B`, with how many arguments; the function, where it is the type of just one.
    Function(usize, Option<String>),
    /// `dyn Trait`: the path of the trait.
    Dyn(Vec<String>),
    /// A closure, an `impl Trait`, an associated type: what it is cannot be read from the text.
    Opaque(String),
}

impl Ty {
    /// Reads a type. What is not understood is [`Ty::Opaque`].
    pub fn parse(text: &str) -> Ty {
        parse(text, 0)
    }

    /// The type behind references.
    pub fn referent(&self) -> &Ty {
        match self {
            Ty::Pointer(inner, true) => inner.referent(),
            other => other,
        }
    }

    /// The last name of a path.
    pub fn last(&self) -> Option<&str> {
        match self {
            Ty::Path(names, _) => names.last().map(String::as_str),
            _ => None,
        }
    }

    /// The types that it is made of, itself first.
    pub fn parts(&self) -> Vec<&Ty> {
        let mut parts = vec![self];
        let mut at = 0;
        while let Some(part) = parts.get(at).copied() {
            match part {
                Ty::Path(_, inner) | Ty::Tuple(inner) => parts.extend(inner),
                Ty::Pointer(inner, _) | Ty::Slice(inner, _) => parts.push(inner),
                Ty::Function(..) | Ty::Dyn(_) | Ty::Opaque(_) => {}
            }
            at += 1;
        }
        parts
    }
}

fn opaque(text: &str) -> Ty {
    Ty::Opaque(text.to_owned())
}

fn parse(text: &str, depth: usize) -> Ty {
    let text = text.trim();
    if depth > DEPTH {
        return opaque("");
    }
    let inner = |text: &str| Box::new(parse(text, depth + 1));
    if let Some(rest) = text.strip_prefix('&') {
        let rest = lifetime(rest.trim_start());
        return Ty::Pointer(inner(rest.strip_prefix("mut ").unwrap_or(rest)), true);
    }
    for pointer in ["*const ", "*mut "] {
        if let Some(rest) = text.strip_prefix(pointer) {
            return Ty::Pointer(inner(rest), false);
        }
    }
    if let Some(body) = bracketed(text, '[', ']') {
        return match scan::split_once(body, "; ") {
            Some((element, _)) => Ty::Slice(inner(element), true),
            None => Ty::Slice(inner(body), false),
        };
    }
    if let Some(body) = bracketed(text, '(', ')') {
        let parts = scan::split(body, b',');
        // `(dyn Trait + 'a)`
        if let ([only], false) = (parts.as_slice(), body.trim_end().ends_with(',')) {
            return *inner(only);
        }
        return Ty::Tuple(parts.iter().map(|part| *inner(part)).collect());
    }
    if let Some(rest) = text.strip_prefix("dyn ") {
        let first = scan::split_once(rest, " + ").map_or(rest, |(first, _)| first);
        let first = binder(first);
        return Ty::Dyn(names(first).0);
    }
    if let Some(function) = function(text) {
        return function;
    }
    if text.starts_with(['{', '<', '?']) || text.starts_with("impl ") || text.is_empty() {
        return opaque(text);
    }
    let (names, generics) = names(text);
    let arguments = generics.map_or(Vec::new(), |generics| arguments(generics, depth));
    Ty::Path(names, arguments)
}

/// The types among generic arguments.
pub(super) fn arguments(generics: &str, depth: usize) -> Vec<Ty> {
    scan::split(generics, b',')
        .into_iter()
        .filter(|part| !part.starts_with('\''))
        .map(|part| match scan::split_once(part, " = ") {
            Some((_, bound)) => parse(bound, depth + 1),
            None => parse(part, depth + 1),
        })
        .collect()
}

/// The names of a path, without generics; the generics of the last that has some.
pub(super) fn names(text: &str) -> (Vec<String>, Option<&str>) {
    let mut names = Vec::new();
    let mut generics = None;
    for part in scan::path(text) {
        if let Some(body) = bracketed(part, '<', '>')
            && !body.starts_with("impl ")
        {
            generics = Some(body);
            continue;
        }
        match part.find('<') {
            Some(open) if open > 0 && part.ends_with('>') => {
                generics = part.get(open + 1..part.len() - 1);
                names.push(part.get(..open).unwrap_or("").to_owned());
            }
            _ => names.push(part.to_owned()),
        }
    }
    (names, generics)
}

/// What is between a bracket at the start and its counterpart at the end.
pub(super) fn bracketed(text: &str, open: char, close: char) -> Option<&str> {
    let body = text.strip_prefix(open)?.strip_suffix(close)?;
    (scan::closing(text, 0)? == text.len() - 1).then_some(body)
}

fn lifetime(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) => rest
            .trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '{' | '}'))
            .trim_start(),
        None => text,
    }
}

/// Without a leading `for<'a>`.
pub(super) fn binder(text: &str) -> &str {
    match text.strip_prefix("for<") {
        Some(_) => scan::closing(text, 3)
            .and_then(|end| text.get(end + 1..))
            .map_or(text, str::trim_start),
        None => text,
    }
}

/// `for<'a> unsafe extern "C" fn(A, B) -> C {path}`
fn function(text: &str) -> Option<Ty> {
    let mut rest = binder(text);
    rest = rest.strip_prefix("unsafe ").unwrap_or(rest);
    if let Some(abi) = rest.strip_prefix("extern ") {
        rest = abi.trim_start_matches(|c| c != ' ').trim_start();
    }
    let rest = rest.strip_prefix("fn")?;
    if !rest.starts_with('(') {
        return None;
    }
    let end = scan::closing(rest, 0)?;
    let count = scan::split(rest.get(1..end)?, b',').len();
    let mut one = None;
    if rest.ends_with('}') {
        let open = scan::flat(rest).filter(|(_, byte, depth)| *depth == 0 && *byte == b'{');
        one = open
            .last()
            .and_then(|(open, ..)| rest.get(open + 1..rest.len() - 1))
            .filter(|body| !body.contains("closure@") && !body.contains(" body of "))
            .map(str::to_owned);
    }
    Some(Ty::Function(count, one))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(names: &[&str], arguments: Vec<Ty>) -> Ty {
        Ty::Path(
            names.iter().map(|name| (*name).to_owned()).collect(),
            arguments,
        )
    }

    #[test]
    fn types_are_read() {
        let u8 = || path(&["u8"], vec![]);
        assert_eq!(Ty::parse("a::T<'_, u8>"), path(&["a", "T"], vec![u8()]));
        assert_eq!(
            Ty::parse("&'{erased} mut [u8; 4]"),
            Ty::Pointer(Box::new(Ty::Slice(Box::new(u8()), true)), true)
        );
        assert_eq!(Ty::parse("(u8, u8)"), Ty::Tuple(vec![u8(), u8()]));
        assert_eq!(
            Ty::parse("(dyn a::B<u8> + 'static)"),
            Ty::Dyn(vec!["a".into(), "B".into()])
        );
        assert_eq!(
            Ty::parse("for<'a> unsafe extern \"C\" fn(&'a u8, u8) -> u8 {a::b::<u8>}"),
            Ty::Function(2, Some("a::b::<u8>".into()))
        );
        assert_eq!(Ty::parse("fn()"), Ty::Function(0, None));
        assert!(matches!(
            Ty::parse("{closure@src/lib.rs:1:2: 3:4}"),
            Ty::Opaque(_)
        ));
        assert!(matches!(Ty::parse("<A as B>::C"), Ty::Opaque(_)));
        assert_eq!(Ty::parse("()"), Ty::Tuple(vec![]));
        assert_eq!(Ty::parse("&&a::T").referent(), &path(&["a", "T"], vec![]));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "&".repeat(100_000);
        assert!(matches!(Ty::parse(&deep), Ty::Pointer(..)));
    }
}
