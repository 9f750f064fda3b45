//! The options that say what a placement is to be good at: the same for every command that makes one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::analysis::{self, Analysis, Mode};
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::place::Options;
use crate::place::problem::Lambda;
use crate::plan::given;
use crate::profile::{self, Profile};
use crate::source::Sources;

/// What a placement is to be good at.
#[derive(Clone, Debug, Default, Args)]
pub struct PlacementArgs {
    /// A plan that says where functions live: plan.json of a split, or what `repartition` wrote.
    #[arg(long, value_name = "FILE", conflicts_with = "budget")]
    pub plan: Option<PathBuf>,
    /// A recorded profile; several are added up. Without one, frequencies are assumed.
    #[arg(long = "profile", value_name = "FILE")]
    pub profiles: Vec<PathBuf>,
    /// What a line in the kernel is worth, in instructions per second [default: 10000].
    #[arg(long, value_name = "X", value_parser = lambda, conflicts_with = "budget")]
    pub lambda: Option<Lambda>,
    /// Takes the plan with the fewest lines in the kernel that costs at most this share of what the
    /// machine executed while the profile was recorded, such as 5%.
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub budget: Option<u64>,
}

impl PlacementArgs {
    /// The options, with the profiles read and added up.
    ///
    /// # Errors
    /// `MD0055` for a profile that cannot be read, `MD0056` for two that do not fit together.
    pub(super) fn options(&self, sources: &mut Sources) -> Outcome<Options> {
        let mut options = Options {
            lambda: self.lambda.unwrap_or_default(),
            budget: self.budget,
            ..Options::default()
        };
        for path in &self.profiles {
            let file = path.display().to_string();
            let profile = Profile::read(path, sources)?;
            match &mut options.profile {
                Some(sum) => sum.merge(&profile, (&options.file, &file))?,
                None => (options.profile, options.file) = (Some(profile), file),
            }
        }
        Ok(options)
    }
}

/// Analyses a driver as the options say; warns of functions in a profile that the driver does not have.
///
/// # Errors
/// As [`analysis::analyse_with`], and for profiles.
pub(super) fn analyse(
    directory: &Path,
    mode: Mode,
    args: &PlacementArgs,
    sources: &mut Sources,
) -> Outcome<(Analysis, Options)> {
    let options = args.options(sources)?;
    let analysis = match &args.plan {
        Some(plan) => given::analyse(directory, plan, &options, sources)?,
        None => analysis::analyse_with(directory, mode, &options, sources)?,
    };
    warn(&analysis, &options);
    Ok((analysis, options))
}

/// Says which functions of a profile the driver does not have, and whether the plan may not be the best.
pub(super) fn warn(analysis: &Analysis, options: &Options) {
    if analysis.unsure > 0 {
        super::warn(given_up(analysis.unsure));
    }
    warn_of_strangers(&analysis.strangers, &options.file);
}

fn given_up(fewer: u64) -> Diagnostic {
    let title = "the search for the fewest lines within the budget was given up";
    let help = "name a price with `--lambda`, for which the best plan is always found";
    let why = format!("another plan within the budget may have up to {fewer} lines fewer");
    Diagnostic::new(Code::SearchGivenUp, title, help).note(why)
}

/// Says which functions of a profile the driver does not have, if there are any.
pub(super) fn warn_of_strangers(strangers: &BTreeSet<String>, file: &str) {
    if strangers.is_empty() {
        return;
    }
    let count = strangers.len();
    let title = format!("{count} functions of `{file}` are not the driver's and count for nothing");
    let help = "record again if their time matters, or take them out of the profile";
    let names = profile::list(strangers);
    super::warn(Diagnostic::new(Code::Strangers, title, help).note(names));
}

/// The digits after the point that count.
const DIGITS: usize = 6;

/// A decimal number, in millionths.
fn millionths(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is not a number such as 12 or 0.5");
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(rest) || text.len() == text.matches('.').count() {
        return Err(wrong());
    }
    if rest.len() > DIGITS {
        return Err(format!(
            "`{text}` has more than {DIGITS} digits after the point"
        ));
    }
    if whole.len() > 12 {
        return Err(format!("`{text}` is too large"));
    }
    let number = format!("{whole}{rest:0<DIGITS$}");
    number.parse().map_err(|_| wrong())
}

fn lambda(text: &str) -> Result<Lambda, String> {
    Ok(Lambda {
        numerator: u128::from(millionths(text)?),
        denominator: 1_000_000,
    })
}

fn share(text: &str) -> Result<u64, String> {
    let number = text.strip_suffix('%');
    let number = number.ok_or_else(|| format!("`{text}` is not a share such as 5%"))?;
    Ok(millionths(number)? / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_and_shares_are_decimal() {
        assert_eq!(lambda("2.5").map(Lambda::value), Ok(2.5));
        assert_eq!(lambda("0").map(Lambda::value), Ok(0.0));
        assert_eq!(share("5%"), Ok(50_000));
        assert_eq!(share("0.25%"), Ok(2_500));
        for bad in [
            "",
            ".",
            "-1",
            "1e3",
            "1.2345678",
            "x",
            "9999999999999",
            "+1",
            "１",
        ] {
            assert!(lambda(bad).is_err(), "{bad}");
            assert!(share(&format!("{bad}%")).is_err(), "{bad}");
        }
        assert!(share("5").is_err());
    }
}
