//! A trivial C module, built against the headers of the cache.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use rig::kernel::Kernel;
use rig::process::Task;

use crate::Context;

const SOURCE: &str = "xtask/fixtures/hello";

/// Builds it for a kernel. A warning of the build is an error.
pub(super) fn build(context: &Context, kernel: &Kernel) -> Result<PathBuf> {
    let dir = context.layout.target("hello").join(&kernel.version);
    let log = context
        .layout
        .logs()
        .join(format!("hello-{}.log", kernel.version));
    rig::fs::replace_dir(&dir, |partial| {
        for file in ["hello.c", "Kbuild"] {
            std::fs::copy(
                context.layout.root().join(SOURCE).join(file),
                partial.join(file),
            )?;
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
    Ok(dir.join("hello.ko"))
}
