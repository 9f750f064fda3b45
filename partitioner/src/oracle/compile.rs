//! Has the compiler print the MIR of a library.
//!
//! Nothing is optimised, so that no call is inlined or found to be dead. Three unstable flags make the
//! text say more: the place of every call, full paths, no simplification. `RUSTC_BOOTSTRAP` allows them
//! for this one crate, by its name; the crates that it depends on are compiled as ever.
//!
//! Nothing is written outside of the target directory: a crate without a lock file is compiled as the
//! dependency of one that is made for this.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, anyhow, bail};
use cargo_metadata::{Message, MetadataCommand};

use crate::{input, load};

/// Crates that the compiler brings along.
const SYSROOT: [&str; 5] = ["core", "alloc", "std", "proc_macro", "test"];

/// What is to be compiled.
#[derive(Clone, Debug)]
pub struct Request {
    /// The directory of the package whose source is looked at.
    pub directory: PathBuf,
    /// A manifest that has the package among its dependencies, if it is not compiled by its own.
    pub manifest: Option<PathBuf>,
    /// Features to turn on.
    pub features: Vec<String>,
    /// Whether the default ones are off.
    pub no_default_features: bool,
    /// Cargo's target directory; by default one of our own inside of the workspace's.
    pub target_dir: Option<PathBuf>,
}

/// What the compiler printed.
#[derive(Debug)]
pub struct Compiled {
    /// The file with the text.
    pub mir: PathBuf,
    /// The directory that its file names are relative to.
    pub relative_to: PathBuf,
    /// The names of the crates that it could call.
    pub foreign: BTreeSet<String>,
    /// The features with which it was compiled.
    pub features: Vec<String>,
    /// Name and version of the compiler.
    pub compiler: String,
    /// Keeps others from compiling into the same directory until the text has been read.
    pub lock: File,
}

/// Compiles.
///
/// # Errors
/// Cargo is missing, or it cannot compile the package: what it said is in the message.
pub fn compile(request: &Request) -> anyhow::Result<Compiled> {
    let directory = request
        .directory
        .canonicalize()
        .with_context(|| format!("no directory {}", request.directory.display()))?;
    let own = directory.join("Cargo.toml");
    let package = package(&own)?;
    let mut manifest = own;
    let mut features = Features::Arguments;
    if let Some(given) = &request.manifest {
        manifest = given
            .canonicalize()
            .with_context(|| format!("no manifest {}", given.display()))?;
        // Cargo reads it to its end, if it has one.
        input::read(&manifest, load::MOST_MANIFEST)
            .with_context(|| format!("cannot read {}", given.display()))?;
        features = Features::Elsewhere;
    }
    let (mut root, mut target) = workspace(&manifest)?;
    target.push("oracle");
    if let Some(given) = &request.target_dir {
        target.clone_from(given);
    }
    std::fs::create_dir_all(&target)
        .with_context(|| format!("cannot make {}", target.display()))?;
    let target = target.canonicalize()?;
    let lock = File::create(target.join(".oracle-lock"))
        .with_context(|| format!("cannot write in {}", target.display()))?;
    lock.lock()
        .with_context(|| format!("cannot lock {}", target.display()))?;
    if request.manifest.is_none() && !root.join("Cargo.lock").is_file() {
        manifest = wrap(request, &package, &directory, &target)?;
        root = directory;
        features = Features::Elsewhere;
    }
    let mir = target.join(format!("{}.mir", package.library));
    let printed = rustc(request, &package, &manifest, features, &target, &mir)?;
    let mut foreign: BTreeSet<String> = SYSROOT.map(str::to_owned).into();
    foreign.extend(libraries(&printed, &package.library));
    if !mir.is_file() {
        // Cargo saw no reason to run the compiler; whoever removed the file was not it.
        bail!(
            "cargo did not make {}\nhelp: remove the directory {} and try again",
            mir.display(),
            target.display()
        );
    }
    Ok(Compiled {
        mir,
        relative_to: root,
        foreign,
        features: features_of(&printed, &package.library),
        compiler: version()?,
        lock,
    })
}

/// Where the features are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Features {
    Arguments,
    Elsewhere,
}

/// Makes a crate that depends on the package, so that cargo writes its lock file there.
fn wrap(
    request: &Request,
    package: &Package,
    directory: &Path,
    target: &Path,
) -> anyhow::Result<PathBuf> {
    let wrapper = target.join(format!("wrapper-{}", package.name));
    let manifest = wrapper.join("Cargo.toml");
    let features: Vec<String> = request
        .features
        .iter()
        .map(|feature| format!("{feature:?}"))
        .collect();
    let text = format!(
        "[package]\nname = \"wrapper\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         wrapped = {{ package = {:?}, path = {directory:?}, default-features = {}, features = [{}] }}\n",
        package.name,
        !request.no_default_features,
        features.join(", ")
    );
    std::fs::create_dir_all(wrapper.join("src"))?;
    std::fs::write(wrapper.join("src/lib.rs"), "")?;
    std::fs::write(&manifest, text)
        .with_context(|| format!("cannot write {}", manifest.display()))?;
    Ok(manifest)
}

struct Package {
    name: String,
    version: String,
    library: String,
}

fn package(manifest: &Path) -> anyhow::Result<Package> {
    let metadata = MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .with_context(|| format!("cargo cannot read {}", manifest.display()))?;
    let found = metadata
        .packages
        .iter()
        .find(|package| package.manifest_path.as_std_path() == manifest)
        .with_context(|| format!("{} has no [package]", manifest.display()))?;
    let library = found
        .targets
        .iter()
        .find(|target| target.is_lib() || target.is_kind("staticlib".into()))
        .or_else(|| {
            found
                .targets
                .iter()
                .find(|target| target.is_kind("cdylib".into()) || target.is_kind("rlib".into()))
        })
        .with_context(|| format!("package `{}` has no library", found.name))?;
    Ok(Package {
        name: found.name.to_string(),
        version: found.version.to_string(),
        library: library.name.replace('-', "_"),
    })
}

/// The root of a manifest's workspace and its target directory.
fn workspace(manifest: &Path) -> anyhow::Result<(PathBuf, PathBuf)> {
    let metadata = MetadataCommand::new()
        .manifest_path(manifest)
        .no_deps()
        .exec()
        .with_context(|| format!("cargo cannot read {}", manifest.display()))?;
    Ok((
        metadata.workspace_root.into_std_path_buf(),
        metadata.target_directory.into_std_path_buf(),
    ))
}

fn rustc(
    request: &Request,
    package: &Package,
    manifest: &Path,
    features: Features,
    target: &Path,
    mir: &Path,
) -> anyhow::Result<Vec<u8>> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["rustc", "--lib", "--crate-type", "rlib"])
        .args(["--message-format", "json-render-diagnostics", "--quiet"])
        .arg("--manifest-path")
        .arg(manifest)
        .args([
            "--package",
            &format!("{}@{}", package.name, package.version),
        ])
        .arg("--target-dir")
        .arg(target);
    if features == Features::Arguments {
        for feature in &request.features {
            cargo.args(["--features", feature]);
        }
        if request.no_default_features {
            cargo.arg("--no-default-features");
        }
    }
    cargo
        .args(["--", "--emit"])
        .arg({
            let mut emit = std::ffi::OsString::from("mir=");
            emit.push(mir);
            emit
        })
        .args(["-Copt-level=0", "-Cdebuginfo=0", "-Cdebug-assertions=on"])
        .args([
            "-Zmir-opt-level=0",
            "-Zmir-include-spans=on",
            "-Ztrim-diagnostic-paths=no",
        ])
        .args(["--cap-lints", "allow"])
        .env("RUSTC_BOOTSTRAP", &package.library)
        .stdin(Stdio::null())
        .stderr(Stdio::piped());
    let output = cargo
        .output()
        .context("cannot run cargo to compile the crate; is it installed?")?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(60)..).unwrap_or(&[]);
        return Err(anyhow!(
            "cannot compile `{}` to see what it calls: cargo ended with {}\n{}",
            package.name,
            output.status,
            tail.join("\n")
        ));
    }
    Ok(output.stdout)
}

/// The names of the libraries that cargo made or had, other than the crate itself.
fn libraries(messages: &[u8], own: &str) -> BTreeSet<String> {
    Message::parse_stream(messages)
        .filter_map(|message| match message {
            Ok(Message::CompilerArtifact(artifact)) => Some(artifact.target.name.replace('-', "_")),
            _ => None,
        })
        .filter(|name| name != own)
        .collect()
}

/// The features that the crate itself got.
fn features_of(messages: &[u8], own: &str) -> Vec<String> {
    Message::parse_stream(messages)
        .filter_map(|message| match message {
            Ok(Message::CompilerArtifact(artifact))
                if artifact.target.name.replace('-', "_") == own =>
            {
                Some(artifact.features)
            }
            _ => None,
        })
        .last()
        .unwrap_or_default()
}

fn version() -> anyhow::Result<String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .context("cannot run rustc; is it installed?")?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
