//! Manifests, lock files and the process's `main`.

use std::path::{Component, Path, PathBuf};

use super::{Context, traceable};
use crate::analysis::Analysis;
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::halves::Side;
use crate::input;
use crate::load::API;

pub(super) fn manifest(context: &Context<'_>, directory: &Path) -> String {
    let analysis = context.analysis;
    let package = &analysis.package;
    let (half, runtime) = match context.side {
        Side::Kernel => ("kernel", Some(&analysis.api.kernel_runtime)),
        Side::User => ("user", analysis.api.user_runtime.as_ref()),
    };
    let (runtime, path) = runtime.cloned().unwrap_or_default();
    let path = relative(directory, &path);
    let features = if context.watch.count {
        ", features = [\"instrument\"]"
    } else {
        ""
    };
    let license = package
        .license
        .as_ref()
        .map(|license| format!("license = \"{license}\"\n"))
        .unwrap_or_default();
    format!(
        "\
# Emitted by pcnet-partition. Do not edit.
[package]
name = \"{name}-{half}\"
version = \"{version}\"
edition = \"{edition}\"
{license}publish = false
description = \"The {half} half of {name}\"

[dependencies]
{API} = {{ package = \"{runtime}\", path = \"{path}\"{features} }}

# A workspace of its own, wherever it is put.
[workspace]
{traceable}",
        name = package.name,
        version = package.version,
        edition = package.edition,
        path = path.display(),
        traceable = if context.watch.trace {
            traceable::MANIFEST
        } else {
            ""
        },
    )
}

/// The largest lock file that is carried over, in bytes.
const MOST_LOCKED: u64 = 16 << 20;

/// Where a lock file can be: in the driver's workspace, or the runtime's.
fn locks(analysis: &Analysis) -> [PathBuf; 2] {
    let workspaces = [&analysis.package.workspace, &analysis.api.workspace];
    workspaces.map(|root| root.join("Cargo.lock"))
}

/// The lock file: the same versions everywhere.
pub(super) fn lock(context: &Context<'_>) -> Option<String> {
    let mut locks = locks(context.analysis).into_iter();
    locks.find_map(|path| input::text(&path, MOST_LOCKED).ok())
}

/// Refuses a lock file that is there and cannot be carried over: the halves would get other versions.
///
/// # Errors
/// `MD0001`.
pub fn check_lock(analysis: &Analysis) -> Outcome<()> {
    let Some(path) = locks(analysis).into_iter().find(|path| path.exists()) else {
        return Ok(());
    };
    input::text(&path, MOST_LOCKED).map_err(|error| {
        let title = format!("cannot read `{}`", path.display());
        let help = "remove it, and have cargo make it anew";
        Diagnostic::new(Code::NoCrate, title, help).note(error.to_string())
    })?;
    Ok(())
}

pub(super) fn main(context: &Context<'_>) -> String {
    let name = &context.analysis.package.name;
    let library = format!("{name}_user").replace('-', "_");
    let state = &context.analysis.plan.state_path;
    format!(
        "\
//! The user half of `{name}` as a process. Emitted by pcnet-partition.

#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {{
    {API}::run::<{library}::{state}>()
}}
"
    )
}

/// The path from one directory to another. Both are taken as absolute.
pub(super) fn relative(from: &Path, to: &Path) -> PathBuf {
    let from: Vec<Component<'_>> = from.components().collect();
    let to: Vec<Component<'_>> = to.components().collect();
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| Component::ParentDir);
    up.chain(to[common..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_goes_through_what_is_common() {
        let way = relative(Path::new("/a/out/kernel"), Path::new("/a/runtime"));
        assert_eq!(way, Path::new("../../runtime"));
        assert_eq!(relative(Path::new("/a"), Path::new("/a/b")), Path::new("b"));
    }
}
