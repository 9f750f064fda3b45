//! Puts the emitted files on the disk: all of them, or none.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Files;
use crate::diagnostics::{Code, Diagnostic, Outcome};

/// What a split writes; anything else in the output directory is somebody's.
const OURS: &[&str] = &["kernel", "user", "plan.json"];

/// Replaces the output directory. What cargo built in it goes, too.
///
/// # Errors
/// `MD0017`; then nothing was changed.
pub fn write(files: &Files, out: &Path) -> Outcome<()> {
    let refuse = |why: String| {
        let title = format!("cannot write to `{}`", out.display());
        let help = "name a directory that does not exist, or one that a split wrote";
        Diagnostic::new(Code::Output, title, help).note(why)
    };
    if let Some(foreign) = foreign(out).map_err(|error| refuse(error.to_string()))? {
        return Err(refuse(format!("it holds `{foreign}`, which no split wrote")).into());
    }
    let temporary = beside(out, "new");
    let outcome = fill(files, &temporary).and_then(|()| swap(&temporary, out));
    if let Err(error) = outcome {
        // What is left of an attempt that failed is only our own.
        let _ = fs::remove_dir_all(&temporary);
        return Err(refuse(error.to_string()).into());
    }
    Ok(())
}

fn foreign(out: &Path) -> io::Result<Option<String>> {
    if !out.exists() {
        return Ok(None);
    }
    for entry in fs::read_dir(out)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !OURS.contains(&name.as_str()) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

fn fill(files: &Files, directory: &Path) -> io::Result<()> {
    for (path, text) in files {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

fn swap(new: &Path, out: &Path) -> io::Result<()> {
    if !out.exists() {
        return fs::rename(new, out);
    }
    let old = beside(out, "old");
    fs::rename(out, &old)?;
    if let Err(error) = fs::rename(new, out) {
        fs::rename(&old, out)?;
        return Err(error);
    }
    fs::remove_dir_all(&old)
}

/// A name in the same directory, so that a rename is enough.
fn beside(out: &Path, what: &str) -> PathBuf {
    let name = out
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    out.with_file_name(format!(".{name}.{what}.{}", std::process::id()))
}
