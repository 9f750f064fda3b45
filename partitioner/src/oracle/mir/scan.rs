//! Finding the ends of things in one line of MIR: brackets nest, strings and arrows do not count.

/// Brackets deeper than this are not looked into.
pub(super) const DEPTH: usize = 128;

/// Walks over the bytes of a line that stand outside of strings, with how many brackets are open before
/// each; a closing bracket has the depth of its opening one.
pub(super) fn flat(text: &str) -> impl Iterator<Item = (usize, u8, usize)> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut depth = 0_usize;
    std::iter::from_fn(move || {
        loop {
            let byte = *bytes.get(at)?;
            let here = at;
            at += 1;
            match byte {
                b'"' => at = end_of_string(bytes, at),
                b'\'' => at = end_of_character(bytes, at),
                b'-' | b'=' if bytes.get(at) == Some(&b'>') => {
                    at += 1;
                    return Some((here, byte, depth));
                }
                b'(' | b'[' | b'{' | b'<' => {
                    depth += 1;
                    return Some((here, byte, depth - 1));
                }
                b')' | b']' | b'}' | b'>' => {
                    depth = depth.saturating_sub(1);
                    return Some((here, byte, depth));
                }
                _ => return Some((here, byte, depth)),
            }
        }
    })
}

fn end_of_string(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The byte after a character such as `'a'` or `'\n'`, whose first quote has been read. What is not a
/// character is a lifetime, of which only the quote has to be passed over.
fn end_of_character(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at) == Some(&b'\\') {
        let rest = bytes.get(at + 2..).unwrap_or(&[]);
        let end = rest.iter().take(12).position(|byte| *byte == b'\'');
        return end.map_or(at + 1, |end| at + 2 + end + 1);
    }
    let first = bytes.get(at).copied().unwrap_or(0);
    let length = match first {
        0x00..=0x7f => 1,
        0x80..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    if bytes.get(at + length) == Some(&b'\'') {
        at + length + 1
    } else {
        at
    }
}

/// The end of the bracket that opens at `open`: the position of its closing one.
pub(super) fn closing(text: &str, open: usize) -> Option<usize> {
    let rest = text.get(open..)?;
    flat(rest)
        .skip(1)
        .find(|(_, byte, depth)| *depth == 0 && matches!(byte, b')' | b']' | b'}' | b'>'))
        .map(|(at, _, _)| open + at)
}

/// Splits at a byte that stands outside of all brackets.
pub(super) fn split(text: &str, separator: u8) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, byte, depth) in flat(text) {
        if depth == 0 && byte == separator {
            parts.push(text.get(start..at).unwrap_or("").trim());
            start = at + 1;
        }
    }
    let rest = text.get(start..).unwrap_or("").trim();
    if !rest.is_empty() {
        parts.push(rest);
    }
    parts
}

/// Splits at the first place outside of all brackets where `separator` stands.
pub(super) fn split_once<'a>(text: &'a str, separator: &str) -> Option<(&'a str, &'a str)> {
    let first = *separator.as_bytes().first()?;
    flat(text)
        .find(|(at, byte, depth)| {
            *depth == 0
                && *byte == first
                && text
                    .get(*at..)
                    .is_some_and(|rest| rest.starts_with(separator))
        })
        .and_then(|(at, _, _)| Some((text.get(..at)?, text.get(at + separator.len()..)?)))
}

/// Splits a path at `::` outside of brackets.
pub(super) fn path(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, byte, depth) in flat(text) {
        if depth == 0 && byte == b':' && at >= start && text.as_bytes().get(at + 1) == Some(&b':') {
            parts.push(text.get(start..at).unwrap_or(""));
            start = at + 2;
        }
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_nest_and_strings_do_not_count() {
        assert_eq!(
            split("a, (b, c), \"d, e\", f", b','),
            ["a", "(b, c)", "\"d, e\"", "f"]
        );
        assert_eq!(split("fn(u8) -> u8, 'x', ',', '\\'', z", b',').len(), 5);
        assert_eq!(closing("<A as B<C>>::d(e)", 0), Some(10));
        assert_eq!(closing("(fn(A) -> B, '(')", 0), Some(16));
        assert_eq!(closing("(never", 0), None);
        assert_eq!(split_once("{a as b} as c", " as "), Some(("{a as b}", "c")));
    }

    #[test]
    fn paths_are_split_outside_of_brackets() {
        assert_eq!(
            path("a::<impl at src/b.rs:1:2: 3:4>::c::<d::E>"),
            ["a", "<impl at src/b.rs:1:2: 3:4>", "c", "<d::E>"]
        );
        assert_eq!(path("<A as x::B>::c"), ["<A as x::B>", "c"]);
    }
}
