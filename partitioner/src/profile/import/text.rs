//! Pieces that the formats share.

/// The warning about a line that no format explains.
pub(crate) const UNREADABLE: &str = "lines that were not understood";

/// The words of a line, with where they start.
pub(crate) fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let start = line.as_ptr().addr();
    line.split_whitespace()
        .map(move |word| (word.as_ptr().addr() - start, word))
}

/// `123.456789`, in nanoseconds: digits, a point, six or nine digits.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    let unit: u64 = match part.len() {
        6 => 1_000,
        9 => 1,
        _ => return None,
    };
    let (whole, part): (u64, u64) = (whole.parse().ok()?, part.parse().ok()?);
    whole.checked_mul(1_000_000_000)?.checked_add(part * unit)
}

/// `12.345`, microseconds, in nanoseconds.
pub(crate) fn microseconds(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once('.')?;
    if whole.is_empty() || part.len() != 3 {
        return None;
    }
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    whole.checked_mul(1_000)?.checked_add(part.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(seconds("1.000002"), Some(1_000_002_000));
        assert_eq!(seconds("1.000000002"), Some(1_000_000_002));
        for text in [
            "",
            ".",
            "1.",
            "1.0",
            "1",
            "-1.000000",
            "1.00000a",
            "99999999999999.000000",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
        assert_eq!(microseconds("12.345"), Some(12_345));
        for text in ["", "1", "1.2", ".123", "a.123", "1.12b"] {
            assert_eq!(microseconds(text), None, "{text}");
        }
    }

    #[test]
    fn words_and_where_they_start() {
        let found: Vec<_> = words(" a  bc\t").collect();
        assert_eq!(found, [(1, "a"), (4, "bc")]);
    }
}
