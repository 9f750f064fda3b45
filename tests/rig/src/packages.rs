//! The Debian packages that the jobs need: which, why, and how to get them.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::problem::problem;
use crate::process::Task;

/// A Debian package and the reason for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Package {
    /// Its name in Debian 12.
    pub name: &'static str,
    /// What it is needed for.
    pub why: &'static str,
}

const fn package(name: &'static str, why: &'static str) -> Package {
    Package { name, why }
}

/// Everything the jobs use that is not part of a minimal Debian 12 with a Rust toolchain.
pub const NEEDED: &[Package] = &[
    package("qemu-system-x86", "the virtual machine"),
    package(
        "rustc-web",
        "the compiler of the kernel half, with a matching core library in source",
    ),
    package(
        "rust-web-src",
        "that source: core and alloc are built for the kernel",
    ),
    package("gcc", "the C glue of the module"),
    package("make", "kbuild, which links the module"),
    package(
        "binutils",
        "ld and objcopy, which make one object of the kernel half",
    ),
    package("libc6-dev", "static linking of what runs in the machine"),
    package("libelf1", "objtool of kbuild"),
    package("xz-utils", "unpacking the modules of the kernel package"),
    package("busybox-static", "the shell tools of the machine"),
    package("iproute2", "ip, run in the machine"),
    package("ethtool", "ethtool, run in the machine"),
    package("iperf3", "TCP and UDP throughput in the machine"),
];

/// Is this a Debian whose packages have these names?
fn is_debian_12() -> bool {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let has = |line: &str| release.lines().any(|l| l.replace('"', "") == line);
    has("ID=debian") && has("VERSION_ID=12") && Path::new("/usr/bin/apt-get").exists()
}

/// The packages of `needed` that are not installed.
///
/// # Errors
/// This is not Debian 12 (then the list is in the error), or `dpkg-query` cannot be run.
pub fn missing(needed: &[Package]) -> Result<Vec<Package>> {
    if !is_debian_12() {
        let list: Vec<String> = needed
            .iter()
            .map(|p| format!("  {:16} {}", p.name, p.why))
            .collect();
        return Err(problem(
            format!(
                "this system is not Debian 12; what is needed, by its Debian names:\n{}",
                list.join("\n")
            ),
            "run this in a Debian 12 machine or container; kernels come from its packages",
        ));
    }
    let listed = Task::new("dpkg-query", "ask which packages are installed")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\n"])
        .args(needed.iter().map(|p| p.name))
        // A status of 1 means that some are unknown, which is an answer.
        .run_any_status()?;
    Ok(not_installed(needed, &listed.stdout))
}

fn not_installed(needed: &[Package], listed: &str) -> Vec<Package> {
    let installed: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .collect();
    needed
        .iter()
        .filter(|p| !installed.contains(&p.name))
        .copied()
        .collect()
}

/// The command that installs `packages`, for people.
#[must_use]
pub fn command_for(packages: &[Package]) -> String {
    let names: Vec<&str> = packages.iter().map(|p| p.name).collect();
    format!(
        "apt-get install --no-install-recommends {}",
        names.join(" ")
    )
}

/// Installs `packages` through apt-get.
///
/// # Errors
/// Not root (the help has the exact command), or apt-get fails.
pub fn install(packages: &[Package], log: &Path) -> Result<()> {
    if !nix::unistd::geteuid().is_root() {
        return Err(problem(
            "packages are missing, and only root can install them",
            format!("run as root: {}", command_for(packages)),
        ));
    }
    update_lists(log)?;
    Task::new("apt-get", "install packages")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "--yes", "--no-install-recommends"])
        .args(packages.iter().map(|p| p.name))
        .log(log)
        .run()
        .context("install packages")?;
    Ok(())
}

/// Fetches the lists of packages, as root only.
///
/// # Errors
/// apt-get fails, or is not allowed to.
pub fn update_lists(log: &Path) -> Result<()> {
    if !nix::unistd::geteuid().is_root() {
        return Err(problem(
            "the lists of packages are missing or old, and only root can fetch them",
            "run as root: apt-get update",
        ));
    }
    Task::new("apt-get", "fetch the lists of packages")
        .arg("update")
        .deadline(Duration::from_secs(180))
        .log(log)
        .run()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_installed_counts() {
        let all: String = NEEDED
            .iter()
            .map(|p| match p.name {
                "iperf3" => "iperf3 config-files\n".to_owned(),
                "ethtool" => String::new(),
                name => format!("{name} installed\n"),
            })
            .collect();
        let missing: Vec<&str> = not_installed(NEEDED, &all).iter().map(|p| p.name).collect();
        assert_eq!(missing, ["ethtool", "iperf3"]);
    }

    #[test]
    fn the_command_names_them() {
        assert_eq!(
            command_for(&NEEDED[..1]),
            "apt-get install --no-install-recommends qemu-system-x86"
        );
    }
}
