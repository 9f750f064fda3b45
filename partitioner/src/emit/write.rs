//! Puts the emitted files on the disk: all of them, or none.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::Files;
use crate::diagnostics::{Code, Diagnostic, Outcome};

/// What a split writes; anything else in the output directory is somebody's.
const OURS: &[&str] = &["kernel", "user", "plan.json", super::provenance::FILE];

/// Replaces the output directory. What cargo built in it goes, too.
///
/// # Errors
/// `MD0017`; then nothing was changed.
pub fn write(files: &Files, out: &Path) -> Outcome<()> {
    replace(files, out, &|name| OURS.contains(&name))
}

/// Puts files into a directory that does not exist or is empty.
///
/// # Errors
/// `MD0017`; then nothing was changed.
pub fn write_new(files: &Files, out: &Path) -> Outcome<()> {
    replace(files, out, &|_| false)
}

/// Makes the new directory beside the old one, has it on the disk, and exchanges the two. Whoever is
/// stopped on the way, by a full disk or a signal, leaves the old one whole.
fn replace(files: &Files, out: &Path, ours: &dyn Fn(&str) -> bool) -> Outcome<()> {
    let refuse = |why: String| {
        let title = format!("cannot write to `{}`", out.display());
        let help = "name a directory that does not exist, or one that a split wrote";
        Diagnostic::new(Code::Output, title, help).note(why)
    };
    if let Some(foreign) = foreign(out, ours).map_err(|error| refuse(error.to_string()))? {
        return Err(refuse(format!("it holds `{foreign}`, which no split wrote")).into());
    }
    let temporary = beside(out);
    let outcome = fill(files, &temporary).and_then(|()| swap(&temporary, out));
    if let Err(error) = outcome {
        // What is left of an attempt that failed is only our own.
        let _ = fs::remove_dir_all(&temporary);
        return Err(refuse(error.to_string()).into());
    }
    Ok(())
}

fn foreign(out: &Path, ours: &dyn Fn(&str) -> bool) -> io::Result<Option<String>> {
    if !out.exists() {
        return Ok(None);
    }
    for entry in fs::read_dir(out)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !ours(&name) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

fn fill(files: &Files, directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        // Left by a process that was killed, and had our number.
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => fs::create_dir_all(directory)?,
    }
    let mut directories = BTreeSet::from([directory.to_owned()]);
    for (path, text) in files {
        let path = directory.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
            let below = parent.ancestors().take_while(|at| *at != directory);
            directories.extend(below.map(Path::to_owned));
        }
        let mut file = File::create(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
    }
    directories.iter().try_for_each(|path| sync(path))
}

fn sync(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

fn swap(new: &Path, out: &Path) -> io::Result<()> {
    let parent = out.parent().unwrap_or(Path::new("/"));
    if !out.exists() {
        fs::rename(new, out)?;
        return sync(parent);
    }
    match renameat_with(CWD, new, CWD, out, RenameFlags::EXCHANGE) {
        Ok(()) => {}
        // A file system that cannot exchange: for an instant there is no output, but never half of one.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            let old = new.with_extension("old");
            fs::rename(out, &old)?;
            if let Err(error) = fs::rename(new, out) {
                fs::rename(&old, out)?;
                return Err(error);
            }
            fs::rename(&old, new)?;
        }
        Err(error) => return Err(error.into()),
    }
    sync(parent)?;
    // Here is the old output now.
    fs::remove_dir_all(new)
}

/// A name in the same directory, so that a rename is enough.
fn beside(out: &Path) -> PathBuf {
    let name = out
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    out.with_file_name(format!(".{name}.new.{}", std::process::id()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Files {
        let pairs = list.iter();
        pairs
            .map(|(path, text)| (path.into(), (*text).to_owned()))
            .collect()
    }

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect()
    }

    #[test]
    fn the_new_output_takes_the_place_of_the_old_one() {
        let directory = tempfile::tempdir().unwrap();
        let out = directory.path().join("out");
        write(
            &files(&[("plan.json", "1"), ("kernel/src/a.rs", "a")]),
            &out,
        )
        .unwrap();
        write(&files(&[("plan.json", "2")]), &out).unwrap();
        assert_eq!(fs::read_to_string(out.join("plan.json")).unwrap(), "2");
        assert!(!out.join("kernel").exists());
        assert_eq!(
            names(directory.path()),
            ["out"],
            "nothing is left beside it"
        );
    }

    #[test]
    fn a_failure_in_the_middle_leaves_the_old_output() {
        let directory = tempfile::tempdir().unwrap();
        let out = directory.path().join("out");
        write(&files(&[("plan.json", "1")]), &out).unwrap();
        // A file where a directory has to be: the first is written, the second cannot be.
        let broken = files(&[("kernel", "a file"), ("kernel/src/a.rs", "a")]);
        let refusal = write(&broken, &out).unwrap_err();
        assert_eq!(refusal.0[0].code, Code::Output);
        assert_eq!(fs::read_to_string(out.join("plan.json")).unwrap(), "1");
        assert_eq!(
            names(directory.path()),
            ["out"],
            "nothing is left beside it"
        );
    }

    #[test]
    fn what_a_killed_process_left_is_not_in_the_output() {
        let directory = tempfile::tempdir().unwrap();
        let out = directory.path().join("out");
        let stale = beside(&out);
        fs::create_dir(&stale).unwrap();
        fs::write(stale.join("stale"), "").unwrap();
        write(&files(&[("plan.json", "1")]), &out).unwrap();
        assert_eq!(names(&out), ["plan.json"]);
    }
}
