//! Debian's kernels, unpacked from their packages into a cache. Nothing is ever installed, and
//! `/boot`, `/lib/modules` and `/usr/src` of the host are neither read nor written.
//!
//! `archive` asks apt what belongs to a kernel and downloads it, `unpack` makes of it a tree
//! that boots and against which modules can be built, `stamp` records and checks what lies there.

mod archive;
mod modules;
mod stamp;
mod unpack;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{Layout, fs, problem};

pub use stamp::Fetched;

/// A kernel version that the jobs know, and the metapackages that stand for its newest build.
#[derive(Debug, Clone, Copy)]
struct Known {
    version: &'static str,
    image: &'static str,
}

const KNOWN: &[Known] = &[
    Known {
        version: "6.12",
        image: "linux-image-6.12-amd64",
    },
    Known {
        version: "6.1",
        image: "linux-image-amd64",
    },
];

/// The versions that [`Kernel::get`] knows.
pub fn versions() -> impl Iterator<Item = &'static str> {
    KNOWN.iter().map(|known| known.version)
}

/// A kernel in the cache, ready to boot and to build modules against.
#[derive(Debug, Clone)]
pub struct Kernel {
    /// As asked for: `6.12`.
    pub version: String,
    /// As it calls itself: `6.12.117+deb12-amd64`.
    pub release: String,
    /// What the machine boots.
    pub image: PathBuf,
    /// For `make -C`: the configured headers.
    pub build_dir: PathBuf,
    /// The root of its own modules, `lib/modules/<release>`.
    pub modules: PathBuf,
    /// The packages it came from.
    pub packages: Vec<Fetched>,
    /// Uncompressed copies of its own modules.
    plain_modules: PathBuf,
}

impl Kernel {
    /// The kernel `version` from the cache, which is filled from Debian's archive if need be.
    ///
    /// # Errors
    /// An unknown version; a cache that is empty while `offline`; an archive that cannot be
    /// reached or does not have the packages; a package whose checksum is not the announced one.
    pub fn get(layout: &Layout, version: &str, offline: bool) -> Result<Self> {
        let known = KNOWN
            .iter()
            .find(|known| known.version == version)
            .ok_or_else(|| {
                let all: Vec<&str> = versions().collect();
                problem(
                    format!("unknown kernel version `{version}`"),
                    format!("known versions are {}", all.join(", ")),
                )
            })?;
        let dir = layout.kernels().join(version);
        if let Some(kernel) = Self::cached(known, &dir) {
            return Ok(kernel);
        }
        if offline {
            return Err(problem(
                format!("kernel {version} is not in the cache, or is damaged there"),
                "run once without --offline",
            ));
        }
        let log = layout.logs().join(format!("kernel-{version}.log"));
        let set = archive::resolve(known.image, &log)
            .with_context(|| format!("find the packages of kernel {version}"))?;
        fs::replace_dir(&dir, |partial| {
            let fetched = archive::download(&set, partial, &log)?;
            let stamp = unpack::unpack(&set.release, fetched, partial)?;
            stamp::write(partial, &stamp)
        })
        .with_context(|| format!("fetch kernel {version}"))?;
        Self::cached(known, &dir).with_context(|| format!("kernel {version} is incomplete"))
    }

    fn cached(known: &Known, dir: &Path) -> Option<Self> {
        let stamp = stamp::read_checked(dir)?;
        let modules = dir.join("root/lib/modules").join(&stamp.release);
        Some(Self {
            version: known.version.to_owned(),
            image: dir.join(unpack::image_path(&stamp.release)),
            build_dir: dir.join(unpack::headers_path(&stamp.release)),
            modules,
            plain_modules: dir.join("plain-modules"),
            release: stamp.release,
            packages: stamp.packages,
        })
    }

    /// One of the kernel's own modules, by its path below `kernel/` and without suffix
    /// (`drivers/net/mii`), uncompressed.
    ///
    /// # Errors
    /// The kernel has no such module, or it cannot be uncompressed.
    pub fn module(&self, path: &str) -> Result<PathBuf> {
        modules::plain(&self.modules, &self.plain_modules, path)
            .with_context(|| format!("module {path} of kernel {}", self.release))
    }
}
