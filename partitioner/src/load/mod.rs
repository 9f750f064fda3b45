//! Finds the packages: the driver's, and those of the driver API behind the dependency `microdriver`.
//!
//! Only manifests are read through cargo, without resolving: a split must work with no network.

mod cfg;
pub(crate) mod depth;
mod tree;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

pub(crate) use tree::attributes as item_attributes;
pub use tree::{Module, ModuleId, Tree, lenient, strict};

use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::input;

/// The dependency name under which a driver knows its runtime.
pub const API: &str = "microdriver";

/// The largest manifest that cargo is asked about, in bytes.
pub(crate) const MOST_MANIFEST: u64 = 16 << 20;

/// A package as its manifest describes it.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its edition.
    pub edition: String,
    /// Its licence, if it says.
    pub license: Option<String>,
    /// Its directory.
    pub directory: PathBuf,
    /// The root of its workspace.
    pub workspace: PathBuf,
    /// The first file of its library.
    pub library: PathBuf,
    /// Whether it is a library of macros: nothing of it is left in a driver.
    pub is_macros: bool,
    /// Its path dependencies: the name under which it knows them, and where they are.
    pub dependencies: Vec<(String, PathBuf)>,
    /// Dependencies that are not by path.
    pub foreign: Vec<String>,
    /// `[package.metadata]`.
    pub metadata: serde_json::Value,
    /// What cargo said about all packages of its workspace.
    siblings: Arc<Metadata>,
}

/// Reads the manifest of the package in a directory.
///
/// # Errors
/// `MD0001`: no manifest there, cargo cannot read it, or it has no library.
pub fn package(directory: &Path) -> Outcome<Package> {
    read(directory, None)
}

/// The same for a package that another one leads to: cargo is not asked again where both are of one workspace.
///
/// # Errors
/// `MD0001`, as for [`package`].
pub fn package_of(from: &Package, directory: &Path) -> Outcome<Package> {
    read(directory, Some(&from.siblings))
}

fn read(directory: &Path, known: Option<&Arc<Metadata>>) -> Outcome<Package> {
    let refuse = |why: String| {
        let title = format!("there is no driver crate at `{}`", directory.display());
        let help = "name the directory that holds the driver's Cargo.toml";
        Diagnostic::new(Code::NoCrate, title, help).note(why)
    };
    let manifest = directory.join("Cargo.toml");
    let manifest = manifest
        .canonicalize()
        .map_err(|error| refuse(format!("cannot read `{}`: {error}", manifest.display())))?;
    // Cargo reads it to its end, if it has one.
    input::read(&manifest, MOST_MANIFEST)
        .map_err(|error| refuse(format!("cannot read `{}`: {error}", manifest.display())))?;
    let is_there = |metadata: &Metadata| {
        let mut packages = metadata.packages.iter();
        packages.any(|package| package.manifest_path.as_std_path() == manifest)
    };
    let metadata = match known.filter(|known| is_there(known)) {
        Some(known) => Arc::clone(known),
        None => MetadataCommand::new()
            .manifest_path(&manifest)
            .no_deps()
            .exec()
            .map(Arc::new)
            .map_err(|error| refuse(last_line(&error.to_string())))?,
    };
    let package = metadata
        .packages
        .iter()
        .find(|package| package.manifest_path.as_std_path() == manifest)
        .ok_or_else(|| refuse("its manifest has no [package]".to_owned()))?;
    let library = package
        .targets
        .iter()
        .find(|target| target.is_lib() || target.is_proc_macro())
        .ok_or_else(|| refuse(format!("package `{}` has no library", package.name)))?;
    let normal = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == DependencyKind::Normal);
    let (mut dependencies, mut foreign) = (Vec::new(), Vec::new());
    for dependency in normal {
        let name = dependency
            .rename
            .clone()
            .unwrap_or_else(|| dependency.name.clone());
        match &dependency.path {
            Some(path) => dependencies.push((name, path.clone().into_std_path_buf())),
            None => foreign.push(name),
        }
    }
    Ok(Package {
        name: package.name.to_string(),
        version: package.version.to_string(),
        edition: package.edition.to_string(),
        license: package.license.clone(),
        directory: manifest.parent().map(Path::to_owned).unwrap_or_default(),
        workspace: metadata.workspace_root.clone().into_std_path_buf(),
        library: library.src_path.clone().into_std_path_buf(),
        is_macros: library.is_proc_macro(),
        dependencies,
        foreign,
        metadata: package.metadata.clone(),
        siblings: Arc::clone(&metadata),
    })
}

/// The packages that make up the driver API: the one behind `microdriver`, then its path dependencies.
///
/// # Errors
/// `MD0007` if there is no such dependency or one of them cannot be read.
pub fn api(driver: &Package) -> Outcome<Vec<Package>> {
    let help =
        "add `microdriver = { package = \"runtime-kernel\", path = \"...\" }` to [dependencies]";
    let refuse = |title: String| Diagnostic::new(Code::NoApi, title, help);
    let (_, directory) = driver
        .dependencies
        .iter()
        .find(|(name, _)| name == API)
        .ok_or_else(|| {
            refuse(format!(
                "package `{}` has no path dependency named `{API}`",
                driver.name
            ))
        })?;
    let mut packages = vec![read_api(driver, directory, &refuse)?];
    for (_, directory) in packages[0].dependencies.clone() {
        let package = read_api(&packages[0], &directory, &refuse)?;
        if !package.is_macros {
            packages.push(package);
        }
    }
    Ok(packages)
}

fn read_api(
    from: &Package,
    directory: &Path,
    refuse: &impl Fn(String) -> Diagnostic,
) -> Outcome<Package> {
    package_of(from, directory).map_err(|refusal| {
        let title = format!("cannot read the driver API at `{}`", directory.display());
        let mut diagnostic = refuse(title);
        diagnostic.notes = refusal
            .0
            .into_iter()
            .flat_map(|found| found.notes)
            .collect();
        diagnostic.into()
    })
}

/// What cargo says first is how it came there; the reason is at the end.
fn last_line(text: &str) -> String {
    text.lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or(text)
        .trim()
        .to_owned()
}
