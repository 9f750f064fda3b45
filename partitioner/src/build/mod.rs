//! `pcnet-partition build`: from emitted crates to a module for one kernel and a user half.
//!
//! `compiler` finds a Rust compiler that can build `core`, `config` reads what the kernel's configuration
//! demands, `object` makes one relocatable object of the kernel half, `kbuild` links it with the C glue.

mod compiler;
mod config;
mod kbuild;
mod object;
mod plan;
mod run;
mod user;

use crate::oracle;
use anyhow::{Context as _, anyhow, bail};
use plan::Plan;
use std::fs;
use std::path::{Path, PathBuf};

/// Arguments of `pcnet-partition build`.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "Example:\n  pcnet-partition split drivers/pcnet32 --out target/split\n  \
    pcnet-partition build target/split --kernel-dir /lib/modules/$(uname -r)/build --out target/out"
)]
pub struct BuildArgs {
    /// Directory that `split` wrote.
    pub dir: PathBuf,
    /// Build directory of the target kernel (the one that `make -C` takes; from its headers package).
    #[arg(long)]
    pub kernel_dir: PathBuf,
    /// Where the module, the user half and the launcher go.
    #[arg(long)]
    pub out: PathBuf,
    /// Cargo's target directory, to share it between builds [default: OUT/cargo].
    #[arg(long)]
    pub target_dir: Option<PathBuf>,
}

/// What a build made.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Built {
    /// The kernel module.
    pub module: PathBuf,
    /// The kernel half as it was linked into the module, with debug information: for `profile import --object`.
    pub debug: PathBuf,
    /// The user half's program, in a split driver.
    pub user: Option<PathBuf>,
    /// The launcher, in a split driver.
    pub launcher: Option<PathBuf>,
    /// Bytes of code and data of the kernel half, without the glue.
    pub kernel_bytes: u64,
    /// Functions of the kernel half's object that can panic.
    pub kernel_panics: Vec<String>,
    /// What the atomic roots reach in the object.
    pub linked: crate::oracle::object::Reached,
}

/// Runs the command.
pub fn command(args: &BuildArgs) -> anyhow::Result<Built> {
    let dir = fs::canonicalize(&args.dir)
        .with_context(|| format!("no directory {}", args.dir.display()))?;
    let plan_file = dir.join("plan.json");
    let plan = fs::read_to_string(&plan_file).map_err(|error| {
        anyhow!(
            "{} has no plan.json: {error}\nhelp: name a directory that `pcnet-partition split` wrote",
            dir.display()
        )
    })?;
    let plan_text = plan;
    let plan = Plan::parse(&plan_text)
        .with_context(|| format!("{} is not a plan", plan_file.display()))?;
    let config = config::Config::read(&args.kernel_dir)?;
    let compiler = compiler::find()?;

    fs::create_dir_all(&args.out).with_context(|| format!("cannot make {}", args.out.display()))?;
    let out = fs::canonicalize(&args.out)?;
    let target = match &args.target_dir {
        Some(target) => {
            fs::create_dir_all(target)
                .with_context(|| format!("cannot make {}", target.display()))?;
            fs::canonicalize(target)?
        }
        None => out.join("cargo"),
    };
    let runtime = runtime_of(&dir.join("kernel"))?;
    let object = object::build(&object::Inputs {
        plan: &plan,
        kernel_crate: &dir.join("kernel"),
        runtime: &runtime,
        compiler: &compiler,
        config: &config,
        work: &out.join("module"),
        target: &target,
    })?;
    let linked = fs::read(&object.path)
        .map_err(anyhow::Error::from)
        .and_then(|data| oracle::object::against_plan(&data, &plan_text))
        .with_context(|| format!("cannot look into {}", object.path.display()))?;
    if linked.path.is_some() {
        bail!(
            "what the kernel calls in atomic context reaches a crossing [MD0034]\n{linked}\n\
             help: the module is not made; report this"
        );
    }
    let module = kbuild::build(&plan, &runtime, &object.path, &config, &out)?;
    let debug = module.with_extension("debug.o");
    fs::copy(&object.debug, &debug).with_context(|| format!("cannot write {}", debug.display()))?;
    let user_crate = dir.join("user");
    let (user, launcher) = if user_crate.join("Cargo.toml").is_file() {
        let (user, launcher) = user::build(&plan, &user_crate, &target, &out)?;
        (Some(user), Some(launcher))
    } else {
        (None, None)
    };
    Ok(Built {
        module,
        debug,
        user,
        launcher,
        kernel_bytes: object.bytes,
        kernel_panics: object.panics,
        linked,
    })
}

/// The directory of the package behind the name `microdriver` in an emitted crate.
fn runtime_of(emitted: &Path) -> anyhow::Result<PathBuf> {
    let manifest = emitted.join("Cargo.toml");
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(&manifest)
        .no_deps()
        .exec()
        .with_context(|| format!("cannot read {}", manifest.display()))?;
    let package = metadata
        .packages
        .first()
        .context("the emitted crate has no package")?;
    let Some(dependency) = package
        .dependencies
        .iter()
        .find(|d| d.rename.as_deref() == Some("microdriver") || d.name == "microdriver")
    else {
        bail!("{} does not depend on `microdriver`", manifest.display());
    };
    let path = dependency
        .path
        .as_ref()
        .context("`microdriver` is not a path dependency")?;
    Ok(path.clone().into_std_path_buf())
}
