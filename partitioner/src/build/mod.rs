//! `pcnet-partition build`: from emitted crates to a module for one kernel and a user half.
//!
//! `compiler` finds a Rust compiler that can build `core`, `config` reads what the kernel's configuration
//! demands, `object` makes one relocatable object of the kernel half, `kbuild` links it with the C glue.

mod compiler;
mod config;
mod kbuild;
mod object;
mod plan;
mod refusal;
mod run;
mod traceable;
mod user;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::diagnostics::{Code, Diagnostic, Outcome, Report};
use crate::{input, oracle};
use plan::Plan;
use refusal::{broken_split, no_split, unreadable, unwritable};

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
///
/// # Errors
/// `MD0080` to `MD0083`; `MD0017` for what cannot be written; `MD0032` and `MD0034` for what the object says.
pub fn command(args: &BuildArgs) -> Outcome<Built> {
    // What is to be built, for which kernel and with what: none needs another.
    let mut report = Report::default();
    let split = report.take(split(&args.dir));
    let config = report.take(config::Config::read(&args.kernel_dir));
    let compiler = report.take(compiler::find());
    let (split, (config, compiler)) = report.both(split, config.zip(compiler))?;
    let Split { dir, plan, text } = split;

    let out = directory(&args.out)?;
    let target = match &args.target_dir {
        Some(target) => directory(target)?,
        None => out.join("cargo"),
    };
    let package = package_of(&dir.join("kernel")).map_err(|error| broken_split(&error))?;
    let runtime = runtime_of(&package).map_err(|error| broken_split(&error))?;
    let object = object::build(&object::Inputs {
        plan: &plan,
        kernel_crate: &dir.join("kernel"),
        runtime: &runtime,
        compiler: &compiler,
        config: &config,
        traceable: traceable::is(&package),
        work: &out.join("module"),
        target: &target,
    })?;
    let linked = witness(&object.path, &text)?;
    let module = kbuild::build(&plan, &runtime, &object, &config, &out)?;
    let debug = module.with_extension("debug.o");
    input::copy(&object.debug, &debug).map_err(unwritable(&debug))?;
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

/// What a split wrote.
struct Split {
    dir: PathBuf,
    plan: Plan,
    /// The plan as it was read.
    text: String,
}

fn split(dir: &Path) -> Outcome<Split> {
    let found = fs::canonicalize(dir).map_err(|error| {
        no_split(format!("there is no directory `{}`", dir.display())).note(error.to_string())
    })?;
    let file = found.join("plan.json");
    let text = input::text(&file, input::MOST_JSON).map_err(|error| {
        let title = format!("there is no plan.json to read in `{}`", dir.display());
        no_split(title).note(error.to_string())
    })?;
    let plan = Plan::parse(&text).map_err(|error| {
        no_split(format!("`{}` is not a plan", file.display())).note(format!("{error:#}"))
    })?;
    let dir = found;
    Ok(Split { dir, plan, text })
}

/// A directory to write to, which is made if it is not there.
fn directory(path: &Path) -> Outcome<PathBuf> {
    let made = fs::create_dir_all(path).and_then(|()| fs::canonicalize(path));
    Ok(made.map_err(unwritable(path))?)
}

/// Looks into the linked kernel half: what may not sleep must not reach a crossing.
fn witness(object: &Path, plan: &str) -> Outcome<oracle::object::Reached> {
    let data = input::read(object, oracle::object::LARGEST).map_err(unreadable(object))?;
    let linked = oracle::object::against_plan(&data, plan).map_err(|error| {
        let title = format!("cannot look into `{}`: {error:#}", object.display());
        let help = "split the driver again, and report this if it happens again";
        Diagnostic::new(Code::NoWitness, title, help)
    })?;
    match oracle::object::finding(&linked) {
        Some(found) => Err(found.into()),
        None => Ok(linked),
    }
}

/// The package of an emitted crate.
fn package_of(emitted: &Path) -> anyhow::Result<cargo_metadata::Package> {
    let manifest = emitted.join("Cargo.toml");
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(&manifest)
        .no_deps()
        .exec()
        .with_context(|| format!("cannot read {}", manifest.display()))?;
    let first = metadata.packages.into_iter().next();
    first.context("the emitted crate has no package")
}

/// The directory of the package behind the name `microdriver` in an emitted crate.
fn runtime_of(package: &cargo_metadata::Package) -> anyhow::Result<PathBuf> {
    let Some(dependency) = package
        .dependencies
        .iter()
        .find(|d| d.rename.as_deref() == Some("microdriver") || d.name == "microdriver")
    else {
        bail!("{} does not depend on `microdriver`", package.manifest_path);
    };
    let path = dependency
        .path
        .as_ref()
        .context("`microdriver` is not a path dependency")?;
    Ok(path.clone().into_std_path_buf())
}
