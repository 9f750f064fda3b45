//! Why a line is not run by the tests: a table in the documentation.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

/// Where uncovered lines are explained.
pub(super) const TABLE: &str = "docs/coverage.md";

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reason {
    file: String,
    code: String,
    reason: String,
}

/// Reads the table: rows of three columns under a heading that starts with `file`.
pub(super) fn read(root: &Path) -> Result<Vec<Reason>> {
    let text =
        std::fs::read_to_string(root.join(TABLE)).with_context(|| format!("read {TABLE}"))?;
    parse(&text).with_context(|| format!("table in {TABLE}"))
}

fn parse(text: &str) -> Result<Vec<Reason>> {
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| line.starts_with('|')) {
        // Code may have a bar in it, as `\|`.
        let line = line.trim().trim_matches('|').replace("\\|", "\0");
        let cells: Vec<String> = line
            .split('|')
            .map(|cell| cell.trim().trim_matches('`').replace('\0', "|"))
            .collect();
        ensure!(cells.len() == 3, "{} columns in {line:?}", cells.len());
        let [file, code, reason] = <[String; 3]>::try_from(cells).expect("three");
        if file == "file" || file.starts_with("---") {
            continue;
        }
        ensure!(!reason.is_empty(), "no reason for {code:?} in {file}");
        rows.push(Reason { file, code, reason });
    }
    Ok(rows)
}

/// The reason for a line with this code, which may be indented.
pub(super) fn find<'a>(reasons: &'a [Reason], file: &str, code: &str) -> Option<&'a str> {
    reasons
        .iter()
        .find(|row| file.ends_with(&row.file) && row.code == code.trim())
        .map(|row| row.reason.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_found() {
        let table = "| file | code | reason |\n|---|---|---|\n| a.rs | `x \\| y` | because |\n";
        let rows = parse(table).unwrap();
        assert_eq!(
            find(&rows, "drivers/d/src/a.rs", "    x | y"),
            Some("because")
        );
        assert_eq!(find(&rows, "drivers/d/src/a.rs", "x"), None);
        assert!(parse("| a.rs | `x` |  |\n").is_err());
    }
}
