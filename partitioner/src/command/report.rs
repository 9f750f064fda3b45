//! `report`: the page that shows the call graph and explains every placement.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::cli::Format;
use crate::analysis::{self, Mode};
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::report::{Data, Extras, diff, html};
use crate::source::Sources;

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The directory of the driver crate.
    pub driver: PathBuf,
    /// The page to write: one file that needs no other and no network.
    #[arg(long, value_name = "FILE")]
    pub html: PathBuf,
    /// Shows what is different from another plan of this driver.
    #[arg(long, value_name = "PLAN")]
    pub against: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

pub(super) fn run(args: &ReportArgs, sources: &mut Sources) -> Outcome<String> {
    let analysis = analysis::analyse(&args.driver, Mode::Split, sources)?;
    let against = args.against.as_deref();
    let diff = against
        .map(|path| diff::against(&analysis.plan, path))
        .transpose()?;
    let extras = Extras {
        diff,
        ..Extras::default()
    };
    let data = Data::new(&analysis, sources, extras);
    write(&args.html, &html::page(&data)).map_err(|error| {
        let title = format!("cannot write `{}`", args.html.display());
        let help = "name a file in a directory that exists and can be written to";
        Diagnostic::new(Code::ReportFile, title, help).note(error.to_string())
    })?;
    Ok(match args.format {
        Format::Human => format!("{}\n", args.html.display()),
        Format::Json => format!("{:#}\n", json!({ "schema": 1, "html": args.html })),
    })
}

/// Writes a file beside its place, then puts it there: whoever reads it sees the old one or the new one.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::other("it names no file"))?;
    if path.is_dir() {
        return Err(io::Error::other("it is a directory"));
    }
    let temporary = path.with_file_name(format!(
        ".{}.{}",
        name.to_string_lossy(),
        std::process::id()
    ));
    let written = File::create(&temporary)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())
                .and_then(|()| file.sync_all())
        })
        .and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        // What is left of an attempt that failed is only our own.
        let _ = fs::remove_file(&temporary);
    }
    written
}
