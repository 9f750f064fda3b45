//! The kernel's own modules, uncompressed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::fs;
use crate::problem::problem;
use crate::process::Task;

/// An uncompressed copy, made on first use, in `plain`. Whether a kernel can load a compressed
/// module, and how, depends on its version; a plain one loads everywhere.
pub(super) fn plain(modules: &Path, plain: &Path, path: &str) -> Result<PathBuf> {
    let source = modules.join("kernel").join(path);
    let with = |suffix: &str| {
        let mut name = source.clone().into_os_string();
        name.push(suffix);
        PathBuf::from(name)
    };
    let uncompressed = with(".ko");
    if uncompressed.exists() {
        return Ok(uncompressed);
    }
    let compressed = with(".ko.xz");
    if !compressed.exists() {
        return Err(problem(
            format!("no module {}", source.display()),
            "it may be built into the kernel: see modules.builtin",
        ));
    }
    let name = source.file_name().context("an empty module path")?;
    let copy = plain.join(name).with_extension("ko");
    if !copy.exists() {
        // Into a file of its own first: `xz` could be interrupted half-way.
        let unpacked = tempfile::tempdir()?;
        let partial = unpacked.path().join("module.ko");
        let script = r#"xz --decompress --stdout -- "$1" > "$2""#;
        Task::new("sh", "uncompress a kernel module")
            .args(["-c", script, "sh"])
            .args([&compressed, &partial])
            .run()?;
        fs::replace(&copy, &std::fs::read(&partial)?)?;
    }
    Ok(copy)
}
