//! Files that appear complete or not at all.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};

/// The folder that `path` lies in, created if it is missing.
fn parent_of(path: &Path) -> Result<&Path> {
    let parent = path
        .parent()
        .with_context(|| format!("{} has no parent folder", path.display()))?;
    std::fs::create_dir_all(parent).with_context(|| format!("create {}", parent.display()))?;
    Ok(parent)
}

/// Writes a file under a temporary name beside `path`, then renames it.
///
/// # Errors
/// What the file system says, with the path.
pub fn replace(path: &Path, contents: &[u8]) -> Result<()> {
    replace_with(path, |file| file.write_all(contents).map_err(Into::into))
}

/// As [`replace`], with a closure that writes the contents.
///
/// # Errors
/// What the file system or the closure says.
pub fn replace_with(
    path: &Path,
    write: impl FnOnce(&mut std::io::BufWriter<&mut std::fs::File>) -> Result<()>,
) -> Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".partial-")
        // As any file is made; the user's mask applies.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(parent_of(path)?)
        .with_context(|| format!("write {}", path.display()))?;
    let mut buffered = std::io::BufWriter::new(file.as_file_mut());
    write(&mut buffered)?;
    buffered
        .flush()
        .with_context(|| format!("write {}", path.display()))?;
    drop(buffered);
    file.persist(path)
        .with_context(|| format!("write {}", path.display()))?;
    Ok(())
}

/// Fills a temporary folder beside `path`, then puts it in the place of `path`.
///
/// # Errors
/// What the file system or the closure says; `path` is then as it was.
pub fn replace_dir(path: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let partial = tempfile::Builder::new()
        .prefix(".partial-")
        .permissions(Permissions::from_mode(0o777))
        .tempdir_in(parent_of(path)?)
        .with_context(|| format!("create {}", path.display()))?;
    fill(partial.path())?;
    if path.exists() {
        std::fs::remove_dir_all(path).with_context(|| format!("remove {}", path.display()))?;
    }
    let partial = partial.keep();
    std::fs::rename(&partial, path).with_context(|| format!("create {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_fill_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/folder");
        let outcome = replace_dir(&path, |partial| {
            std::fs::write(partial.join("x"), "x")?;
            anyhow::bail!("no")
        });
        assert!(outcome.is_err());
        assert!(!path.exists());
        let left = std::fs::read_dir(dir.path().join("deep")).unwrap().count();
        assert_eq!(left, 0);
    }

    #[test]
    fn a_file_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
