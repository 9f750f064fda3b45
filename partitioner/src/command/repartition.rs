//! `repartition`: a new plan from profiles, as a difference to an old one.

use std::path::{Path, PathBuf};

use clap::Args;

use super::cli::Format;
use super::profile::warn_of_strangers;
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::input;
use crate::load;
use crate::place::cost;
use crate::place::problem::Lambda;
use crate::profile::{Profile, Subject};
use crate::repartition::{self, Amount, Price, Repartition, Wanted};
use crate::source::Sources;

/// Arguments of `repartition`.
#[derive(Debug, Args)]
pub struct RepartitionArgs {
    /// The directory of the driver crate.
    pub driver: PathBuf,
    /// What was recorded; several profiles are added up.
    #[arg(long = "profile", value_name = "FILE", required = true)]
    pub profiles: Vec<PathBuf>,
    /// The plan to compare with [default: the one of a split without a profile].
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// What a line in the kernel is worth, in instructions a second [default: 10000].
    #[arg(long, value_name = "N", value_parser = repartition::parse_lambda)]
    pub lambda: Option<Lambda>,
    /// What crossings may cost at most: `5%` of what the machine executed, or instructions a second.
    #[arg(long, value_name = "AMOUNT", conflicts_with = "lambda")]
    pub budget: Option<Amount>,
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
    let profile = profile(args, sources)?;
    let price = match args.budget {
        Some(budget) => Price::Budget(budget),
        None => Price::Lambda(args.lambda.unwrap_or(Lambda::whole(cost::LAMBDA))),
    };
    let wanted = Wanted {
        profile,
        price,
        threshold: args.pin_threshold,
    };
    let found = repartition::repartition(&args.driver, args.plan.as_deref(), &wanted, sources)?;
    if args.apply {
        let path = match &args.out {
            Some(out) => out.clone(),
            None => usual_place(&args.driver)?,
        };
        write(&found, &path)?;
        eprintln!("the plan is in {}", path.display());
    }
    Ok(match args.format {
        Format::Human => found.human(),
        Format::Json => found.json(),
    })
}

/// The sum of the profiles, each of them of this driver.
fn profile(args: &RepartitionArgs, sources: &mut Sources) -> Outcome<Profile> {
    let subject = Subject::read(&args.driver, sources)?;
    let mut sum: Option<(Profile, String)> = None;
    for file in &args.profiles {
        let name = file.display().to_string();
        let profile = Profile::read(file, sources)?;
        warn_of_strangers(&subject, &profile, &name)?;
        match &mut sum {
            Some((sum, first)) => sum.merge(&profile, (first, &name))?,
            None => sum = Some((profile, name)),
        }
    }
    sum.map(|(profile, _)| profile).ok_or_else(|| {
        let help = "give at least one with `--profile`";
        Diagnostic::new(Code::Profile, "there is no profile", help).into()
    })
}

/// `profiles/DRIVER/plan.json`, beside the drivers.
fn usual_place(driver: &Path) -> Outcome<PathBuf> {
    let package = load::package(driver)?;
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
