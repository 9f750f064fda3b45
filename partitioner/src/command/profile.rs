//! `profile`: shows profiles, adds them up, and makes them of what kernel tools record.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::cli::Format;
use super::placement::warn_of_strangers;
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::profile::import::{self, Imported, Options, Warning};
use crate::profile::object::Object;
use crate::profile::{Activity, Profile, Subject};
use crate::source::Sources;

/// Arguments of `profile`.
#[derive(Debug, Args)]
pub struct ProfileArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: ProfileAction,
    /// How to print.
    #[arg(long, value_enum, default_value_t, global = true)]
    pub format: Format,
}

/// The subcommands of `profile`.
#[derive(Debug, Subcommand)]
pub enum ProfileAction {
    /// Prints a profile as a table.
    #[command(after_help = "Example:\n  pcnet-partition profile show profiles/pcnet32/bulk.json")]
    Show(ShowArgs),
    /// Adds profiles up: counts and times add.
    #[command(
        after_help = "Example:\n  pcnet-partition profile merge monday.json tuesday.json --out week.json"
    )]
    Merge(MergeArgs),
    /// Makes a profile of a recording: the text of `perf script`, ftrace, bpftrace or a hist trigger.
    #[command(
        after_help = "Example:\n  perf script --header -i perf.data > bulk.txt\n  \
        pcnet-partition profile import bulk.txt --driver drivers/pcnet32 --out bulk.json"
    )]
    Import(ImportArgs),
}

/// Arguments of `profile show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The profile.
    pub file: PathBuf,
    /// The directory of the driver crate: checks that the profile is of this source.
    #[arg(long, value_name = "DIR")]
    pub driver: Option<PathBuf>,
}

/// Arguments of `profile merge`.
#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The profiles.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Where to write the sum [default: print it].
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Arguments of `profile import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The recording: text.
    pub file: PathBuf,
    /// The directory of the driver crate.
    #[arg(long, value_name = "DIR")]
    pub driver: PathBuf,
    /// What the text is [default: found out].
    #[arg(long, value_enum)]
    pub from: Option<import::From>,
    /// The module that ran, or the kernel half: finds what was inlined, by its debug information.
    #[arg(long, value_name = "FILE")]
    pub object: Option<PathBuf>,
    /// The release of the kernel that was recorded, as `uname -r` printed it there.
    #[arg(long, value_name = "RELEASE")]
    pub kernel: Option<String>,
    /// The build id of what was recorded, as `perf buildid-list` prints it: `--object` must have it.
    #[arg(long, value_name = "HEX")]
    pub build_id: Option<String>,
    /// Of several events in the text of `perf script`, the one that counts.
    #[arg(long, value_name = "NAME")]
    pub event: Option<String>,
    /// A histogram counts samples of where time goes, and no calls.
    #[arg(long)]
    pub samples: bool,
    /// How long it was recorded [default: from the first time in the text to the last].
    #[arg(long, value_name = "N")]
    pub milliseconds: Option<u64>,
    /// What was going on, for people.
    #[arg(long, default_value = "", value_name = "TEXT")]
    pub workload: String,
    /// Where to write the profile [default: print it].
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

pub(super) fn run(args: &ProfileArgs, sources: &mut Sources) -> Outcome<String> {
    match &args.action {
        ProfileAction::Show(show) => self::show(show, args.format, sources),
        ProfileAction::Merge(merge) => self::merge(merge, sources),
        ProfileAction::Import(import) => self::import(import, sources),
    }
}

fn show(args: &ShowArgs, format: Format, sources: &mut Sources) -> Outcome<String> {
    let profile = Profile::read(&args.file, sources)?;
    if let Some(directory) = &args.driver {
        let subject = Subject::read(directory, sources)?;
        let file = args.file.display().to_string();
        warn_of_strangers(&subject.check(&profile, &file)?, &file);
    }
    Ok(match format {
        Format::Human => table(&profile),
        Format::Json => profile.json(),
    })
}

fn merge(args: &MergeArgs, sources: &mut Sources) -> Outcome<String> {
    let mut sum: Option<(Profile, String)> = None;
    for file in &args.files {
        let name = file.display().to_string();
        let profile = Profile::read(file, sources)?;
        match &mut sum {
            Some((sum, first)) => sum.merge(&profile, (first, &name))?,
            None => sum = Some((profile, name)),
        }
    }
    match sum {
        Some((profile, _)) => written(&profile, args.out.as_ref()),
        None => Ok(String::new()),
    }
}

fn import(args: &ImportArgs, sources: &mut Sources) -> Outcome<String> {
    let subject = Subject::read(&args.driver, sources)?;
    let object = args.object.as_deref().map(Object::read).transpose()?;
    if let Some(object) = &object
        && !object.has_debug_information()
    {
        let title = "the object has no debug information: what was inlined is not found";
        let help = "name the `.debug.o` that `build` leaves beside the module";
        super::warn(Diagnostic::new(Code::NoDebugInformation, title, help));
    }
    let options = Options {
        from: args.from,
        event: args.event.clone(),
        samples: args.samples,
        kernel: args.kernel.clone(),
        build_id: args.build_id.clone(),
        workload: args.workload.clone(),
        milliseconds: args.milliseconds,
    };
    let imported = import::import(&args.file, &subject, object.as_ref(), &options)?;
    if let Some(warning) = warning(&imported.warnings, &args.file) {
        super::warn(warning);
    }
    eprint!("{}", summary(&imported));
    written(&imported.profile, args.out.as_ref())
}

fn written(profile: &Profile, out: Option<&PathBuf>) -> Outcome<String> {
    match out {
        Some(path) => {
            profile.write(path)?;
            Ok(String::new())
        }
        None => Ok(profile.json()),
    }
}

/// What an import saw, for people.
fn summary(imported: &Imported) -> String {
    format!(
        "{}: {} of {} entries are of the driver, in {} functions\n",
        imported.profile.driver,
        imported.own,
        imported.entries,
        imported.profile.functions.len()
    )
}

/// What of a recording could not be used, if there is something.
fn warning(parts: &[Warning], file: &Path) -> Option<Diagnostic> {
    let title = format!("not all of `{}` could be used", file.display());
    let help = "see whether it is whole: what is missing in it is missing in the profile";
    let warning = Diagnostic::new(Code::RecordingParts, title, help);
    let all = parts.iter().map(part).fold(warning, Diagnostic::note);
    (!parts.is_empty()).then_some(all)
}

fn part(warning: &Warning) -> String {
    let lines: Vec<String> = warning
        .lines
        .iter()
        .filter(|line| **line > 0)
        .map(u64::to_string)
        .collect();
    let place = match lines.as_slice() {
        [] => String::new(),
        [line] => format!(" (line {line})"),
        lines if warning.count > lines.len() as u64 => {
            format!(" (lines {}, ...)", lines.join(", "))
        }
        lines => format!(" (lines {})", lines.join(", ")),
    };
    format!("{}: {}{place}", warning.what, warning.count)
}

/// The functions, those that cost most first.
fn table(profile: &Profile) -> String {
    let mut text = format!(
        "driver    {}, source {}\nworkload  {}\nrecorded  {} on {}, {} ms\n",
        profile.driver,
        profile.source,
        if profile.workload.is_empty() {
            "-"
        } else {
            &profile.workload
        },
        profile.origin.name(),
        profile.kernel,
        profile.milliseconds
    );
    if profile.total > 0 {
        text.push_str(&format!("total     {} instructions\n", profile.total));
    }
    let mut rows: Vec<(&String, &Activity)> = profile.functions.iter().collect();
    rows.sort_by_key(|(name, activity)| {
        (std::cmp::Reverse((activity.cost, activity.calls)), *name)
    });
    let cost = profile.unit.name();
    let width = rows.iter().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or(0).max("function".len());
    text.push_str(&format!(
        "\n{:<width$}  {:>12}  {cost:>16}  {:>8}  calls, asks\n",
        "function", "calls", "each"
    ));
    for (name, activity) in rows {
        let each = match activity.cost.checked_div(activity.calls) {
            Some(each) => each.to_string(),
            None => "-".to_owned(),
        };
        let counts = activity.callees.iter().chain(&activity.services);
        let below: Vec<String> = counts
            .map(|(name, count)| match activity.callee_costs.get(name) {
                Some(cost) => format!("{name} {count} ({cost})"),
                None => format!("{name} {count}"),
            })
            .collect();
        let line = format!(
            "{name:<width$}  {:>12}  {:>16}  {each:>8}  {}",
            activity.calls,
            activity.cost,
            below.join(", ")
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
