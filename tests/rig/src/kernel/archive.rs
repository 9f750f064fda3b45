//! What belongs to a kernel in Debian's archive, through apt's own commands: apt knows where the
//! archive is and checks its signatures.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::stamp::Fetched;
use crate::packages::update_lists;
use crate::process::Task;

/// The packages of one build of a kernel.
#[derive(Debug)]
pub(super) struct Set {
    /// As the kernel calls itself.
    pub(super) release: String,
    names: Vec<String>,
}

/// Follows the metapackage to the packages of its newest build.
pub(super) fn resolve(meta: &str, log: &Path) -> Result<Set> {
    let depends = match depends_of(meta) {
        Ok(depends) => depends,
        // A fresh machine has no lists of packages at all.
        Err(_) => {
            update_lists(log)?;
            depends_of(meta)?
        }
    };
    let release = depends
        .iter()
        .find_map(|name| name.strip_prefix("linux-image-"))
        .with_context(|| format!("{meta} depends on no kernel image"))?
        .to_owned();
    let headers = format!("linux-headers-{release}");
    let parts = depends_of(&headers)?;
    let part = |wanted: &dyn Fn(&str) -> bool, what: &str| {
        parts
            .iter()
            .find(|name| wanted(name))
            .cloned()
            .with_context(|| format!("{headers} depends on no {what}"))
    };
    let common = part(
        &|name| name.starts_with("linux-headers-") && name.ends_with("-common"),
        "common headers",
    )?;
    let kbuild = part(&|name| name.starts_with("linux-kbuild-"), "kbuild")?;
    let image = format!("linux-image-{release}");
    Ok(Set {
        release,
        names: vec![image, headers, common, kbuild],
    })
}

fn depends_of(package: &str) -> Result<Vec<String>> {
    let listed = Task::new("apt-cache", format!("look up package {package}"))
        .args(["depends", "--important", package])
        .run()?;
    let depends = parse_depends(&listed.stdout);
    if depends.is_empty() {
        bail!("package {package} is not in the archive");
    }
    Ok(depends)
}

/// `  Depends: name`, with ` |` before an alternative.
fn parse_depends(listed: &str) -> Vec<String> {
    listed
        .lines()
        .filter_map(|line| {
            line.trim_start_matches([' ', '|'])
                .strip_prefix("Depends: ")
        })
        .map(|name| name.trim().to_owned())
        .collect()
}

/// Downloads the packages into `dir` and checks them against apt's metadata.
pub(super) fn download(set: &Set, dir: &Path, log: &Path) -> Result<Vec<Fetched>> {
    let announced = match announced(set) {
        Ok(announced) => announced,
        Err(_) => {
            update_lists(log)?;
            self::announced(set)?
        }
    };
    let fetch = || {
        Task::new("apt-get", "download the kernel's packages")
            // The folder belongs to us, not to apt's own user.
            .args(["-o", "APT::Sandbox::User=root", "-o", "Acquire::Retries=3"])
            .arg("download")
            .args(&set.names)
            .dir(dir)
            .log(log)
            .deadline(Duration::from_secs(420))
            .run()
    };
    if fetch().is_err() {
        // The archive drops a build when it has a newer one: the lists were old.
        crate::cancel::check()?;
        update_lists(log)?;
        fetch()?;
    }
    for package in &announced {
        let path = dir.join(&package.file);
        let found = sha256(&path)?;
        if found != package.sha256 {
            bail!(
                "{} has checksum {found}, announced was {}",
                package.file,
                package.sha256
            );
        }
    }
    Ok(announced)
}

fn announced(set: &Set) -> Result<Vec<Fetched>> {
    let listed = Task::new("apt-get", "look up the kernel's packages")
        .args(["download", "--print-uris"])
        .args(&set.names)
        .run()?;
    set.names
        .iter()
        .map(|name| {
            listed
                .stdout
                .lines()
                .filter_map(parse_uri_line)
                .find(|fetched| &fetched.name == name)
                .with_context(|| format!("package {name} has no announced checksum"))
        })
        .collect()
}

/// `'address' name_version_arch.deb size SHA256:sum`
fn parse_uri_line(line: &str) -> Option<Fetched> {
    let mut words = line.split_whitespace().skip(1);
    let file = words.next()?;
    let _size = words.next()?;
    let sha256 = words.next()?.strip_prefix("SHA256:")?;
    let mut parts = file.strip_suffix(".deb")?.split('_');
    Some(Fetched {
        name: parts.next()?.to_owned(),
        // apt writes the colon of an epoch as %3a in a file's name.
        version: parts.next()?.replace("%3a", ":"),
        file: file.to_owned(),
        sha256: sha256.to_owned(),
    })
}

/// The SHA-256 of a file, in hexadecimal.
pub(super) fn sha256(path: &Path) -> Result<String> {
    let summed = Task::new("sha256sum", format!("check {}", path.display()))
        .arg("--binary")
        .arg(path)
        .run()?;
    let sum = summed.stdout.split_whitespace().next();
    Ok(sum.context("sha256sum printed nothing")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_read() {
        let listed = "linux-headers-x\n  Depends: linux-base\n |Depends: linux-image-x\n  \
                      Depends: linux-image-x-unsigned\n  Conflicts: y\n";
        assert_eq!(
            parse_depends(listed),
            ["linux-base", "linux-image-x", "linux-image-x-unsigned"]
        );
    }

    #[test]
    fn checksums_are_read() {
        let line = "'scheme://host/x_1%253a2_amd64.deb' x_1%3a2_amd64.deb 17 SHA256:abcd";
        let fetched = parse_uri_line(line).unwrap();
        assert_eq!(fetched.name, "x");
        assert_eq!(fetched.version, "1:2");
        assert_eq!(fetched.sha256, "abcd");
        assert!(parse_uri_line("Get:1 something else").is_none());
    }
}
