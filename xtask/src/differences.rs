//! What a user sees: the words and statuses of the real tools, ours against the in-tree driver's.
//!
//! Each difference has to be explained in a table of the documentation, or not to be there.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::variant::Variant;

/// Where differences are explained.
const TABLE: &str = "docs/differences.md";

/// Stands for any text in the table.
const ANY: &str = "*";

/// A row of the table.
#[derive(Debug)]
pub(crate) struct Explanation {
    command: String,
    field: String,
    in_tree: String,
    ours: String,
    reason: String,
}

/// A difference between a driver of ours and the in-tree one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Difference {
    pub(crate) variant: Variant,
    pub(crate) command: String,
    /// The label of the line, or `status`.
    pub(crate) field: String,
    pub(crate) in_tree: String,
    pub(crate) ours: String,
    /// From the table, if it is there.
    pub(crate) reason: Option<String>,
}

/// Reads the table: rows of five columns under a heading that starts with `command`. Without the
/// file nothing is explained.
pub(crate) fn explanations(root: &Path) -> Result<Vec<Explanation>> {
    let path = root.join(TABLE);
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("read {TABLE}"))?;
    parse_table(&text).with_context(|| format!("table in {TABLE}"))
}

fn parse_table(text: &str) -> Result<Vec<Explanation>> {
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| line.starts_with('|')) {
        let cells: Vec<String> = line
            .trim()
            .trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect();
        if cells[0] == "command" || cells[0].starts_with("--") {
            continue;
        }
        ensure!(cells.len() == 5, "not five columns: {line}");
        let [command, field, in_tree, ours, reason] =
            <[String; 5]>::try_from(cells).unwrap_or_default();
        ensure!(!reason.is_empty(), "no reason: {line}");
        rows.push(Explanation {
            command,
            field,
            in_tree,
            ours,
            reason,
        });
    }
    Ok(rows)
}

impl Explanation {
    fn explains(&self, difference: &Difference) -> bool {
        let fits = |pattern: &str, text: &str| pattern == ANY || pattern == text;
        // Without its operands a command stands for all its uses.
        let command = difference.command.starts_with(&self.command) || self.command == ANY;
        command
            && fits(&self.field, &difference.field)
            && fits(&self.in_tree, &difference.in_tree)
            && fits(&self.ours, &difference.ours)
    }
}

/// Finds the reasons of differences in the table.
pub(crate) fn explain(differences: &mut [Difference], table: &[Explanation]) {
    for difference in differences {
        let row = table.iter().find(|row| row.explains(difference));
        difference.reason = row.map(|row| row.reason.clone());
    }
}

/// What two drivers said and returned for the same command; what is among `differences` already is not
/// added again.
pub(crate) fn compare(
    variant: Variant,
    expected: &Value,
    found: &Value,
    differences: &mut Vec<Difference>,
) {
    let command = expected["command"].as_str().unwrap_or_default();
    let mut differ = |field: &str, in_tree: String, ours: String| {
        let difference = Difference {
            variant,
            command: command.to_owned(),
            field: field.to_owned(),
            in_tree,
            ours,
            reason: None,
        };
        // The same command is run in several states, and differs alike in each.
        if !differences.contains(&difference) {
            differences.push(difference);
        }
    };
    if expected["code"] != found["code"] {
        let text = |value: &Value| value["code"].to_string();
        differ("status", text(expected), text(found));
    }
    for stream in ["stdout", "stderr"] {
        let lines = |value: &Value| -> Vec<(String, String)> {
            let text = value[stream].as_str().unwrap_or_default();
            text.lines().map(label_and_value).collect()
        };
        let (expected, mut found) = (lines(expected), lines(found));
        let mut missing = Vec::new();
        for line in expected {
            match found.iter().position(|other| *other == line) {
                Some(same) => drop(found.remove(same)),
                None => missing.push(line),
            }
        }
        for (label, value) in missing {
            let other = found.iter().position(|(other, _)| *other == label);
            let other = other.map(|index| found.remove(index).1);
            differ(&label, value, other.unwrap_or_default());
        }
        for (label, value) in found {
            differ(&label, String::new(), value);
        }
    }
}

/// `label: value`; a line without a colon is all label.
fn label_and_value(line: &str) -> (String, String) {
    let (label, value) = line.split_once(':').unwrap_or((line, ""));
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    (words(label), words(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn differences_of(expected: &Value, found: &Value) -> Vec<Difference> {
        let mut differences = Vec::new();
        compare(Variant::Split, expected, found, &mut differences);
        differences
    }

    #[test]
    fn lines_are_compared_by_label() {
        let expected = json!({"command": "ethtool -i eth0", "code": 0,
            "stdout": "driver: a\nversion: 1\nbus: x\n", "stderr": ""});
        let found = json!({"command": "ethtool -i eth0", "code": 1,
            "stdout": "driver: a\nversion: 2\nbus: x\nmore\n", "stderr": ""});
        let fields: Vec<String> = differences_of(&expected, &found)
            .into_iter()
            .map(|d| format!("{}: {} / {}", d.field, d.in_tree, d.ours))
            .collect();
        assert_eq!(fields, ["status: 0 / 1", "version: 1 / 2", "more:  / "]);
        assert!(differences_of(&expected, &expected).is_empty());
    }

    #[test]
    fn the_table_explains() {
        let table = "text\n\n| command | field | in-tree | ours | reason |\n|---|---|---|---|---|\n\
                     | `ethtool -i` | version | * | `2` | ours has its own |\n";
        let rows = parse_table(table).unwrap();
        let mut difference = Difference {
            variant: Variant::Split,
            command: "ethtool -i eth0".to_owned(),
            field: "version".to_owned(),
            in_tree: "1".to_owned(),
            ours: "2".to_owned(),
            reason: None,
        };
        assert!(rows[0].explains(&difference));
        difference.ours = "3".to_owned();
        assert!(!rows[0].explains(&difference));
        assert!(parse_table("| a | b | c |\n").is_err());
    }
}
