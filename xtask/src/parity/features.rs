//! The rows of `docs/parity.md`.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

/// Where they are.
const TABLE: &str = "docs/parity.md";

/// A feature, and what shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Feature {
    /// Its stable name.
    pub(crate) id: String,
    pub(crate) what: String,
    /// What of it ours does not have.
    pub(crate) missing: Option<String>,
    /// Groups of operations in the machine, or, after a slash, those with this in their command.
    pub(crate) machine: Evidence,
    /// Tests of the host, `file::test`.
    pub(crate) host: Evidence,
}

/// What shows a feature, or why nothing does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Evidence {
    /// By name.
    By(Vec<String>),
    /// Nothing, for this reason.
    None(String),
}

impl Evidence {
    /// A cell: names between backticks, or a dash and the reason.
    fn parse(cell: &str) -> Result<Self> {
        if let Some(reason) = cell.strip_prefix('–').or_else(|| cell.strip_prefix("- ")) {
            let reason = reason.trim();
            ensure!(!reason.is_empty(), "an empty cell without a reason");
            return Ok(Self::None(reason.to_owned()));
        }
        let names: Vec<String> = cell
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect();
        ensure!(!names.is_empty(), "an empty cell without a reason");
        Ok(Self::By(names))
    }

    /// The names; none where there is a reason instead.
    pub(crate) fn names(&self) -> &[String] {
        match self {
            Self::By(names) => names,
            Self::None(_) => &[],
        }
    }
}

/// What of a feature is said to be missing: all behind `MISSING:`.
fn missing(what: &str) -> Result<Option<String>> {
    let Some((_, missing)) = what.split_once("MISSING") else {
        return Ok(None);
    };
    let said = missing.strip_prefix(':').map_or("", str::trim);
    ensure!(!said.is_empty(), "it does not say what is missing");
    Ok(Some(said.to_owned()))
}

/// Does a name of the machine's column mean this operation?
pub(crate) fn means(name: &str, group: &str, command: &str) -> bool {
    match name.split_once('/') {
        None => name == group,
        Some((whole, part)) => whole == group && command.contains(part),
    }
}

/// Reads the rows.
///
/// # Errors
/// There is no table, a row does not have four columns, two have the same id, a cell is empty and gives
/// no reason, or nothing at all shows a feature.
pub(crate) fn read(root: &Path) -> Result<Vec<Feature>> {
    let text =
        std::fs::read_to_string(root.join(TABLE)).with_context(|| format!("read {TABLE}"))?;
    let rows = parse(&text).with_context(|| format!("table in {TABLE}"))?;
    ensure!(!rows.is_empty(), "no table in {TABLE}");
    Ok(rows)
}

pub(super) fn parse(text: &str) -> Result<Vec<Feature>> {
    let mut rows = Vec::new();
    let mut ids = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with('|')) {
        let line = line.trim();
        let inner = line
            .strip_prefix('|')
            .and_then(|line| line.strip_suffix('|'));
        let inner = inner.with_context(|| format!("not a row: {line}"))?;
        let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
        if cells[0] == "id" || cells[0].starts_with("--") {
            continue;
        }
        let [id, what, machine, host] = cells[..] else {
            anyhow::bail!("not four columns: {line}");
        };
        let id = id.trim_matches('`');
        let row = Feature {
            id: id.to_owned(),
            what: what.to_owned(),
            missing: missing(what).with_context(|| format!("{id}, feature"))?,
            machine: Evidence::parse(machine).with_context(|| format!("{id}, machine"))?,
            host: Evidence::parse(host).with_context(|| format!("{id}, host"))?,
        };
        let shown = !row.machine.names().is_empty() || !row.host.names().is_empty();
        ensure!(shown, "nothing shows {id}");
        ensure!(ids.insert(id.to_owned()), "{id} is there twice");
        rows.push(row);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read() {
        let text = "| id | feature | machine | host |\n|---|---|---|---|\n\
                    | `rings` | ring sizes | `rings`, `while-down` | – QEMU shows it |\n";
        let rows = parse(text).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].machine.names(), ["rings", "while-down"]);
        assert_eq!(rows[0].host, Evidence::None("QEMU shows it".to_owned()));
    }

    #[test]
    fn what_is_missing_is_said() {
        let missing = |what: &str| {
            let row = format!("| `a` | {what} | `b` | `c` |");
            parse(&row).map(|rows| rows[0].missing.clone())
        };
        assert_eq!(missing("all there").unwrap(), None);
        assert_eq!(
            missing("half; MISSING: the rest").unwrap().as_deref(),
            Some("the rest")
        );
        assert!(missing("half; MISSING").is_err());
        assert!(missing("half; MISSING: ").is_err());
    }

    #[test]
    fn a_name_means_a_group_or_a_part_of_it() {
        assert!(means("rings", "rings", "ethtool -g @"));
        assert!(means(
            "while-down/ethtool -g",
            "while-down",
            "after ethtool -g @"
        ));
        assert!(!means(
            "while-down/ethtool -g",
            "while-down",
            "ethtool -i @"
        ));
        assert!(!means("rings/ethtool", "while-down", "ethtool -g @"));
    }

    #[test]
    fn a_cell_without_a_reason_is_an_error() {
        for row in [
            "| `a` | b |  | `c` |",
            "| `a` | b | – | `c` |",
            "| `a` | b | c | `d` |",
            "| `a` | b | – no | – no |",
            "| `a` | b | `c` |",
            "| `a` | b | `c` | `d` |\n| `a` | b | `c` | `d` |",
        ] {
            assert!(parse(row).is_err(), "{row}");
        }
    }
}
