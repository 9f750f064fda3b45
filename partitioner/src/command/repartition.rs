//! `repartition`: a new plan from profiles, as a difference to an old one.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::Resettable;

use super::cli::Format;
use super::placement::{self, PlacementArgs};
use crate::analysis::Analysis;
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::input;
use crate::repartition::{self, Amount, Repartition};
use crate::source::Sources;

/// Arguments of `repartition`.
#[derive(Debug, Args)]
// Elsewhere a plan says where functions are to be, and leaves nothing to a budget; here it is the old one.
#[command(mut_arg("plan", |plan| plan.conflicts_with(Resettable::Reset)))]
pub struct RepartitionArgs {
    /// The directory of the driver crate.
    pub driver: PathBuf,
    /// What was recorded, what the new plan is to be good at, and the old plan.
    #[command(flatten)]
    pub placement: PlacementArgs,
    /// From what on an annotation is reported: a part of the predicted cost, or instructions a second.
    #[arg(long, value_name = "AMOUNT", default_value = "1%")]
    pub pin_threshold: Amount,
    /// Writes the plan, for `split --plan`.
    #[arg(long)]
    pub apply: bool,
    /// Where `--apply` writes it [default: profiles/DRIVER/plan.json in the workspace].
    #[arg(long, value_name = "FILE", requires = "apply")]
    pub out: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

pub(super) fn run(args: &RepartitionArgs, sources: &mut Sources) -> Outcome<String> {
    let options = args.placement.options(sources)?;
    let old = args.placement.plan.as_deref();
    let (found, analysis) =
        repartition::repartition(&args.driver, old, &options, args.pin_threshold, sources)?;
    placement::warn(&analysis, &options);
    if args.apply {
        let path = match &args.out {
            Some(out) => out.clone(),
            None => usual_place(&analysis)?,
        };
        write(&found, &path)?;
        eprintln!("the plan is in {}", path.display());
    }
    Ok(match args.format {
        Format::Human => found.human(),
        Format::Json => found.json(),
    })
}

/// `profiles/DRIVER/plan.json`, beside the drivers.
fn usual_place(analysis: &Analysis) -> Outcome<PathBuf> {
    let package = &analysis.package;
    let directory = package.workspace.join("profiles").join(&package.name);
    std::fs::create_dir_all(&directory).map_err(|error| refuse(&directory, &error))?;
    Ok(directory.join("plan.json"))
}

fn write(found: &Repartition, path: &Path) -> Outcome<()> {
    input::write(path, found.plan.json().as_bytes()).map_err(|error| refuse(path, &error).into())
}

fn refuse(path: &Path, error: &std::io::Error) -> Diagnostic {
    let title = format!("cannot write to `{}`", path.display());
    let help = "name a file in a directory that can be written to, with `--out`";
    Diagnostic::new(Code::Output, title, help).note(error.to_string())
}
