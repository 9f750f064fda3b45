//! The tools that read the compiler's counts. They have to be of the compiler's own LLVM version.

use anyhow::{Context as _, Result};
use rig::packages::Package;
use rig::process::Task;

use crate::{Context, setup};

/// The programs' names.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tools {
    pub(super) profdata: String,
    pub(super) cov: String,
}

impl Tools {
    /// Finds them, or installs them.
    pub(super) fn get(context: &Context) -> Result<Self> {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let version = Task::new(rustc, "ask the compiler for its version")
            .arg("-vV")
            .run()?;
        let major = llvm_major(&version.stdout).context("the compiler names no LLVM version")?;
        let tools = Self {
            profdata: format!("llvm-profdata-{major}"),
            cov: format!("llvm-cov-{major}"),
        };
        if !tools.are_there() {
            // The name has to live as long as the list of packages, which is static.
            let name = Box::leak(format!("llvm-{major}").into_boxed_str());
            let why = "reads the counts of lines that the compiler puts into programs";
            setup::these_packages(context, &[Package { name, why }])?;
        }
        Ok(tools)
    }

    fn are_there(&self) -> bool {
        [&self.profdata, &self.cov].into_iter().all(|tool| {
            Task::new(tool, "ask a tool for its version")
                .arg("--version")
                .run()
                .is_ok()
        })
    }
}

fn llvm_major(version: &str) -> Option<u32> {
    let line = version
        .lines()
        .find_map(|line| line.strip_prefix("LLVM version: "))?;
    line.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_version_is_read() {
        let text = "rustc 1.95.0\nrelease: 1.95.0\nLLVM version: 22.1.2\n";
        assert_eq!(super::llvm_major(text), Some(22));
        assert_eq!(super::llvm_major("rustc"), None);
    }
}
