//! `report`: the page that shows the call graph and explains every placement.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::cli::Format;
use super::placement::{self, PlacementArgs};
use crate::analysis::Mode;
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::input;
use crate::report::{Data, Extras, diff, front, html};
use crate::source::Sources;

/// In larger drivers, a report gives the short reasons only: the long one of each function costs a placement
/// of the whole driver. `why` gives it for one function.
const AT_LENGTH: usize = 500;

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
    /// What the placement is good at.
    #[command(flatten)]
    pub placement: PlacementArgs,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

pub(super) fn run(args: &ReportArgs, sources: &mut Sources) -> Outcome<String> {
    let (analysis, options) =
        placement::analyse(&args.driver, Mode::Split, &args.placement, sources)?;
    let against = args.against.as_deref();
    let diff = against
        .map(|path| diff::against(&analysis.plan, path, sources))
        .transpose()?;
    let profile = options.profile.as_ref();
    let extras = Extras {
        profile,
        diff,
        front: front::choices(&analysis, profile),
        at_length: analysis.plan.functions.len() <= AT_LENGTH,
    };
    let data = Data::new(&analysis, sources, extras);
    input::write(&args.html, html::page(&data).as_bytes()).map_err(|error| {
        let title = format!("cannot write `{}`", args.html.display());
        let help = "name a file in a directory that exists and can be written to";
        // Its kind alone: the rest may name a temporary file.
        Diagnostic::new(Code::ReportFile, title, help).note(error.kind().to_string())
    })?;
    Ok(match args.format {
        Format::Human => format!("{}\n", args.html.display()),
        Format::Json => format!("{:#}\n", json!({ "schema": 1, "html": args.html })),
    })
}
