//! The text of the driver and where things are in it.

use std::ops::Range;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned;

/// One of the files of [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(usize);

/// A range of bytes of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// Where a piece of syntax, parsed from `file`, stands.
    pub fn of(file: FileId, syntax: &impl Spanned) -> Span {
        Span::from(file, syntax.span())
    }

    /// Where a token of `file` stands.
    pub fn from(file: FileId, span: proc_macro2::Span) -> Span {
        let Range { start, end } = span.byte_range();
        Span { file, start, end }
    }

    /// The start of a file: of what has no place of its own.
    pub fn nowhere(file: FileId) -> Span {
        Span {
            file,
            start: 0,
            end: 0,
        }
    }

    /// The bytes.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A file as it was read.
#[derive(Debug)]
pub struct SourceFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// What it is called in messages and in emitted code: its path within the workspace.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The bytes at which its lines end.
    ends: Vec<usize>,
}

/// Every file that was read, the API's included.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a file; `root` is the directory that its name is relative to.
    pub fn add(&mut self, path: &Path, root: &Path, text: String) -> FileId {
        let name = path
            .strip_prefix(root)
            .unwrap_or(path)
            .to_string_lossy()
            .into_owned();
        let ends = text.match_indices('\n').map(|(at, _)| at).collect();
        self.files.push(SourceFile {
            path: path.to_owned(),
            name,
            text,
            ends,
        });
        FileId(self.files.len() - 1)
    }

    /// Every file.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files
            .iter()
            .enumerate()
            .map(|(index, file)| (FileId(index), file))
    }

    /// The file.
    pub fn file(&self, file: FileId) -> &SourceFile {
        &self.files[file.0]
    }

    /// The text at a span.
    pub fn text(&self, span: Span) -> &str {
        &self.file(span.file).text[span.range()]
    }

    /// The line, from 1, at which a byte stands.
    pub fn line(&self, file: FileId, byte: usize) -> usize {
        1 + self.file(file).ends.partition_point(|end| *end < byte)
    }

    /// `file:line` of a span's start.
    pub fn place(&self, span: Span) -> String {
        format!(
            "{}:{}",
            self.file(span.file).name,
            self.line(span.file, span.start)
        )
    }
}
