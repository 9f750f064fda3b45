//! Building what runs in the machine: the agent, and the driver's variants.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use rig::kernel::Kernel;
use rig::process::Task;

use crate::Context;
use crate::variant::Variant;

/// The driver that the jobs are about: its source, and its name.
pub(crate) const DRIVER: &str = "drivers/pcnet32";
pub(crate) const NAME: &str = "pcnet32";

/// Everything that runs in the machine is a program of the host's own target, linked statically.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// The files of a variant, built for one kernel.
#[derive(Debug, Clone)]
pub(crate) struct Driver {
    /// The agent's name for it.
    pub(crate) name: &'static str,
    /// A name of its own, for files.
    pub(crate) label: String,
    /// The modules, in the order in which they are loaded.
    pub(crate) modules: Vec<PathBuf>,
    /// The launcher and the user half of a split driver.
    pub(crate) user: Option<UserHalf>,
}

/// The programs of a split driver.
#[derive(Debug, Clone)]
pub(crate) struct UserHalf {
    pub(crate) launcher: PathBuf,
    pub(crate) program: PathBuf,
}

fn cargo(context: &Context) -> Task {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let task = Task::new(cargo, "build with cargo").deadline(Duration::from_secs(900));
    network(context, task)
}

/// Keeps cargo, called directly or by what is called, from the network if so wished.
fn network(context: &Context, task: Task) -> Task {
    match context.offline {
        true => task.env("CARGO_NET_OFFLINE", "true"),
        false => task,
    }
}

/// The agent: `/init` of the machine.
pub(crate) fn guest(context: &Context) -> Result<PathBuf> {
    context.progress.run("build the agent", || {
        let target = context.layout.target("agent");
        cargo(context)
            .args([
                "build",
                "--release",
                "--package",
                "guest",
                "--target",
                TARGET,
            ])
            .arg("--target-dir")
            .arg(&target)
            .env(
                "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
                "-Ctarget-feature=+crt-static",
            )
            .dir(context.layout.root())
            .log(context.layout.logs().join("build-agent.log"))
            .run()?;
        Ok(target.join(TARGET).join("release/guest"))
    })
}

/// The partitioner's command.
pub(crate) fn partitioner(context: &Context) -> Result<PathBuf> {
    context.progress.run("build the partitioner", || {
        let target = context.layout.target("tools");
        cargo(context)
            .args(["build", "--release", "--package", "partitioner"])
            .arg("--target-dir")
            .arg(&target)
            .dir(context.layout.root())
            .log(context.layout.logs().join("build-partitioner.log"))
            .run()?;
        Ok(target.join("release/pcnet-partition"))
    })
}

/// Where the emitted crates of a variant lie.
pub(crate) fn emitted(context: &Context, variant: Variant) -> PathBuf {
    context.layout.target(variant.name()).join(NAME)
}

/// Where the built module of a variant lies.
pub(crate) fn built(context: &Context, variant: Variant, kernel: &Kernel) -> PathBuf {
    context
        .layout
        .target("modules")
        .join(&kernel.version)
        .join(variant.name())
}

/// Emits the crates of a variant.
pub(crate) fn partition(context: &Context, partitioner: &Path, variant: Variant) -> Result<()> {
    let out = emitted(context, variant);
    let whole = variant == Variant::Unsplit;
    context
        .progress
        .run(format!("partition the driver ({variant})"), || {
            let task = Task::new(partitioner, format!("partition {DRIVER} ({variant})"));
            network(context, task)
                .args(["split", DRIVER])
                .args(whole.then_some("--unsplit"))
                .arg("--out")
                .arg(&out)
                .dir(context.layout.root())
                .log(
                    context
                        .layout
                        .logs()
                        .join(format!("partition-{variant}.log")),
                )
                .run()?;
            Ok(())
        })
}

/// Builds a variant for a kernel. Its crates must have been emitted.
pub(crate) fn driver(
    context: &Context,
    partitioner: &Path,
    variant: Variant,
    kernel: &Kernel,
) -> Result<Driver> {
    if variant == Variant::InTree {
        return in_tree(kernel);
    }
    let out = built(context, variant, kernel);
    let what = format!("build the module ({variant}, {})", kernel.version);
    context.progress.run(what, || {
        let log = format!("build-{variant}-{}.log", kernel.version);
        let task = Task::new(partitioner, format!("build the {variant} driver"));
        network(context, task)
            .arg("build")
            .arg(emitted(context, variant))
            .arg("--kernel-dir")
            .arg(&kernel.build_dir)
            .arg("--out")
            .arg(&out)
            .dir(context.layout.root())
            .deadline(Duration::from_secs(900))
            .log(context.layout.logs().join(log))
            .run()?;
        let user = (variant == Variant::Split).then(|| UserHalf {
            launcher: out.join("microdriver-launch"),
            program: out.join(format!("{NAME}-user")),
        });
        Ok(Driver {
            name: variant.name(),
            label: variant.name().to_owned(),
            modules: vec![out.join(format!("{NAME}_md.ko"))],
            user,
        })
    })
}

/// Builds all these variants for a kernel, and what builds them.
pub(crate) fn drivers(
    context: &Context,
    variants: &[Variant],
    kernel: &Kernel,
) -> Result<Vec<Driver>> {
    let partitioner = if variants.iter().all(|&v| v == Variant::InTree) {
        PathBuf::new()
    } else {
        partitioner(context)?
    };
    variants
        .iter()
        .map(|&variant| {
            if variant != Variant::InTree {
                partition(context, &partitioner, variant)?;
            }
            driver(context, &partitioner, variant, kernel)
        })
        .collect()
}

/// A driver to be split and built for one job.
#[derive(Debug)]
pub(crate) struct Order<'a> {
    /// The job, in whose folder everything lies.
    pub(crate) job: &'a str,
    /// The driver's source, and its name.
    pub(crate) source: &'a str,
    pub(crate) name: &'a str,
    /// A name for what comes out.
    pub(crate) label: &'a str,
    /// Arguments of `split`.
    pub(crate) arguments: &'a [OsString],
}

/// Emits a driver and builds it.
pub(crate) fn custom(
    context: &Context,
    partitioner: &Path,
    kernel: &Kernel,
    order: &Order<'_>,
) -> Result<Driver> {
    let Order {
        job, label, name, ..
    } = *order;
    let folder = context.layout.target(job);
    let crates = folder.join(label);
    let out = folder.join("modules").join(label);
    let logs = context.layout.logs();
    let root = context.layout.root();
    let run = |what: String, log: String, arguments: Vec<OsString>| -> Result<()> {
        let task = Task::new(partitioner, &*what);
        let task = network(context, task)
            .args(arguments)
            .dir(root)
            .deadline(Duration::from_secs(900))
            .log(logs.join(log));
        context.progress.run(what, || task.run().map(drop))
    };
    let mut split: Vec<OsString> = vec!["split".into(), order.source.into(), "--out".into()];
    split.push(crates.clone().into());
    split.extend(order.arguments.iter().cloned());
    run(
        format!("partition the driver ({label})"),
        format!("{job}-{label}-partition.log"),
        split,
    )?;
    let mut build: Vec<OsString> = vec!["build".into(), crates.clone().into()];
    build.extend(["--kernel-dir".into(), kernel.build_dir.clone().into()]);
    build.extend(["--out".into(), out.clone().into()]);
    // What is the same for all is built once.
    build.extend(["--target-dir".into(), folder.join("cargo").into()]);
    run(
        format!("build the module ({label})"),
        format!("{job}-{label}-build.log"),
        build,
    )?;
    let split = crates.join("user").is_dir();
    let variant = if split {
        Variant::Split
    } else {
        Variant::Unsplit
    };
    Ok(Driver {
        name: variant.name(),
        label: label.to_owned(),
        modules: vec![out.join(format!("{name}_md.ko"))],
        user: split.then(|| UserHalf {
            launcher: out.join("microdriver-launch"),
            program: out.join(format!("{name}-user")),
        }),
    })
}

fn in_tree(kernel: &Kernel) -> Result<Driver> {
    let modules = ["drivers/net/mii", "drivers/net/ethernet/amd/pcnet32"]
        .iter()
        .map(|path| kernel.module(path))
        .collect::<Result<_>>()
        .context("the in-tree driver")?;
    Ok(Driver {
        name: Variant::InTree.name(),
        label: Variant::InTree.name().to_owned(),
        modules,
        user: None,
    })
}
