//! Modules in C alone, built against the headers of the cache.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use rig::kernel::Kernel;
use rig::process::Task;

use crate::Context;

/// Builds the module in a folder of the tree, which has its name, for a kernel. A warning of the build is
/// an error.
pub(crate) fn build(context: &Context, kernel: &Kernel, source: &Path) -> Result<PathBuf> {
    let name = source.file_name().unwrap_or_default().to_string_lossy();
    let dir = context.layout.target(&*name).join(&kernel.version);
    let logs = context.layout.logs();
    let log = logs.join(format!("{name}-{}.log", kernel.version));
    rig::fs::replace_dir(&dir, |partial| {
        for file in [format!("{name}.c"), "Kbuild".to_owned()] {
            let from = context.layout.root().join(source).join(&file);
            std::fs::copy(from, partial.join(file))?;
        }
        Task::new("make", "build a module against the kernel's headers")
            .arg("-C")
            .arg(&kernel.build_dir)
            .arg(format!("M={}", partial.display()))
            .arg("modules")
            .deadline(Duration::from_secs(120))
            .log(&log)
            .run()?;
        let printed = std::fs::read_to_string(&log)?.to_lowercase();
        anyhow::ensure!(
            !printed.contains("warning"),
            "the build warns: {}",
            log.display()
        );
        Ok(())
    })?;
    Ok(dir.join(format!("{name}.ko")))
}
