//! Where things lie in the work tree.

use std::path::{Path, PathBuf};

/// The work tree. Everything generated is under `target/`.
#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The tree whose root (the folder of the workspace's `Cargo.toml`) is `root`.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path under `target/`.
    #[must_use]
    pub fn target(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join("target").join(path)
    }

    /// The kernels unpacked from packages.
    #[must_use]
    pub fn kernels(&self) -> PathBuf {
        self.target("cache/kernels")
    }

    /// The results of the jobs, one JSON file each.
    #[must_use]
    pub fn results(&self) -> PathBuf {
        self.target("results")
    }

    /// The logs of builds and machines.
    #[must_use]
    pub fn logs(&self) -> PathBuf {
        self.target("logs")
    }

    /// A path as a reader wants it: relative to the root if it is below it.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }
}
