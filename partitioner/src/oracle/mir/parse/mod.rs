//! Reads the text line by line; a body is not kept as text.

mod body;
mod header;
#[cfg(test)]
mod tests;

use std::io::{self, BufRead, Read as _};

use crate::oracle::mir::Body;
use body::Reader;
use header::header;

/// No line is longer than this.
const LINE: u64 = 4 << 20;

/// No more text than this.
const ALL: u64 = 4 << 30;

/// Why the text cannot be read.
#[derive(Debug)]
pub enum Mistake {
    /// Reading failed.
    Io(io::Error),
    /// A line, or all of it, is longer than any compiler's.
    TooLong(usize),
    /// A body begins in this line and does not end.
    Unfinished(usize),
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Mistake::Io(error) => write!(f, "cannot read it: {error}"),
            Mistake::TooLong(line) => write!(f, "line {line} is too long"),
            Mistake::Unfinished(line) => write!(f, "the body in line {line} does not end"),
        }
    }
}

/// Reads everything that the compiler printed for a crate.
///
/// # Errors
/// What keeps it from being read to the end.
pub fn parse(text: impl BufRead) -> Result<Vec<Body>, Mistake> {
    let mut text = text.take(ALL);
    let mut bodies = Vec::new();
    let mut reader: Option<Reader> = None;
    let mut other = false;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = text.by_ref().take(LINE).read_until(b'\n', &mut line);
        let read = read.map_err(Mistake::Io)?;
        if read == 0 {
            break;
        }
        if read as u64 == LINE {
            return Err(Mistake::TooLong(number));
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line == "}" {
            other = false;
            bodies.extend(reader.take().map(Reader::finish));
        } else if let Some(reader) = &mut reader {
            reader.line(line);
        } else if !other && !line.is_empty() && !line.starts_with("//") {
            let (found, open) = header(line, number);
            match (found, open) {
                (Some(found), true) => reader = Some(found),
                (Some(found), false) => bodies.push(found.finish()),
                (None, open) => other = open,
            }
        }
    }
    if text.limit() == 0 {
        return Err(Mistake::TooLong(bodies.len()));
    }
    match reader {
        Some(reader) => Err(Mistake::Unfinished(reader.number)),
        None => Ok(bodies),
    }
}
