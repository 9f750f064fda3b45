//! Places: `((*_1).3: a::T)` says that a field is touched, and of what type it is.

use std::collections::{BTreeMap, BTreeSet};

use super::scan::{self, DEPTH};

/// The types of a body's values, by their number.
pub(super) type Locals = BTreeMap<usize, String>;

/// A field: the type that has it, as printed, and its number.
pub(super) type Field = (String, usize);

/// The number of a value that is no part of another.
pub(super) fn local(text: &str) -> Option<usize> {
    text.trim().strip_prefix('_')?.parse().ok()
}

/// The field that an operand is, or refers to, directly or through other values.
pub(super) fn origin(
    text: &str,
    locals: &Locals,
    origins: &BTreeMap<usize, Option<Field>>,
) -> Option<Field> {
    let mut text = text.trim();
    for start in ["copy ", "move ", "deref_copy ", "&", "mut "] {
        text = text.strip_prefix(start).unwrap_or(text).trim_start();
    }
    for _ in 0..DEPTH {
        if let Some(number) = local(text) {
            return origins.get(&number)?.clone();
        }
        let body = text.strip_prefix('(')?.strip_suffix(')')?;
        match body.strip_prefix('*') {
            Some(inner) => text = inner,
            None => {
                let (base, number) = field(scan::split_once(body, ": ")?.0)?;
                return Some((type_of(base, locals)?.to_owned(), number));
            }
        }
    }
    None
}

/// The type of a place or of an operand, as far as the text says it.
pub(super) fn type_of<'a>(text: &'a str, locals: &'a Locals) -> Option<&'a str> {
    let mut text = text.trim();
    for start in ["copy ", "move "] {
        text = text.strip_prefix(start).unwrap_or(text);
    }
    let mut dereferences = 0_usize;
    let found = loop {
        if let Some(digits) = text.strip_prefix('_') {
            break locals.get(&digits.parse().ok()?)?.as_str();
        }
        let body = text.strip_prefix('(')?.strip_suffix(')')?;
        if let Some(inner) = body.strip_prefix('*') {
            dereferences += 1;
            if dereferences > DEPTH {
                return None;
            }
            text = inner;
        } else if let Some((place, ty)) = scan::split_once(body, ": ") {
            field(place)?;
            break ty;
        } else {
            text = scan::split_once(body, " as ")?.0;
        }
    };
    (0..dereferences).try_fold(found, |ty, _| dereferenced(ty))
}

/// The type behind a pointer.
fn dereferenced(ty: &str) -> Option<&str> {
    let ty = ty.trim();
    if let Some(rest) = ty.strip_prefix('&') {
        let rest = match rest.strip_prefix('\'') {
            Some(rest) => rest.split_once(' ')?.1,
            None => rest,
        };
        return Some(rest.strip_prefix("mut ").unwrap_or(rest));
    }
    for start in ["*const ", "*mut "] {
        if let Some(rest) = ty.strip_prefix(start) {
            return Some(rest);
        }
    }
    for start in ["alloc::boxed::Box<", "std::boxed::Box<", "Box<"] {
        if let Some(rest) = ty.strip_prefix(start) {
            return scan::split(rest.strip_suffix('>')?, b',').first().copied();
        }
    }
    None
}

/// `PLACE.3`: the place and the number.
fn field(text: &str) -> Option<(&str, usize)> {
    let (place, number) = text.rsplit_once('.')?;
    Some((place, number.parse().ok()?))
}

/// Adds the fields that a statement writes, or borrows to write. What they are in is written, too.
pub(super) fn written(place: &str, value: &str, locals: &Locals, found: &mut BTreeSet<Field>) {
    fields(place, locals, found);
    for start in ["&mut ", "&raw mut "] {
        if let Some(place) = value.strip_prefix(start) {
            fields(place, locals, found);
        }
    }
}

/// Adds the fields that a statement touches: the printed type of what has them, and their numbers.
/// Fields of tuples and of variants are left out.
pub(super) fn fields(text: &str, locals: &Locals, found: &mut BTreeSet<(String, usize)>) {
    // For each open bracket: where it opens, and where the first `: ` in it stands.
    let mut open: Vec<(usize, Option<usize>)> = Vec::new();
    for (at, byte, _) in scan::flat(text) {
        match byte {
            b'(' | b'[' | b'{' | b'<' => open.push((at, None)),
            b')' | b']' | b'}' | b'>' => {
                let Some((start, colon)) = open.pop() else {
                    continue;
                };
                let Some(place) = colon.and_then(|colon| text.get(start + 1..colon)) else {
                    continue;
                };
                if text.as_bytes().get(start) == Some(&b'(')
                    && open.len() <= DEPTH
                    && let Some((base, number)) = field(place)
                    && !base.contains(" as ")
                    && let Some(ty) = type_of(base, locals)
                    && !ty.starts_with('(')
                {
                    found.insert((ty.to_owned(), number));
                }
            }
            b':' if text.as_bytes().get(at + 1) == Some(&b' ') => {
                if let Some((_, colon @ None)) = open.last_mut() {
                    *colon = Some(at);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_have_types() {
        let locals: Locals = [
            (1, "&a::State".to_owned()),
            (2, "alloc::boxed::Box<b::T, A>".to_owned()),
            (3, "(u8, u8)".to_owned()),
        ]
        .into();
        assert_eq!(type_of("copy _1", &locals), Some("&a::State"));
        assert_eq!(type_of("(*_1)", &locals), Some("a::State"));
        assert_eq!(type_of("(*_2)", &locals), Some("b::T"));
        assert_eq!(type_of("(*((*_1).0: &'a mut c::U))", &locals), Some("c::U"));
        assert_eq!(type_of("((_9 as Some).0: d::V)", &locals), Some("d::V"));
        assert_eq!(type_of("_9", &locals), None);
        let mut found = BTreeSet::new();
        fields(
            "_4 = f(copy (((*_1).3: c::U).2: u8), (_3.1: u8), ((_9 as Some).0: d::V))",
            &locals,
            &mut found,
        );
        let found: Vec<_> = found.iter().map(|(ty, at)| (ty.as_str(), *at)).collect();
        assert_eq!(found, [("a::State", 3), ("c::U", 2)]);
    }
}
