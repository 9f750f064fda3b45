//! Builds a driver's halves for the host, when something changed: splits it, makes a shared object of
//! the kernel half and a program of the user half. In a target directory of its own, which all test
//! programs share under a lock.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context as _, bail};
use partitioner::analysis::{self, Mode};
use partitioner::source::Sources;
use runtime_host::{ModuleFile, ParameterSpec};

/// How a driver is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// All of it in the kernel.
    Unsplit,
    /// In two halves, as the partitioner decides.
    Split,
    /// All of it in the kernel, and counting what it does. Whoever loads it into one process shares the
    /// counts.
    Instrumented,
    /// In two halves, both counting.
    InstrumentedSplit,
}

impl Variant {
    /// Whether there is a user half.
    pub fn is_split(self) -> bool {
        matches!(self, Self::Split | Self::InstrumentedSplit)
    }

    /// Whether it counts what it does.
    pub fn is_instrumented(self) -> bool {
        matches!(self, Self::Instrumented | Self::InstrumentedSplit)
    }

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unsplit => "unsplit",
            Self::Split => "split",
            Self::Instrumented => "instrumented",
            Self::InstrumentedSplit => "instrumented-split",
        }
    }
}

/// What was built.
#[derive(Clone, Debug)]
pub struct Halves {
    /// The kernel half.
    pub module: ModuleFile,
    /// The user half's program, of a split driver.
    pub user: Option<PathBuf>,
    /// The plan, of a driver that the partitioner read.
    pub plan: PathBuf,
    /// How it was built.
    pub variant: Variant,
}

impl Halves {
    /// A kernel crate that was written by hand, in a directory below the workspace's root: a driver of
    /// one half, with these parameters and their defaults.
    pub fn handwritten(
        directory: &str,
        state: &str,
        parameters: &[(&str, i32)],
    ) -> anyhow::Result<Self> {
        let place = Place::lock(directory, Variant::Unsplit)?;
        place.when_stale(|place| {
            place.kernel_half(&place.driver, &place.name, &place.name, state)
        })?;
        let parameters = parameters.iter().map(|&(name, default)| ParameterSpec {
            name: name.to_owned(),
            default,
            per_card: false,
        });
        Ok(Self {
            module: ModuleFile {
                object: place.out.join(object_name(&place.name)),
                name: place.name.clone(),
                parameters: parameters.collect(),
            },
            user: None,
            plan: place.out.join("plan.json"),
            variant: Variant::Unsplit,
        })
    }
}

/// What the halves are made from, below the workspace's root, besides the driver.
const SOURCES: [&str; 6] = [
    "runtime-kernel",
    "runtime-wire",
    "runtime-user",
    "partitioner/src",
    "partitioner/macros",
    "partitioner/syntax",
];

/// The halves of the driver at `driver`, a directory below the workspace's root. Built where that was not done
/// since its sources changed; says so on standard error.
pub fn halves(driver: &str, variant: Variant) -> anyhow::Result<Halves> {
    let place = Place::lock(driver, variant)?;
    place.when_stale(Place::build)?;
    let description = fs::read_to_string(place.out.join("description"))?;
    let (driver, parameters) = read_description(&description)?;
    let user = place.out.join(format!("{driver}-user"));
    Ok(Halves {
        module: ModuleFile {
            object: place.out.join(object_name(&driver)),
            name: driver,
            parameters,
        },
        user: variant.is_split().then_some(user),
        plan: place.out.join("split/plan.json"),
        variant,
    })
}

/// Where one variant of one driver is built, locked.
struct Place {
    root: PathBuf,
    driver: PathBuf,
    /// Of the driver's directory.
    name: String,
    variant: Variant,
    out: PathBuf,
    cargo_target: PathBuf,
    _lock: fs::File,
}

impl Place {
    fn lock(driver: &str, variant: Variant) -> anyhow::Result<Self> {
        let root = fs::canonicalize(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))?;
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(target) => root.join(target),
            None => root.join("target"),
        };
        let target = target.join("host");
        fs::create_dir_all(&target).with_context(|| format!("cannot make {}", target.display()))?;
        let lock = fs::File::create(target.join("lock"))?;
        lock.lock().context("cannot lock the build of the halves")?;
        let name = Path::new(driver)
            .file_name()
            .and_then(|name| name.to_str())
            .context("the driver's directory has no name")?
            .to_owned();
        Ok(Self {
            driver: root.join(driver),
            out: target.join(format!("{name}-{}", variant.name())),
            cargo_target: target.join("cargo"),
            name,
            root,
            variant,
            _lock: lock,
        })
    }

    /// Builds where a source changed since it was done.
    fn when_stale(&self, build: impl FnOnce(&Self) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let stamp = self.stamp()?;
        let stamp_file = self.out.join("stamp");
        if fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
            return Ok(());
        }
        let (driver, variant) = (self.driver.display(), self.variant.name());
        eprintln!("building {driver} for the host, {variant}");
        fs::create_dir_all(&self.out)?;
        let _ = fs::remove_file(&stamp_file);
        build(self)?;
        fs::write(&stamp_file, stamp)?;
        Ok(())
    }

    /// Changes when a source does.
    fn stamp(&self) -> anyhow::Result<String> {
        let mut hasher = DefaultHasher::new();
        coverage().hash(&mut hasher);
        let mut directories: Vec<PathBuf> = SOURCES
            .iter()
            .map(|source| self.root.join(source))
            .collect();
        directories.push(self.driver.clone());
        hash_file(&self.root.join("Cargo.lock"), &mut hasher)?;
        hash_file(&self.root.join("Cargo.toml"), &mut hasher)?;
        while let Some(directory) = directories.pop() {
            let mut entries: Vec<_> = fs::read_dir(&directory)
                .with_context(|| format!("cannot read {}", directory.display()))?
                .collect::<Result<_, _>>()?;
            entries.sort_by_key(fs::DirEntry::file_name);
            for entry in entries {
                if entry.file_type()?.is_dir() {
                    directories.push(entry.path());
                } else {
                    hash_file(&entry.path(), &mut hasher)?;
                }
            }
        }
        Ok(format!("{:016x}", hasher.finish()))
    }

    fn build(&self) -> anyhow::Result<()> {
        let sources = &mut Sources::default();
        let split = self.out.join("split");
        let mode = if self.variant.is_split() {
            Mode::Split
        } else {
            Mode::Unsplit
        };
        let refused = |refusal: partitioner::diagnostics::Refusal, sources: &Sources| {
            let text = partitioner::diagnostics::human(&refusal.0, sources, false);
            anyhow::anyhow!("the driver cannot be split:\n{text}")
        };
        let analysis = match analysis::analyse(&self.driver, mode, sources) {
            Ok(analysis) => analysis,
            Err(refusal) => return Err(refused(refusal, sources)),
        };
        let files = if self.variant.is_instrumented() {
            partitioner::emit::emit_instrumented(&analysis, sources, &split)
                .map_err(|refusal| refused(refusal, sources))?
        } else {
            partitioner::emit::emit(&analysis, sources, &split)
        };
        // Files that stay as they are keep their times, so cargo builds only what changed.
        let unchanged = files
            .iter()
            .all(|(path, text)| fs::read_to_string(split.join(path)).is_ok_and(|old| old == *text));
        let plan = &analysis.plan;
        if !unchanged {
            partitioner::emit::write(&files, &split)
                .map_err(|refusal| refused(refusal, sources))?;
        }
        let mut description = format!("{}\n", plan.driver);
        for parameter in &plan.parameters {
            description.push_str(&format!(
                "{} {} {}\n",
                parameter.name, parameter.default, parameter.per_card
            ));
        }
        fs::write(self.out.join("description"), description)?;
        let package = format!("{}-kernel", plan.driver);
        self.kernel_half(&split.join("kernel"), &plan.driver, &package, &plan.state)?;
        if self.variant.is_split() {
            self.user_half(&plan.driver)?;
        }
        Ok(())
    }

    /// The shared object: the kernel crate `package` and the entry points for the glue.
    fn kernel_half(
        &self,
        kernel_crate: &Path,
        driver: &str,
        package: &str,
        state: &str,
    ) -> anyhow::Result<()> {
        let module = self.out.join("module");
        let library = format!("{driver}_{}", self.variant.name()).replace('-', "_");
        let manifest = format!(
            "[package]\nname = \"{driver}-{}-module\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [lib]\nname = \"{library}\"\ncrate-type = [\"cdylib\"]\n\n\
             [dependencies]\nmicrodriver = {{ package = \"runtime-kernel\", path = {:?} }}\n\
             {package} = {{ path = {kernel_crate:?} }}\n\n\
             # A panic in a kernel ends it.\n[profile.dev]\npanic = \"abort\"\n\n[workspace]\n",
            self.variant.name(),
            self.root.join("runtime-kernel"),
        );
        let source = format!(
            "//! The entry points of the kernel half.\n\nmicrodriver::module!({}::{state});\n",
            package.replace('-', "_"),
        );
        fs::create_dir_all(module.join("src"))?;
        write_if_changed(&module.join("Cargo.toml"), &manifest)?;
        write_if_changed(&module.join("src/lib.rs"), &source)?;
        self.cargo(&module)?;
        let built = self.cargo_target.join(format!("debug/lib{library}.so"));
        replace(&built, &self.out.join(object_name(driver)))
    }

    fn user_half(&self, driver: &str) -> anyhow::Result<()> {
        let name = format!("{driver}-user");
        self.cargo(&self.out.join("split/user"))?;
        let built = self.cargo_target.join("debug").join(&name);
        replace(&built, &self.out.join(name))
    }

    fn cargo(&self, package: &Path) -> anyhow::Result<()> {
        // The same versions as everywhere else.
        fs::copy(self.root.join("Cargo.lock"), package.join("Cargo.lock"))?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command
            .current_dir(package)
            .args(["build", "--quiet", "--target-dir"])
            .arg(&self.cargo_target)
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("CARGO_BUILD_TARGET")
            .env_remove("RUSTFLAGS")
            .stdin(Stdio::null());
        if coverage() {
            command.env("RUSTFLAGS", "-Cinstrument-coverage");
        }
        let output = command.output().context("cannot run cargo")?;
        if !output.status.success() {
            bail!(
                "cannot build {}:\n{}",
                package.display(),
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(())
    }
}

/// With this in the environment, the halves record which of their code runs (`LLVM_PROFILE_FILE` says where).
fn coverage() -> bool {
    std::env::var_os("HOST_RIG_COVERAGE").is_some()
}

fn object_name(driver: &str) -> String {
    format!("{driver}.so")
}

fn read_description(text: &str) -> anyhow::Result<(String, Vec<ParameterSpec>)> {
    let mut lines = text.lines();
    let driver = lines.next().context("no driver")?.to_owned();
    let parameters = lines
        .map(|line| {
            let mut words = line.split(' ');
            let (Some(name), Some(default), Some(per_card)) =
                (words.next(), words.next(), words.next())
            else {
                bail!("not a parameter: {line}");
            };
            Ok(ParameterSpec {
                name: name.to_owned(),
                default: default.parse()?,
                per_card: per_card.parse()?,
            })
        })
        .collect::<anyhow::Result<_>>()?;
    Ok((driver, parameters))
}

fn hash_file(path: &Path, hasher: &mut DefaultHasher) -> anyhow::Result<()> {
    let metadata = fs::metadata(path).with_context(|| format!("no {}", path.display()))?;
    path.hash(hasher);
    metadata.len().hash(hasher);
    let modified = metadata.modified()?;
    modified
        .duration_since(SystemTime::UNIX_EPOCH)?
        .as_nanos()
        .hash(hasher);
    Ok(())
}

fn write_if_changed(path: &Path, text: &str) -> anyhow::Result<()> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Copies a program, in one step for those who run it.
fn replace(from: &Path, to: &Path) -> anyhow::Result<()> {
    let new = to.with_extension("new");
    fs::copy(from, &new).with_context(|| format!("cannot copy {}", from.display()))?;
    fs::rename(&new, to).with_context(|| format!("cannot make {}", to.display()))
}
