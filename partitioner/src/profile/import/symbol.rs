//! From a symbol to the driver's function: mangled in either of Rust's ways, or demangled by the tool
//! that printed it, with what linkers and compilers add to names.

use crate::profile::subject::{Key, Subject};

/// The longest symbol that is looked at; the kernel's own are shorter.
const LONGEST: usize = 4_096;

/// The most modules, types and functions around a function of a driver.
const DEEPEST: usize = 32;

/// A function of the driver as a symbol names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found<'s> {
    /// Its name in the plan.
    pub(crate) name: &'s str,
    /// Whether it is the function and not a closure or another function inside of it: those run when
    /// they are called, which is no call of the function around them.
    pub(crate) itself: bool,
}

/// The driver's function behind a symbol, if it is one of the driver.
pub(crate) fn function<'s>(subject: &'s Subject, symbol: &str) -> Option<Found<'s>> {
    let symbol = plain(symbol);
    if symbol.is_empty() || symbol.len() > LONGEST {
        return None;
    }
    let name = match rustc_demangle::try_demangle(symbol) {
        Ok(demangled) => format!("{demangled:#}"),
        Err(_) => symbol.to_owned(),
    };
    keys(subject, &name).iter().find_map(|(key, itself)| {
        let name = subject.function(key)?;
        let itself = *itself;
        Some(Found { name, itself })
    })
}

/// A symbol without what was added to it: `.cold`, `.llvm.123`, `.constprop.0` and the like.
pub(crate) fn plain(symbol: &str) -> &str {
    const ADDED: &[&str] = &[
        "cold",
        "llvm",
        "constprop",
        "isra",
        "part",
        "lto_priv",
        "localalias",
    ];
    let mut symbol = symbol.trim();
    while let Some((rest, last)) = symbol.rsplit_once('.') {
        let digits = |is: fn(&u8) -> bool| !last.is_empty() && last.bytes().all(|byte| is(&byte));
        let number = digits(u8::is_ascii_digit)
            || (rest.ends_with(".llvm") && digits(u8::is_ascii_hexdigit));
        if !ADDED.contains(&last) && !number {
            break;
        }
        symbol = rest;
    }
    symbol
}

/// What a demangled name can stand for, the best reading first; and whether it is all of that.
fn keys(subject: &Subject, name: &str) -> Vec<(Key, bool)> {
    let mut parts = segments(name);
    if parts.last().is_some_and(|last| is_hash(last)) {
        parts.pop();
    }
    let all = parts.len();
    parts.retain(|part| !part.starts_with('{'));
    let closure = parts.len() < all;
    let Some((&first, rest)) = parts.split_first() else {
        return Vec::new();
    };
    // `<Type>::method`, `<Type as Trait>::method`, and the same after the module of the impl block.
    if let Some(position) = parts.iter().position(|part| part.starts_with('<')) {
        let (block, method) = (parts[position], parts.get(position + 1));
        let Some(method) = method else {
            return Vec::new();
        };
        let itself = !closure && parts.len() == position + 2;
        let key = of_block(subject, block, method);
        return key.into_iter().map(|key| (key, itself)).collect();
    }
    if !subject.owns(first) {
        return Vec::new();
    }
    // What is inside of a function belongs to it, so the path may be longer than the function's.
    let mut keys = Vec::new();
    for length in (1..=rest.len().min(DEEPEST)).rev() {
        let path = &rest[..length];
        let itself = !closure && length == rest.len();
        let free = path.iter().map(|part| (*part).to_owned()).collect();
        keys.push((Key::Free(free), itself));
        if let [.., of, method] = path {
            let key = Key::Inherent(bare(of).to_owned(), (*method).to_owned());
            keys.push((key, itself));
        }
    }
    keys
}

/// An impl block in pointed brackets, and a method of it.
fn of_block(subject: &Subject, block: &str, method: &str) -> Option<Key> {
    let inner = block.strip_prefix('<')?.strip_suffix('>')?;
    let (of, name) = match inner.strip_prefix("impl ") {
        Some(inner) => match split(inner, " for ") {
            Some((name, of)) => (of, Some(name)),
            None => (inner, None),
        },
        None => match split(inner, " as ") {
            Some((of, name)) => (of, Some(name)),
            None => (inner, None),
        },
    };
    let of = segments(of);
    if !of.first().is_some_and(|name| subject.owns(name)) {
        return None;
    }
    let of = bare(of.last()?).to_owned();
    Some(match name {
        Some(name) => {
            let name = bare(segments(name).last()?).to_owned();
            Key::Trait(of, name, method.to_owned())
        }
        None => Key::Inherent(of, method.to_owned()),
    })
}

/// The hash at the end of a legacy symbol.
fn is_hash(part: &str) -> bool {
    part.len() == 17
        && part.starts_with('h')
        && part[1..].bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A name without generic arguments.
fn bare(name: &str) -> &str {
    name.split('<').next().unwrap_or(name)
}

/// The parts of a path, at `::` outside of brackets. `name::<u8>` loses its arguments.
fn segments(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    let bytes = path.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'<' | b'(' | b'[' | b'{' => depth += 1,
            // The arrow of a function's type closes nothing.
            b'>' if at > 0 && bytes[at - 1] == b'-' => {}
            b'>' | b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b':' if depth == 0 && bytes.get(at + 1) == Some(&b':') && at >= start => {
                parts.push(&path[start..at]);
                start = at + 2;
            }
            _ => {}
        }
    }
    parts.push(path.get(start..).unwrap_or(""));
    // A segment in pointed brackets after a function or a type is its arguments; an impl block says so.
    let mut kept: Vec<&str> = Vec::new();
    for (index, part) in parts.into_iter().enumerate() {
        let arguments = index > 0 && part.starts_with('<') && !part.starts_with("<impl ");
        if !arguments && !part.is_empty() {
            kept.push(part);
        }
    }
    kept
}

/// Both sides of a word outside of brackets.
fn split<'t>(text: &'t str, word: &str) -> Option<(&'t str, &'t str)> {
    let mut depth = 0_usize;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'<' | b'(' | b'[' | b'{' => depth += 1,
            b'>' if at > 0 && bytes[at - 1] == b'-' => {}
            b'>' | b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b' ' if depth == 0 && bytes[at..].starts_with(word.as_bytes()) => {
                return Some((&text[..at], &text[at + word.len()..]));
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::subject::tests::subject;

    #[test]
    fn every_way_to_write_a_function() {
        for (symbol, expected) in [
            // v0: free, inherent, trait, closure, generic instance.
            ("_RNvNtCs1234_5small4chip5light", Some("chip::light")),
            (
                "_RNvMs_NtCs1234_12small_kernel5stateNtB4_5Small5start",
                Some("Small::start"),
            ),
            (
                "_RNvXs_NtCs1234_12small_kernel9interfaceNtNtB6_5state5SmallNtCs9_7runtime13NetOperations4open",
                Some("Small::open"),
            ),
            ("_RNCNvNtCs1234_5small4chip5light0B5_", Some("chip::light")),
            ("_RINvNtCs1234_5small4chip5lighthEB4_", Some("chip::light")),
            // legacy.
            (
                "_ZN5small4chip5light17h0123456789abcdefE",
                Some("chip::light"),
            ),
            (
                "_ZN12small_kernel5state5Small5start17h0123456789abcdefE",
                Some("Small::start"),
            ),
            (
                "_ZN5small5state37_$LT$impl$u20$small..state..Small$GT$5start17h0123456789abcdefE",
                Some("Small::start"),
            ),
            (
                "_ZN81_$LT$small_kernel..state..Small$u20$as$u20$runtime_kernel..net..NetOperations$GT$4open17h0123456789abcdefE",
                Some("Small::open"),
            ),
            (
                "_ZN5small4chip5light28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE",
                Some("chip::light"),
            ),
            // What is added.
            (
                "_RNvNtCs1234_5small4chip5light.llvm.1234567890",
                Some("chip::light"),
            ),
            ("_RNvNtCs1234_5small4chip5light.cold", Some("chip::light")),
            (
                "_ZN5small4chip5light17h0123456789abcdefE.constprop.0.cold",
                Some("chip::light"),
            ),
            // As tools print them.
            ("small_user::chip::light", Some("chip::light")),
            ("small::chip::light::h0123456789abcdef", Some("chip::light")),
            ("<small_kernel::state::Small>::start", Some("Small::start")),
            (
                "small::interface::<impl runtime_kernel::NetOperations for small::state::Small>::poll",
                Some("Small::poll"),
            ),
            (
                "<small::state::Small as m::NetOperations>::poll::{closure#0}",
                Some("Small::poll"),
            ),
            (
                "<small::state::Small<fn(u8) -> u8> as m::NetOperations<A>>::poll::<u8>",
                Some("Small::poll"),
            ),
            (
                "small::chip::light::<alloc::vec::Vec<u8>>::inner",
                Some("chip::light"),
            ),
            // Others'.
            ("small_kernel_other::chip::light", None),
            ("_RNvNtCs1234_5large4chip5light", None),
            ("core::ptr::drop_in_place::<small::state::Small>", None),
            (
                "<core::iter::Map<small::chip::light> as core::iter::Iterator>::fold",
                None,
            ),
            ("<small::state::Small as core::fmt::Debug>::open", None),
            ("light", None),
            ("chip::light", None),
            ("md_rs_open", None),
            ("", None),
            ("::", None),
            ("<", None),
            ("<>::", None),
            ("small", None),
            ("small::>>>", None),
        ] {
            let found = subject();
            let found = function(&found, symbol).map(|found| found.name);
            assert_eq!(found, expected, "{symbol}");
        }
    }

    #[test]
    fn a_closure_is_not_the_function_around_it() {
        for (symbol, expected) in [
            ("small::chip::light", true),
            ("small::chip::light::<u8>", true),
            ("_ZN5small4chip5light17h0123456789abcdefE.llvm.12", true),
            ("<small::state::Small as m::NetOperations>::poll", true),
            ("small::chip::light::{closure#0}", false),
            ("small::chip::light::inner", false),
            (
                "<small::state::Small as m::NetOperations>::poll::{{closure}}",
                false,
            ),
            ("<small::state::Small>::start::inner", false),
        ] {
            let subject = subject();
            let found = function(&subject, symbol).expect("the driver's");
            assert_eq!(found.itself, expected, "{symbol}");
        }
    }

    #[test]
    fn additions_are_taken_off() {
        assert_eq!(plain("f.isra.0.part.1.cold"), "f");
        assert_eq!(plain(" f.llvm.0A1B "), "f");
        assert_eq!(plain("a..b"), "a..b");
        assert_eq!(plain("f.other"), "f.other");
    }

    #[test]
    fn long_and_deep_names_end() {
        assert_eq!(function(&subject(), &"<".repeat(100_000)), None);
        let deep = format!("small::{}", "a::".repeat(1_000));
        assert_eq!(function(&subject(), &deep), None);
    }
}
