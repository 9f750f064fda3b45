//! The table: feature, in-tree, unsplit, split, test. A verdict a row.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::compare::Found;
use super::features::{Evidence, Feature, means};
use super::host::{self, Tests};
use super::machines::Run;
use super::registers;
use crate::results::{Results, Verdict};
use crate::variant::Variant;

/// A row, judged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Row {
    feature: Feature,
    /// For each driver what is to be said.
    cells: BTreeMap<Variant, String>,
    /// What does not hold.
    wrong: Vec<String>,
}

impl Row {
    /// Does it hold? Where ours does not have all of the feature, it is missing at best.
    pub(crate) fn verdict(&self) -> Verdict {
        let nothing_wrong = self.wrong.is_empty();
        let missing = self.feature.missing.is_some();
        Verdict {
            id: self.feature.id.clone(),
            what: self.feature.what.clone(),
            value: json!(self.wrong),
            limit: json!([]),
            ok: nothing_wrong && !missing,
            missing: nothing_wrong && missing,
        }
    }
}

/// All rows. Without tests of the host (`--no-host`) those are not judged.
pub(crate) fn rows(
    features: &[Feature],
    runs: &[Run],
    differences: &[Found],
    tests: Option<&Tests>,
) -> Vec<Row> {
    let judged = features
        .iter()
        .map(|feature| judge(feature, runs, differences, tests));
    judged.collect()
}

fn judge(feature: &Feature, runs: &[Run], differences: &[Found], tests: Option<&Tests>) -> Row {
    let mut wrong = Vec::new();
    let mut on_host = BTreeMap::new();
    if let Some(tests) = tests {
        for (variant, name) in Variant::ALL
            .into_iter()
            .filter(|variant| *variant != Variant::InTree)
            .flat_map(|variant| feature.host.names().iter().map(move |name| (variant, name)))
        {
            *on_host.entry(variant).or_insert(0) += 1;
            match host::of(tests, name, variant) {
                Some(true) => {}
                Some(false) => wrong.push(format!("{variant}: test {name} fails")),
                None => wrong.push(format!("{variant}: test {name} is missing")),
            }
        }
    }
    let mut cells = BTreeMap::new();
    for variant in Variant::ALL {
        let mut done = 0;
        for name in feature.machine.names() {
            for run in runs.iter().filter(|run| run.variant == variant) {
                let of_name = |step: &&Value| {
                    let text = |key: &str| step[key].as_str().unwrap_or_default();
                    means(name, text("group"), text("command"))
                };
                let steps = run.steps.iter().filter(of_name).count();
                if steps == 0 {
                    wrong.push(format!("no {name} on {}, {variant}", run.kernel));
                }
                done += steps;
            }
        }
        let of_feature = |found: &&Found| {
            let names = feature.machine.names().iter();
            let mut names = names.map(|name| means(name, &found.group, &found.difference.command));
            names.any(|means| means)
        };
        let of_row: Vec<&Found> = differences
            .iter()
            .filter(|found| found.difference.variant == variant)
            .filter(of_feature)
            .collect();
        let bad: Vec<_> = of_row
            .iter()
            .filter(|found| found.difference.reason.is_none())
            .collect();
        for found in &bad {
            let d = &found.difference;
            wrong.push(format!(
                "{variant}, {}: {}: {}: {} in-tree, {} here",
                found.kernel, d.command, d.field, d.in_tree, d.ours
            ));
        }
        cells.insert(
            variant,
            cell(
                feature,
                variant,
                done,
                &of_row,
                bad.len(),
                on_host.get(&variant).copied(),
            ),
        );
    }
    Row {
        feature: feature.clone(),
        cells,
        wrong,
    }
}

fn cell(
    feature: &Feature,
    variant: Variant,
    done: usize,
    differences: &[&Found],
    bad: usize,
    on_host: Option<usize>,
) -> String {
    if variant == Variant::InTree {
        return match &feature.machine {
            Evidence::None(reason) => format!("– {reason}"),
            Evidence::By(_) => format!("{done} operations"),
        };
    }
    let explained = {
        let rows: BTreeSet<_> = differences
            .iter()
            .map(|found| &found.difference.reason)
            .collect();
        rows.into_iter().flatten().count()
    };
    let machine = match (&feature.machine, bad, explained) {
        (Evidence::None(_), ..) => String::new(),
        _ if done == 0 => "not run".to_owned(),
        (_, 0, 0) => format!("{done} the same"),
        (_, 0, explained) => format!("{done} the same but for {explained} explained"),
        (_, bad, _) => format!("{bad} DIFFER"),
    };
    let host = match on_host {
        None => String::new(),
        Some(1) => "1 test".to_owned(),
        Some(tests) => format!("{tests} tests"),
    };
    let missing = feature.missing.as_ref().map(|_| "MISSING".to_owned());
    let parts = [missing.unwrap_or_default(), machine, host];
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    said.join("; ")
}

/// What is promised of all operations together.
pub(crate) fn overall(features: &[Feature], runs: &[Run], differences: &[Found]) -> Vec<Verdict> {
    let known: BTreeSet<&str> = features
        .iter()
        .flat_map(|row| row.machine.names())
        .map(|name| {
            name.split_once('/')
                .map_or(name.as_str(), |(group, _)| group)
        })
        .collect();
    let groups: BTreeSet<&str> = runs
        .iter()
        .flat_map(|run| &run.steps)
        .filter_map(|step| step["group"].as_str())
        .collect();
    let homeless: Vec<&&str> = groups
        .iter()
        .filter(|group| !known.contains(**group))
        .collect();
    let ours = || runs.iter().filter(|run| run.variant != Variant::InTree);
    let faults: Vec<&String> = ours().flat_map(|run| &run.faults).collect();
    let forbidden: BTreeSet<String> = ours().flat_map(registers::forbidden).collect();
    let least = runs.iter().map(|run| run.steps.len()).min().unwrap_or(0);
    let traced = ours().all(|run| run.written.len() > 1);
    let unexplained = differences
        .iter()
        .filter(|found| found.difference.reason.is_none())
        .count();
    let list = |id: &str, what: &str, value: Value| Verdict {
        id: id.to_owned(),
        what: what.to_owned(),
        ok: value == json!([]),
        missing: false,
        value,
        limit: json!([]),
    };
    vec![
        Verdict::at_least(
            "all.operations",
            "operations done on each driver and kernel",
            Some(least as f64),
            60.0,
        ),
        Verdict::at_most(
            "all.same",
            "differences from the in-tree driver that are not explained",
            Some(unexplained as u64),
            0,
        ),
        list(
            "all.listed",
            "groups of operations that are in no row",
            json!(homeless),
        ),
        list(
            "all.kernel-log",
            "faults in the kernel's log with our drivers",
            json!(faults),
        ),
        Verdict {
            ok: traced && forbidden.is_empty(),
            ..list(
                "all.registers",
                "writes to the chip that its data sheet forbids, by our drivers",
                json!(forbidden),
            )
        },
    ]
}

/// Prints the table, and after it what does not hold.
pub(crate) fn print(results: &Results) -> Result<()> {
    let rows: Vec<Row> = serde_json::from_value(results.data["rows"].clone())?;
    let head = ["feature", "in-tree", "unsplit", "split", "test"].map(str::to_owned);
    let mut lines = vec![head];
    for row in &rows {
        let cell = |variant| row.cells.get(&variant).cloned().unwrap_or_default();
        let tests =
            [&row.feature.machine, &row.feature.host].map(|evidence| evidence.names().join(" "));
        lines.push([
            row.feature.id.clone(),
            cell(Variant::InTree),
            cell(Variant::Unsplit),
            cell(Variant::Split),
            tests.join(" ").trim().to_owned(),
        ]);
    }
    let mut widths = [0; 5];
    for line in &lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    for line in &lines {
        let [a, b, c, d, e] = line;
        let [wa, wb, wc, wd, _] = widths;
        println!("{a:wa$}  {b:wb$}  {c:wc$}  {d:wd$}  {e}");
    }
    println!();
    for row in &rows {
        if let Some(missing) = &row.feature.missing {
            println!("MISSING  {}  {missing}", row.feature.id);
        }
    }
    for verdict in results.verdicts.iter().filter(|verdict| verdict.fails()) {
        println!("FAILS  {}  {}", verdict.id, verdict.what);
        match &verdict.value {
            Value::Array(wrong) => {
                for what in wrong.iter().filter_map(Value::as_str) {
                    println!("         {what}");
                }
            }
            value => println!("         {value} (limit {})", verdict.limit),
        }
    }
    let count = |state: fn(&Verdict) -> bool| {
        let verdicts = results.verdicts.iter();
        verdicts.filter(|verdict| state(verdict)).count()
    };
    println!(
        "{} hold, {} missing, {} fail",
        count(|verdict| verdict.ok),
        count(|verdict| verdict.missing),
        count(Verdict::fails)
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(what: &str, wrong: &[&str]) -> Verdict {
        let text = format!("| `a` | {what} | – no machine | `file::test` |");
        let row = Row {
            feature: super::super::features::parse(&text).unwrap().remove(0),
            cells: BTreeMap::new(),
            wrong: wrong.iter().map(|&what| what.to_owned()).collect(),
        };
        row.verdict()
    }

    #[test]
    fn a_row_holds_or_is_missing_or_fails() {
        let states = |verdict: Verdict| [verdict.ok, verdict.missing, verdict.fails()];
        assert_eq!(states(row("a", &[])), [true, false, false]);
        assert_eq!(states(row("a; MISSING: b", &[])), [false, true, false]);
        // What is missing is no excuse for what is wrong.
        assert_eq!(states(row("a; MISSING: b", &["c"])), [false, false, true]);
        assert_eq!(states(row("a", &["c"])), [false, false, true]);
    }
}
