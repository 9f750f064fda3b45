//! A plan that is given: where each function should live, from `plan.json` of a split or from the shorter
//! form that `repartition` writes.
//!
//! It is a wish until it was checked: for this driver and this version of its source, about functions
//! that exist, and possible together with annotations, contexts and signatures.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use partitioner_syntax::Half;
use serde::{Deserialize, Serialize};

use super::{Place, Plan, SCHEMA};
use crate::analysis::{self, Analysis, Mode};
use crate::diagnostics::{Code, Diagnostic, Outcome, Refusal, Report};
use crate::input;
use crate::place::Options;
use crate::profile::{Subject, checked, list};
use crate::source::{FileId, Sources, Span};

/// What the format is called in messages.
const WHAT: &str = "a plan";

/// A plan that was read and not checked.
#[derive(Clone, Debug)]
pub struct Given {
    /// The driver's package.
    pub driver: String,
    /// The fingerprint of the source that it is for.
    pub source: String,
    /// Where each function should live.
    pub placements: BTreeMap<String, Place>,
    /// Where it was read from.
    file: FileId,
}

/// The short form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Short {
    /// The version of the format.
    pub schema: u32,
    /// The driver's package.
    #[serde(deserialize_with = "checked::name")]
    pub driver: String,
    /// The fingerprint of the source.
    #[serde(deserialize_with = "checked::fingerprint")]
    pub source: String,
    /// What it is good for, for people.
    #[serde(default, deserialize_with = "checked::text")]
    pub workload: String,
    /// Where each function lives.
    #[serde(deserialize_with = "checked::map")]
    pub placements: BTreeMap<String, Place>,
}

/// What a split writes, as far as it matters here.
#[derive(Deserialize)]
struct Long {
    #[serde(deserialize_with = "checked::name")]
    driver: String,
    #[serde(deserialize_with = "checked::fingerprint")]
    source: String,
    split: bool,
    functions: Vec<Function>,
}

#[derive(Deserialize)]
struct Function {
    #[serde(deserialize_with = "checked::name")]
    name: String,
    placement: Place,
}

/// Which of the two it is.
#[derive(Deserialize)]
struct Form {
    placements: Option<serde::de::IgnoredAny>,
}

impl Short {
    /// The short form of a plan; what nothing reaches is left out.
    pub fn of(plan: &Plan, workload: &str) -> Short {
        let placed = plan.functions.iter();
        let placed = placed.filter(|entry| entry.placement != Place::Nowhere);
        Short {
            schema: SCHEMA,
            driver: plan.driver.clone(),
            source: plan.source.clone(),
            workload: workload.to_owned(),
            placements: placed
                .map(|entry| (entry.name.clone(), entry.placement))
                .collect(),
        }
    }

    /// The bytes of its file.
    pub fn json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

impl Given {
    /// Reads a plan of either form.
    ///
    /// # Errors
    /// `MD0062`.
    pub fn read(path: &Path, sources: &mut Sources) -> Outcome<Given> {
        let form = input::json::<Form>(path, Code::PlanFile, WHAT, SCHEMA..=SCHEMA, sources)?;
        let file = form.file;
        Given::of(file, form.value.placements.is_some(), sources)
    }

    /// Reads a plan from text; `name` is what messages call it.
    ///
    /// # Errors
    /// As [`Given::read`].
    pub fn parse(name: &str, text: &str, sources: &mut Sources) -> Outcome<Given> {
        let file = sources.add(Path::new(name), Path::new(""), text.to_owned());
        let form = input::parse::<Form>(file, Code::PlanFile, WHAT, SCHEMA..=SCHEMA, sources)?;
        Given::of(file, form.value.placements.is_some(), sources)
    }

    fn of(file: FileId, short: bool, sources: &Sources) -> Outcome<Given> {
        if short {
            let read = input::parse::<Short>(file, Code::PlanFile, WHAT, SCHEMA..=SCHEMA, sources)?;
            return Ok(Given {
                driver: read.value.driver,
                source: read.value.source,
                placements: read.value.placements,
                file,
            });
        }
        let read =
            input::parse::<Long>(file, Code::PlanFile, WHAT, SCHEMA..=SCHEMA, sources)?.value;
        let name = &sources.file(file).name;
        if !read.split {
            let title = format!("`{name}` is the plan of an unsplit driver");
            let help = "use `--unsplit` for that, or give the plan of a split";
            return Err(Diagnostic::new(Code::PlanFile, title, help).into());
        }
        let mut placements = BTreeMap::new();
        for Function { name, placement } in read.functions {
            if placements.insert(name.clone(), placement).is_some() {
                let title = format!("`{}` has `{name}` twice", sources.file(file).name);
                let help = "remove one of the two, or make a plan anew";
                return Err(Diagnostic::new(Code::PlanFile, title, help).into());
            }
        }
        Ok(Given {
            driver: read.driver,
            source: read.source,
            placements,
            file,
        })
    }

    /// Checks that it is for this driver and this version of its source, and about functions that there
    /// are.
    ///
    /// # Errors
    /// `MD0063`, `MD0064`.
    pub fn check(&self, subject: &Subject, sources: &Sources) -> Outcome<()> {
        let name = &sources.file(self.file).name;
        let help = "run `repartition`, or split without a plan";
        if self.driver != subject.driver {
            let title = format!(
                "`{name}` is a plan for driver `{}`, not for `{}`",
                self.driver, subject.driver
            );
            return Err(Diagnostic::new(Code::PlanStale, title, help).into());
        }
        let known = |name: &&String| subject.functions.contains(*name);
        let named: BTreeSet<String> = self.placements.keys().cloned().collect();
        if self.source != subject.source {
            let title = format!("`{name}` is a plan for another version of the source");
            let stale = Diagnostic::new(Code::PlanStale, title, help);
            let theirs = (self.source.as_str(), &named);
            let ours = (subject.source.as_str(), &subject.functions);
            return Err(changed(stale, theirs, ours).into());
        }
        let mut report = Report::default();
        for unknown in self.placements.keys().filter(|name| !known(name)) {
            let title = format!("the plan places `{unknown}`, which the driver does not have");
            let help = "remove it from the plan";
            let diagnostic = Diagnostic::new(Code::PlanPlacement, title, help);
            report.add(self.blame(diagnostic, unknown, "no such function", sources));
        }
        report.finish()
    }

    /// What the placement is asked for. Functions on their arguments alone follow whoever calls them.
    fn pins(&self, analysis: &Analysis) -> BTreeMap<String, Half> {
        let follows = |name: &str| {
            let mut functions = analysis.driver.iter();
            let found = functions.find(|(_, function)| function.name == name);
            found.is_some_and(|(id, _)| analysis.placement.helpers.contains(&id))
        };
        let half = |place: &Place| match place {
            Place::Kernel | Place::Both => Some(Half::Kernel),
            Place::User => Some(Half::User),
            Place::Nowhere => None,
        };
        self.placements
            .iter()
            .filter(|(name, _)| !follows(name))
            .filter_map(|(name, place)| Some((name.clone(), half(place)?)))
            .collect()
    }

    /// Checks that everything came out as asked for.
    fn kept(&self, plan: &Plan, sources: &Sources) -> Outcome<()> {
        let mut report = Report::default();
        for entry in &plan.functions {
            let Some(wanted) = self.placements.get(&entry.name) else {
                continue;
            };
            if *wanted == entry.placement {
                continue;
            }
            let (name, is, wanted) = (&entry.name, entry.placement.words(), wanted.words());
            let title = format!("the plan wants `{name}` {wanted}, and it has to be {is}");
            let help = "correct the plan, or leave the function out of it";
            let diagnostic = Diagnostic::new(Code::PlanPlacement, title, help).note(&entry.reason);
            report.add(self.blame(diagnostic, name, "asked for here", sources));
        }
        report.finish()
    }

    /// Blames the line of the plan that names a function, if it can be found and shown.
    fn blame(
        &self,
        diagnostic: Diagnostic,
        name: &str,
        label: &str,
        sources: &Sources,
    ) -> Diagnostic {
        let text = &sources.file(self.file).text;
        let quoted = serde_json::to_string(name).unwrap_or_default();
        let start = match text.find(&quoted) {
            Some(start) => start,
            None => return diagnostic,
        };
        let line = text[start..].lines().next().map_or(0, str::len);
        let before = start - text[..start].rfind('\n').map_or(0, |end| end + 1);
        if before + line > input::MOST_SHOWN {
            return diagnostic;
        }
        let span = Span {
            file: self.file,
            start,
            end: start + quoted.len(),
        };
        diagnostic.at(span, label)
    }
}

/// Adds what changed between two versions of a source, each with its fingerprint and its functions: that of a
/// plan, and the driver's.
pub(crate) fn changed(
    stale: Diagnostic,
    (then, named): (&str, &BTreeSet<String>),
    (now, functions): (&str, &BTreeSet<String>),
) -> Diagnostic {
    let gone: BTreeSet<String> = named.difference(functions).cloned().collect();
    let new: BTreeSet<String> = functions.difference(named).cloned().collect();
    let mut diagnostic = stale.note(format!("it is for {then}, and the driver is {now}"));
    for (what, names) in [("gone", &gone), ("not in the plan", &new)] {
        if !names.is_empty() {
            diagnostic = diagnostic.note(format!("{what}: {}", list(names)));
        }
    }
    if gone.is_empty() && new.is_empty() {
        diagnostic = diagnostic.note("the functions are the same, and their text is not");
    }
    diagnostic
}

impl Place {
    /// Where that is, in a sentence.
    fn words(self) -> &'static str {
        match self {
            Place::Kernel => "in the kernel",
            Place::User => "in the user half",
            Place::Both => "in both halves",
            Place::Nowhere => "nowhere",
        }
    }
}

/// Analyses a driver with its functions placed as a plan says. What the plan does not name is placed as
/// it would be without one.
///
/// # Errors
/// `MD0062` to `MD0064`, and whatever an annotation that cannot be kept would get.
pub fn analyse(
    directory: &Path,
    given: &Path,
    options: &Options,
    sources: &mut Sources,
) -> Outcome<Analysis> {
    let given = Given::read(given, sources)?;
    analyse_given(directory, &given, options, sources)
}

/// As [`analyse`], with a plan that was read already.
///
/// # Errors
/// As [`analyse`].
pub fn analyse_given(
    directory: &Path,
    given: &Given,
    options: &Options,
    sources: &mut Sources,
) -> Outcome<Analysis> {
    let free = analysis::analyse_with(directory, Mode::Split, options, sources)?;
    let subject = Subject::of(&free.package.name, &free.plan.source, &free.driver);
    given.check(&subject, sources)?;
    let mut options = options.clone();
    options.pins.extend(given.pins(&free));
    let name = sources.file(given.file).name.clone();
    let analysis = analysis::analyse_with(directory, Mode::Split, &options, sources)
        .map_err(|refusal| wanted_by(refusal, &name))?;
    given.kept(&analysis.plan, sources)?;
    Ok(analysis)
}

/// What is refused with a plan and was not without one is the plan's fault.
fn wanted_by(refusal: Refusal, plan: &str) -> Refusal {
    let note = format!("the plan `{plan}` asks for this");
    let found = refusal.0.into_iter();
    Refusal(found.map(|diagnostic| diagnostic.note(&note)).collect())
}
