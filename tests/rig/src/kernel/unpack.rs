//! From packages to a tree that works where it lies.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::stamp::{Fetched, Stamp};
use crate::process::Task;

/// The image, below the cache folder.
pub(super) fn image_path(release: &str) -> String {
    format!("root/boot/vmlinuz-{release}")
}

/// The configured headers, below the cache folder.
pub(super) fn headers_path(release: &str) -> String {
    format!("root/usr/src/linux-headers-{release}")
}

/// Unpacks the packages in `dir` into `dir/root` and deletes them.
pub(super) fn unpack(release: &str, packages: Vec<Fetched>, dir: &Path) -> Result<Stamp> {
    for package in &packages {
        let file = dir.join(&package.file);
        Task::new("dpkg-deb", format!("unpack {}", package.file))
            .arg("-x")
            .arg(&file)
            .arg(dir.join("root"))
            .run()?;
        std::fs::remove_file(&file)?;
    }
    let headers = headers_path(release);
    relocate_makefile(&dir.join(&headers))?;
    drop_type_information(&dir.join(&headers))?;
    let files = [
        image_path(release),
        format!("{headers}/Makefile"),
        format!("{headers}/Module.symvers"),
        format!("{headers}/include/config/auto.conf"),
    ];
    Stamp::new(release, packages, dir, &files)
}

/// The headers' `Makefile` is one line, which includes that of the common headers by its absolute
/// path on a machine where the packages are installed. The makefile that is included finds its
/// own folder from its path, so a path relative to this makefile is all that is needed; the other
/// links of these packages are relative already.
fn relocate_makefile(headers: &Path) -> Result<()> {
    let path = headers.join("Makefile");
    let text = std::fs::read_to_string(&path).context("read the headers' Makefile")?;
    let Some(rest) = text.strip_prefix("include /usr/src/") else {
        bail!("the headers' Makefile is not the one line that was expected: {text:?}");
    };
    let relocated = format!("include $(abspath $(dir $(lastword $(MAKEFILE_LIST))))/../{rest}");
    std::fs::write(&path, relocated)?;
    Ok(())
}

/// Since 6.12 the headers carry a `vmlinux` with nothing but type information, and where kbuild
/// finds one it runs `pahole` to add the same to each module. Nothing here reads that, `pahole` is a
/// package more, and without the file kbuild leaves the step out, as it does for 6.1.
fn drop_type_information(headers: &Path) -> Result<()> {
    match std::fs::remove_file(headers.join("vmlinux")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context("remove the headers' vmlinux")
        }
        _ => Ok(()),
    }
}
