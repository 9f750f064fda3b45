//! The user half and its launcher, as static programs: they run on any machine with the kernel.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::Plan;
use super::refusal::{broken_split, unwritable};
use super::run::run;
use crate::diagnostics::Outcome;
use crate::input;

const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Returns the user half's program and the launcher.
pub(super) fn build(
    plan: &Plan,
    user_crate: &Path,
    target: &Path,
    out: &Path,
) -> Outcome<(PathBuf, PathBuf)> {
    let package = super::package_of(user_crate).map_err(|error| broken_split(&error))?;
    let runtime = super::runtime_of(&package).map_err(|error| broken_split(&error))?;
    let name = format!("{}-user", plan.driver);
    let user = program(user_crate, &name, target, out)?;
    let launcher = program(&runtime, "microdriver-launch", target, out)?;
    Ok((user, launcher))
}

fn program(package: &Path, name: &str, target: &Path, out: &Path) -> Outcome<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo
        .args([
            "build",
            "--release",
            "--target",
            TARGET,
            "--bin",
            name,
            "--target-dir",
        ])
        .arg(target)
        .arg("--manifest-path")
        .arg(package.join("Cargo.toml"))
        .env(
            "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
            "-Ctarget-feature=+crt-static",
        )
        // Each crossing passes through the runtime and the wire forms: as one with the driver.
        .env("CARGO_PROFILE_RELEASE_LTO", "fat")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1")
        // A panic in one call must not end the others.
        .env("CARGO_PROFILE_RELEASE_PANIC", "unwind")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(&mut cargo, &format!("compile {name}"))?;
    let built = target.join(TARGET).join("release").join(name);
    let to = out.join(name);
    input::copy(&built, &to).map_err(unwritable(&to))?;
    Ok(to)
}
