//! The lines of a text that may be no text: long lines, bytes that are no characters, a missing end.

use std::io::{self, BufRead};

/// The longest line that is looked at, in bytes. Symbols of the kernel have at most 512.
pub(crate) const LONGEST: usize = 16_384;

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// From 1.
    pub(crate) number: u64,
    /// Without its end.
    pub(crate) text: &'a str,
    /// Whether its end is there: a line without one may be the first half of a line.
    pub(crate) ended: bool,
}

/// What a line can be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read<'a> {
    /// Text.
    Line(Line<'a>),
    /// The number of a line that is too long, or no text.
    Unreadable(u64),
    /// There are no more.
    End,
}

/// Reads lines one by one; never holds more than one.
#[derive(Debug)]
pub(crate) struct Lines<R> {
    from: R,
    number: u64,
    buffer: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// The lines of a reader.
    pub(crate) fn new(from: R) -> Lines<R> {
        Lines {
            from,
            number: 0,
            buffer: Vec::new(),
        }
    }

    /// The next line.
    pub(crate) fn next(&mut self) -> io::Result<Read<'_>> {
        self.buffer.clear();
        let mut too_long = false;
        let ended = loop {
            let chunk = self.from.fill_buf()?;
            if chunk.is_empty() {
                if self.buffer.is_empty() && !too_long {
                    return Ok(Read::End);
                }
                break false;
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            too_long |= self.buffer.len() + part.len() > LONGEST;
            if !too_long {
                self.buffer.extend_from_slice(part);
            }
            let used = end.map_or(part.len(), |end| end + 1);
            self.from.consume(used);
            if end.is_some() {
                break true;
            }
        };
        self.number += 1;
        let number = self.number;
        if too_long || self.buffer.contains(&0) {
            return Ok(Read::Unreadable(number));
        }
        Ok(match std::str::from_utf8(&self.buffer) {
            Ok(text) => Read::Line(Line {
                number,
                text: text.strip_suffix('\r').unwrap_or(text),
                ended,
            }),
            Err(_) => Read::Unreadable(number),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn all(bytes: &[u8], capacity: usize) -> Vec<Result<(String, bool), u64>> {
        let mut lines = Lines::new(BufReader::with_capacity(capacity, bytes));
        let mut found = Vec::new();
        loop {
            match lines.next().expect("memory is readable") {
                Read::Line(line) => found.push(Ok((line.text.to_owned(), line.ended))),
                Read::Unreadable(number) => found.push(Err(number)),
                Read::End => return found,
            }
        }
    }

    #[test]
    fn lines_end_where_they_end() {
        for capacity in [1, 2, 64] {
            let found = all(b"one\n\ntwo\r\nthree", capacity);
            let line = |text: &str, ended| Ok((text.to_owned(), ended));
            let expected = [
                line("one", true),
                line("", true),
                line("two", true),
                line("three", false),
            ];
            assert_eq!(found, expected);
            assert_eq!(all(b"", capacity), []);
        }
    }

    #[test]
    fn what_is_no_text_is_numbered() {
        let mut bytes = b"good\n\xff\n\0\n".to_vec();
        bytes.extend(std::iter::repeat_n(b'x', LONGEST + 1));
        bytes.extend_from_slice(b"\ngood\n");
        let found = all(&bytes, 1_000);
        assert_eq!(found[1..4], [Err(2), Err(3), Err(4)]);
        assert_eq!(found[4], Ok(("good".to_owned(), true)));
    }

    /// 50 MB without an end of a line take no memory to speak of.
    #[test]
    fn a_line_of_fifty_megabytes_is_passed_over() {
        let reader = io::Read::take(io::repeat(b'x'), 50_000_000);
        let rest = io::Read::chain(reader, &b"\nnext\n"[..]);
        let mut lines = Lines::new(BufReader::new(rest));
        assert_eq!(lines.next().expect("readable"), Read::Unreadable(1));
        assert!(lines.buffer.capacity() <= 2 * LONGEST);
        let next = lines.next().expect("readable");
        assert!(matches!(next, Read::Line(line) if line.text == "next" && line.number == 2));
    }
}
