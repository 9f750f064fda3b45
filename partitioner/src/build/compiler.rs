//! A Rust compiler that comes with the source of `core`, so that it can be built for a kernel.

use super::run::run;
use anyhow::bail;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The environment variable that names the compiler to use.
const VARIABLE: &str = "MICRODRIVER_RUSTC";

/// The first compiler with the source of `core`: the one that `MICRODRIVER_RUSTC` names, or the
/// active toolchain's, or Debian's.
pub(super) fn find() -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        let named = PathBuf::from(named);
        if has_source(&named) {
            return Ok(named);
        }
        bail!(
            "{VARIABLE} names {}, which is no Rust compiler with the source of `core`",
            named.display()
        );
    }
    let candidates = ["rustc", "/usr/bin/rustc"];
    match candidates
        .iter()
        .map(PathBuf::from)
        .find(|candidate| has_source(candidate))
    {
        Some(found) => Ok(found),
        None => bail!(
            "no Rust compiler with the source of `core` found (tried {})\n\
             help: on Debian, apt-get install rustc-web rust-web-src; with rustup, rustup component add rust-src; \
             or name one in {VARIABLE}",
            candidates.join(", ")
        ),
    }
}

fn has_source(compiler: &Path) -> bool {
    let sysroot = run(
        Command::new(compiler).args(["--print", "sysroot"]),
        "ask for its sysroot",
    );
    sysroot.is_ok_and(|sysroot| {
        Path::new(sysroot.trim())
            .join("lib/rustlib/src/rust/library/core/Cargo.toml")
            .is_file()
    })
}
