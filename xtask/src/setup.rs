//! What has to be there before anything can be built: packages and kernels.

use std::io::{BufRead, IsTerminal, Write};

use anyhow::{Result, bail};
use rig::packages::{self, Package};
use rig::problem;

use crate::Context;

/// Installs the packages that are missing. On a terminal it asks first, unless told not to.
pub(crate) fn packages(context: &Context) -> Result<()> {
    these_packages(context, packages::NEEDED)
}

/// Installs perf where it is missing.
pub(crate) fn perf(context: &Context) -> Result<()> {
    const PERF: &[Package] = &[Package {
        name: "linux-perf",
        why: "perf, run in the machine",
    }];
    these_packages(context, PERF)
}

/// The same for packages that one job needs.
pub(crate) fn these_packages(context: &Context, needed: &[Package]) -> Result<()> {
    let missing = packages::missing(needed)?;
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("packages that are needed and not installed:");
    for Package { name, why } in &missing {
        eprintln!("  {name:16} {why}");
    }
    let command = packages::command_for(&missing);
    if context.offline {
        return Err(problem(
            "packages are missing, and --offline was given",
            format!("run as root: {command}"),
        ));
    }
    if !context.yes && !agreed(&command)? {
        return Err(problem(
            "packages are missing",
            format!("run as root: {command}"),
        ));
    }
    let log = context.layout.logs().join("packages.log");
    context
        .progress
        .run(format!("install {} packages", missing.len()), || {
            packages::install(&missing, &log)
        })?;
    let still = packages::missing(needed)?;
    if !still.is_empty() {
        bail!(
            "still missing after installing: {}",
            packages::command_for(&still)
        );
    }
    Ok(())
}

/// Asks on the terminal; without one nobody can be asked, and `--yes` is for that.
fn agreed(command: &str) -> Result<bool> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(problem(
            "packages are missing, and there is no terminal to ask whether to install them",
            "give --yes to install them without asking",
        ));
    }
    eprint!("run `{command}` now? [y/N] ");
    std::io::stderr().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// A kernel from the cache, which is filled if need be.
pub(crate) fn kernel(context: &Context, version: &str) -> Result<rig::kernel::Kernel> {
    let step = context.progress.step(format!("kernel {version}"));
    let kernel = rig::kernel::Kernel::get(&context.layout, version, context.offline)?;
    step.done(&kernel.release);
    Ok(kernel)
}
