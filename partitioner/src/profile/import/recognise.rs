//! Of which format a recording is.

use super::histogram::Histogram;
use super::perf::Perf;
use super::trace::Trace;
use super::{From, lines};

/// What a file is that is no text, as far as it can be told.
pub(super) fn binary(head: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 5] = [
        (
            b"PERFILE2",
            "it is what `perf record` writes: print it with `perf script`",
        ),
        (
            b"\x17\x08\x44tracing",
            "it is what `trace-cmd record` writes: print it with `trace-cmd report`",
        ),
        (b"\x7fELF", "it is an object: give that to `--object`"),
        (b"\x1f\x8b", "it is compressed: unpack it"),
        (b"\x28\xb5\x2f\xfd", "it is compressed: unpack it"),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(what);
    }
    // Somewhere in a text, a byte may have been damaged; among its first, there is none that is none.
    let first = &head[..head.len().min(512)];
    first.contains(&0).then_some("it is no text")
}

/// The format of a text, by the first line that only one of them has.
pub(super) fn recognise(head: &[u8]) -> Result<From, String> {
    let text = String::from_utf8_lossy(head);
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    for line in text.lines().filter(|line| line.len() <= lines::LONGEST) {
        if Histogram::recognises(line) {
            return Ok(From::Histogram);
        }
        if Trace::recognises(line) {
            return Ok(From::Ftrace);
        }
        if Perf::recognises(line) {
            return Ok(From::Perf);
        }
    }
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first: String = first.unwrap_or("").chars().take(80).collect();
    Err(format!(
        "no line of it is of a format that is known; it starts with `{}`",
        first.escape_debug()
    ))
}
