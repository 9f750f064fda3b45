//! Files that people hand to the command, other than sources: read up to a limit, written whole or not
//! at all.
//!
//! Nothing that is read here is trusted: a file may be too large, no text, or not what its name says.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::{Range, RangeInclusive};
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::source::{FileId, Sources, Span};

/// The largest JSON file that is read, in bytes. The profile of a large driver has some hundred thousand.
pub const MOST_JSON: u64 = 16 << 20;

/// The longest line of which a diagnostic shows a picture.
pub const MOST_SHOWN: usize = 1_000;

/// Reads a file whole.
///
/// # Errors
/// It cannot be read, or it has more than `most` bytes.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let why = format!("it has more than {most} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    Ok(bytes)
}

/// Reads a file whole, as text.
///
/// # Errors
/// As [`read`], or it is not UTF-8.
pub fn text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

/// Replaces a file: afterwards it has the old bytes or the new ones, whatever happens meanwhile.
///
/// # Errors
/// It cannot be written; then nothing was changed.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, None, &mut &*bytes)
}

/// Replaces a file by a copy of another one, which may be run if that one may; as [`write`].
///
/// # Errors
/// As [`write`], or the other one cannot be read.
pub fn copy(from: &Path, path: &Path) -> io::Result<()> {
    let mut file = File::open(from)?;
    let permissions = file.metadata()?.permissions();
    replace(path, Some(permissions), &mut file)
}

fn replace(
    path: &Path,
    permissions: Option<fs::Permissions>,
    from: &mut impl Read,
) -> io::Result<()> {
    let old = fs::metadata(path).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        // A pipe or a terminal has no old bytes to keep; a directory refuses by itself.
        let mut to = fs::OpenOptions::new().write(true).open(path)?;
        return io::copy(from, &mut to).map(drop);
    }
    // Through a link, the file behind it is replaced, not the link.
    let path = if old.is_some() {
        fs::canonicalize(path)?
    } else {
        path.to_owned()
    };
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !directory.is_dir() {
        let why = format!("there is no directory `{}`", directory.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, why));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".new-");
    let permissions = permissions.or_else(|| Some(old?.permissions()));
    builder.permissions(permissions.unwrap_or_else(everyone_may_read));
    let mut temporary = builder.tempfile_in(directory)?;
    io::copy(from, temporary.as_file_mut())?;
    temporary.as_file().sync_all()?;
    temporary.persist(&path).map_err(|error| error.error)?;
    // The name, too, has to survive a loss of power.
    File::open(directory)?.sync_all()
}

/// What the umask leaves of it is what any other new file has.
fn everyone_may_read() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o666)
}

/// A file of JSON that was read: its value and its text.
#[derive(Debug)]
pub struct Json<T> {
    /// The value.
    pub value: T,
    /// What it was read from, as an item of `Sources`.
    pub file: FileId,
}

/// The version of a format, whatever else there is.
#[derive(serde::Deserialize)]
struct Head {
    schema: u32,
}

/// Reads JSON of some versions of a format, mostly one; `what` names the format with its article.
///
/// # Errors
/// With the code: the file cannot be read, is no such JSON, or has another version.
pub fn json<T: DeserializeOwned>(
    path: &Path,
    code: Code,
    what: &str,
    schema: RangeInclusive<u32>,
    sources: &mut Sources,
) -> Outcome<Json<T>> {
    let refuse = |why: String| {
        let title = format!("cannot read `{}`", path.display());
        let help = format!("name a file that holds {what}");
        Diagnostic::new(code, title, help).note(why)
    };
    let bytes = read(path, MOST_JSON).map_err(|error| refuse(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        refuse(format!("it is no text: byte {at} is not UTF-8"))
    })?;
    let file = sources.add(path, Path::new(""), text);
    parse(file, code, what, schema, sources)
}

/// Reads JSON from a file that is in `sources` already.
///
/// # Errors
/// As [`json`].
pub fn parse<T: DeserializeOwned>(
    file: FileId,
    code: Code,
    what: &str,
    schema: RangeInclusive<u32>,
    sources: &Sources,
) -> Outcome<Json<T>> {
    let source = sources.file(file);
    let text = source.text.as_str();
    let refuse = |error: &serde_json::Error| {
        let title = format!("`{}` is not {what}", source.name);
        let help = format!("correct it, or make {what} anew");
        let (line, column) = (error.line(), error.column());
        let said = error.to_string();
        let why = said
            .strip_suffix(&format!(" at line {line} column {column}"))
            .unwrap_or(&said);
        let diagnostic = Diagnostic::new(code, title, help);
        match range(text, line, column) {
            Some(Range { start, end }) => diagnostic.at(Span { file, start, end }, why),
            None => diagnostic.note(format!("line {line}, column {column}: {why}")),
        }
    };
    // A list could stand for an object; nobody means that.
    if !text.trim_start().starts_with('{') {
        let start = text.len() - text.trim_start().len();
        let line = 1 + text[..start].matches('\n').count();
        let help = format!("give {what}: a JSON object");
        let title = format!("`{}` is not {what}", source.name);
        let diagnostic = Diagnostic::new(code, title, help);
        let why = "expected `{`";
        return Err(match range(text, line, 1) {
            Some(Range { start, end }) => diagnostic.at(Span { file, start, end }, why),
            None => diagnostic.note(why),
        }
        .into());
    }
    // Of another version, what else is wrong would only mislead.
    let head: Head = serde_json::from_str(text).map_err(|error| refuse(&error))?;
    if !schema.contains(&head.schema) {
        let newest = schema.end();
        let title = format!(
            "`{}` is {what} of version {}, and this command reads version {newest}",
            source.name, head.schema
        );
        let help = format!("make {what} anew, with the version of this command");
        return Err(Diagnostic::new(code, title, help).into());
    }
    let value = serde_json::from_str(text).map_err(|error| refuse(&error))?;
    Ok(Json { value, file })
}

/// The character at a line and a column, both from 1, if the line is one that can be shown.
fn range(text: &str, line: usize, column: usize) -> Option<Range<usize>> {
    let before: usize = text
        .split_inclusive('\n')
        .take(line.checked_sub(1)?)
        .map(str::len)
        .sum();
    let shown = text.get(before..)?.lines().next().unwrap_or("");
    if shown.len() > MOST_SHOWN {
        return None;
    }
    let mut start = before + column.saturating_sub(1).min(shown.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let end = start + text[start..].chars().next().map_or(0, char::len_utf8);
    Some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("file");
        write(&path, b"old").expect("written");
        let mut reader = File::open(&path).expect("readable");
        write(&path, b"new").expect("replaced");
        // Whoever has the old file open has all of it: it was never half of either.
        let mut old = Vec::new();
        reader.read_to_end(&mut old).expect("readable");
        assert_eq!(old, b"old");
        assert_eq!(fs::read(&path).expect("readable"), b"new");
        assert_eq!(
            fs::read_dir(directory.path()).expect("readable").count(),
            1,
            "the temporary file has become the file"
        );
    }

    #[test]
    fn a_link_stays_a_link() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (path, link) = (directory.path().join("file"), directory.path().join("link"));
        fs::write(&path, "old").expect("written");
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        write(&link, b"new").expect("replaced");
        assert!(link.is_symlink());
        assert_eq!(fs::read(&path).expect("readable"), b"new");
    }

    #[test]
    fn a_copy_may_be_run_as_its_original() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (from, to) = (directory.path().join("from"), directory.path().join("to"));
        fs::write(&from, "new").expect("written");
        fs::set_permissions(&from, fs::Permissions::from_mode(0o755)).expect("set");
        fs::write(&to, "old").expect("written");
        let mut reader = File::open(&to).expect("readable");
        copy(&from, &to).expect("copied");
        let mut old = Vec::new();
        reader.read_to_end(&mut old).expect("readable");
        assert_eq!(old, b"old");
        assert_eq!(fs::read(&to).expect("readable"), b"new");
        let mode = fs::metadata(&to).expect("there").permissions().mode();
        assert_ne!(mode & 0o100, 0, "{mode:o}");
        assert!(copy(&directory.path().join("gone"), &to).is_err());
        assert_eq!(fs::read(&to).expect("readable"), b"new");
    }

    /// A directory that refuses new files stands for every write that fails half-way.
    #[test]
    fn a_write_that_fails_leaves_the_old_file() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let path = directory.path().join("file").join("below");
        fs::write(directory.path().join("file"), "old").expect("written");
        assert!(write(&path, b"new").is_err());
        assert!(write(directory.path(), b"new").is_err());
        let old = fs::read(directory.path().join("file")).expect("readable");
        assert_eq!(old, b"old");
    }

    #[test]
    fn a_file_without_an_end_is_refused() {
        let error = read(Path::new("/dev/zero"), 1_000).expect_err("too large");
        assert_eq!(error.to_string(), "it has more than 1000 bytes");
        assert!(read(Path::new("/"), 1_000).is_err());
    }

    #[test]
    fn places_are_within_the_text() {
        for (text, line, column) in [
            ("", 1, 0),
            ("", 7, 7),
            ("a\nbc", 2, 2),
            ("a\n", 2, 0),
            ("ä", 1, 2),
            ("x", 1, 900),
            ("x\n", 9, 900),
        ] {
            let range = range(text, line, column).expect("a short line");
            assert!(text.get(range).is_some(), "{text:?} {line} {column}");
        }
        assert_eq!(range(&"x".repeat(10_000), 1, 1), None);
        assert_eq!(range("x", 0, 0), None);
    }
}
