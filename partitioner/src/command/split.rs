//! `split`: emits the crates and the plan.

use std::path::{Component, Path, PathBuf};

use super::cli::{Format, SplitArgs};
use super::placement;
use crate::analysis::Mode;
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::emit::{self, Watch};
use crate::plan::{Place, Plan};
use crate::source::Sources;

pub(super) fn run(args: &SplitArgs, sources: &mut Sources) -> Outcome<String> {
    let mode = if args.unsplit {
        Mode::Unsplit
    } else {
        Mode::Split
    };
    let out = absolute(&args.out)?;
    let (analysis, _) = placement::analyse(&args.driver, mode, &args.placement, sources)?;
    emit::check_lock(&analysis)?;
    let watch = Watch {
        count: args.instrument,
        trace: args.traceable,
    };
    let files = emit::emit_watched(&analysis, sources, &out, watch)?;
    emit::write(&files, &out)?;
    eprintln!("{}", summary(&analysis.plan, &args.out));
    Ok(match args.format {
        Format::Human => String::new(),
        Format::Json => analysis.plan.json(),
    })
}

/// Where the output will be, links in what exists of it followed: manifests hold relative paths.
pub(super) fn absolute(out: &Path) -> Outcome<PathBuf> {
    let refuse = |why: String| {
        let title = format!("cannot write to `{}`", out.display());
        Diagnostic::new(Code::Output, title, "name a directory that can be created").note(why)
    };
    let absolute = std::path::absolute(out).map_err(|error| refuse(error.to_string()))?;
    let mut exists = absolute.clone();
    let mut rest = Vec::new();
    while !exists.exists() {
        let Some(name) = exists.file_name().map(ToOwned::to_owned) else {
            return Err(
                refuse("a part of the path that does not exist ends in `..`".to_owned()).into(),
            );
        };
        rest.push(name);
        exists.pop();
    }
    let mut absolute = exists
        .canonicalize()
        .map_err(|error| refuse(error.to_string()))?;
    absolute.extend(rest.iter().rev());
    let is_root = !absolute
        .components()
        .any(|part| matches!(part, Component::Normal(_)));
    if is_root {
        Err(refuse("it is the root directory".to_owned()).into())
    } else {
        Ok(absolute)
    }
}

fn summary(plan: &Plan, out: &Path) -> String {
    let count = |wanted: Place| {
        plan.functions
            .iter()
            .filter(|entry| entry.placement == wanted)
            .count()
    };
    let (kernel, user, both) = (count(Place::Kernel), count(Place::User), count(Place::Both));
    format!(
        "{}: {kernel} functions in the kernel, {user} in the user half, {both} in both; {} upcalls, {} downcalls; in {}",
        plan.driver,
        plan.upcalls.len(),
        plan.downcalls.len(),
        out.display(),
    )
}
