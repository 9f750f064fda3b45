//! `merge`: the driver's source again, from both halves.

use std::path::PathBuf;

use clap::Args;

use super::cli::Format;
use super::split;
use crate::diagnostics::Outcome;
use crate::emit;
use crate::emit::merge::{self, Merged};

/// Arguments of `merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The directory that a split wrote.
    pub split: PathBuf,
    /// Where to put the source: a directory that does not exist or is empty.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

pub(super) fn run(args: &MergeArgs) -> Outcome<String> {
    let out = split::absolute(&args.out)?;
    let merged = merge::merge(&args.split)?;
    emit::write_new(&merged.files, &out)?;
    Ok(match args.format {
        Format::Human => table(&merged),
        Format::Json => data(&merged),
    })
}

fn table(merged: &Merged) -> String {
    let names = merged.counts.keys().map(|path| path.to_string_lossy());
    let width = names.map(|name| name.chars().count()).max().unwrap_or(0);
    let width = width.max("all".len());
    let mut text = format!("{:<width$}   kernel     user  neither\n", "bytes");
    let mut line = |name: &str, [kernel, user, neither]: [usize; 3]| {
        text.push_str(&format!(
            "{name:<width$} {kernel:>8} {user:>8} {neither:>8}\n"
        ));
    };
    let mut all = [0; 3];
    for (path, count) in &merged.counts {
        let parts = [count.kernel, count.user, count.neither];
        all.iter_mut()
            .zip(parts)
            .for_each(|(all, part)| *all += part);
        line(&path.to_string_lossy(), parts);
    }
    line("all", all);
    text
}

fn data(merged: &Merged) -> String {
    let files: Vec<_> = merged
        .counts
        .iter()
        .map(|(path, count)| {
            serde_json::json!({
                "path": path,
                "kernel": count.kernel,
                "user": count.user,
                "neither": count.neither,
            })
        })
        .collect();
    let merged = serde_json::json!({ "schema": 1, "files": files });
    format!("{merged:#}\n")
}
