//! Why a line is not run by the tests: a table in the documentation.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

/// Where uncovered lines are explained.
pub(super) const TABLE: &str = "docs/coverage.md";

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reason {
    file: String,
    function: String,
    code: String,
    reason: String,
}

/// Reads the table: rows of four columns under a heading that starts with `file`.
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
        ensure!(cells.len() == 4, "{} columns in {line:?}", cells.len());
        let [file, function, code, reason] = <[String; 4]>::try_from(cells).expect("four");
        if file == "file" || file.starts_with("---") {
            continue;
        }
        ensure!(!reason.is_empty(), "no reason for {code:?} in {file}");
        ensure!(!function.is_empty(), "no function for {code:?} in {file}");
        rows.push(Reason {
            file,
            function,
            code,
            reason,
        });
    }
    Ok(rows)
}

/// The reason for a line of a function with this code, which may be indented.
pub(super) fn find<'a>(
    reasons: &'a [Reason],
    file: &str,
    function: &str,
    code: &str,
) -> Option<&'a str> {
    reasons
        .iter()
        .filter(|row| file.ends_with(&row.file) && row.function == function)
        .find(|row| row.code == code.trim())
        .map(|row| row.reason.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_and_found() {
        let table = "| file | function | code | reason |\n|---|---|---|---|\n\
                     | a.rs | `f` | `x \\| y` | because |\n";
        let rows = parse(table).unwrap();
        let reason = |function, code| find(&rows, "drivers/d/src/a.rs", function, code);
        assert_eq!(reason("f", "    x | y"), Some("because"));
        assert_eq!(reason("f", "x"), None);
        assert_eq!(reason("g", "x | y"), None);
        assert!(parse("| a.rs | `f` | `x` |  |\n").is_err());
        assert!(parse("| a.rs |  | `x` | because |\n").is_err());
        assert!(parse("| a.rs | `x` | because |\n").is_err());
    }
}
