//! How a plan differs from another, which is read from a `plan.json`.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::input;
use crate::plan::{Place, Plan, SCHEMA, given};
use crate::source::Sources;

/// The differences.
#[derive(Clone, Debug, Serialize)]
pub struct Diff {
    /// The file of the other plan.
    pub against: String,
    /// What is different, by the function's name.
    pub changes: Vec<Change>,
}

/// One function that is elsewhere, new or gone.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// The function.
    pub name: String,
    /// Where it was; nothing if it is new.
    pub from: Option<Place>,
    /// Where it is; nothing if it is gone.
    pub to: Option<Place>,
    /// Its lines; what they were, if it is gone.
    pub lines: usize,
    /// Why it is where it is, or why it was where it was.
    pub reason: String,
}

/// What matters of another plan.
#[derive(Debug, Deserialize)]
struct Other {
    driver: String,
    source: String,
    functions: Vec<OtherEntry>,
}

#[derive(Debug, Deserialize)]
struct OtherEntry {
    name: String,
    lines: usize,
    placement: Place,
    reason: String,
}

/// Compares a plan with the one in a file.
///
/// # Errors
/// `MD0070`: it cannot be read, is no plan, or the plan of another driver. `MD0063`: it is for another version
/// of the source, so that what differs says nothing about the plans.
pub fn against(plan: &Plan, path: &Path, sources: &mut Sources) -> Outcome<Diff> {
    let other: Other =
        input::json(path, Code::OtherPlan, "a plan", SCHEMA..=SCHEMA, sources)?.value;
    if other.driver != plan.driver {
        let title = format!("cannot compare with `{}`", path.display());
        let help = "name the `plan.json` of another split of this driver";
        let why = format!(
            "it is the plan of `{}`, this is `{}`",
            other.driver, plan.driver
        );
        return Err(Diagnostic::new(Code::OtherPlan, title, help)
            .note(why)
            .into());
    }
    if other.source != plan.source {
        let title = format!(
            "`{}` is a plan for another version of the source",
            path.display()
        );
        let help = "split this version as the other plan was made, and compare with that";
        let stale = Diagnostic::new(Code::PlanStale, title, help);
        let named = other.functions.iter().map(|entry| entry.name.clone());
        let own = plan.functions.iter().map(|entry| entry.name.clone());
        let theirs = (other.source.as_str(), &named.collect());
        let ours = (plan.source.as_str(), &own.collect());
        return Err(given::changed(stale, theirs, ours).into());
    }
    Ok(Diff {
        against: path.display().to_string(),
        changes: changes(plan, other.functions),
    })
}

fn changes(plan: &Plan, other: Vec<OtherEntry>) -> Vec<Change> {
    let mut gone: BTreeMap<String, OtherEntry> = other
        .into_iter()
        .map(|entry| (entry.name.clone(), entry))
        .collect();
    let mut changes = Vec::new();
    for entry in &plan.functions {
        let from = gone.remove(&entry.name).map(|old| old.placement);
        if from != Some(entry.placement) {
            changes.push(Change {
                name: entry.name.clone(),
                from,
                to: Some(entry.placement),
                lines: entry.lines,
                reason: entry.reason.clone(),
            });
        }
    }
    changes.extend(gone.into_values().map(|old| Change {
        name: old.name,
        from: Some(old.placement),
        to: None,
        lines: old.lines,
        reason: old.reason,
    }));
    changes.sort_by(|a, b| a.name.cmp(&b.name));
    changes
}
