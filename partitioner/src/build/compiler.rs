//! A Rust compiler that comes with the source of `core`, so that it can be built for a kernel.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::run::run;
use crate::diagnostics::{Code, Diagnostic, Outcome};

/// The environment variable that names the compiler to use.
const VARIABLE: &str = "MICRODRIVER_RUSTC";

/// The first compiler with the source of `core`: the one that `MICRODRIVER_RUSTC` names, or the
/// active toolchain's, or Debian's.
///
/// # Errors
/// `MD0082`.
pub(super) fn find() -> Outcome<PathBuf> {
    if let Some(named) = std::env::var_os(VARIABLE) {
        let named = PathBuf::from(named);
        if has_source(&named) {
            return Ok(named);
        }
        let title = format!(
            "`{}` is no Rust compiler with the source of `core`",
            named.display()
        );
        let help = format!("name another one in {VARIABLE}, or unset it");
        let why = format!("{VARIABLE} names it");
        return Err(Diagnostic::new(Code::NoCompiler, title, help)
            .note(why)
            .into());
    }
    let candidates = ["rustc", "/usr/bin/rustc"];
    let found = candidates
        .iter()
        .map(PathBuf::from)
        .find(|candidate| has_source(candidate));
    found.ok_or_else(|| {
        let title = "no Rust compiler with the source of `core` found";
        let help = format!(
            "on Debian, apt-get install rustc-web rust-web-src; with rustup, rustup component add rust-src; \
             or name one in {VARIABLE}"
        );
        let why = format!("tried {}", candidates.join(", "));
        Diagnostic::new(Code::NoCompiler, title, help)
            .note(why)
            .into()
    })
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
