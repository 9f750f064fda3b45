//! What ends a build, as diagnostics.

use std::io;
use std::path::Path;

use crate::diagnostics::{Code, Diagnostic};

/// What was to be built is not what a split wrote.
pub(super) fn no_split(title: String) -> Diagnostic {
    let help = "name a directory that `pcnet-partition split` wrote, as it left it";
    Diagnostic::new(Code::NoSplit, title, help)
}

/// What was to be built is not what a split wrote: with what led to it.
pub(super) fn broken_split(error: &anyhow::Error) -> Diagnostic {
    let causes = error.chain().skip(1).map(ToString::to_string);
    causes.fold(no_split(error.to_string()), Diagnostic::note)
}

/// A step of the build did not come to its end.
pub(super) fn failed(title: String, help: impl Into<String>) -> Diagnostic {
    Diagnostic::new(Code::BuildStep, title, help)
}

/// A file of the build cannot be written.
pub(super) fn unwritable(path: &Path) -> impl Fn(io::Error) -> Diagnostic {
    move |error| {
        let title = format!("cannot write to `{}`", path.display());
        let help = "name a directory that can be written to, with `--out` or `--target-dir`";
        // Its kind alone: the rest may name a temporary file.
        Diagnostic::new(Code::Output, title, help).note(error.kind().to_string())
    }
}

/// Something that the build has just made, or needs, cannot be read.
pub(super) fn unreadable(path: &Path) -> impl Fn(io::Error) -> Diagnostic {
    move |error| {
        let title = format!("cannot read `{}`", path.display());
        failed(
            title,
            "build again: what a build makes is not to change meanwhile",
        )
        .note(error.to_string())
    }
}
