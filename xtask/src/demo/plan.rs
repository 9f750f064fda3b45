//! What the partitioner decided, as far as the demo shows it.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::variant::Variant;
use crate::{Context, build};

#[derive(Debug, Deserialize)]
struct File {
    functions: Vec<Function>,
}

#[derive(Debug, Deserialize)]
struct Function {
    placement: Placement,
    lines: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Placement {
    Kernel,
    User,
    Both,
    /// Not called by anything: part of neither half.
    Nowhere,
}

/// Sums over the functions of the split driver.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Plan {
    functions: [u64; 3],
    lines: [u64; 3],
}

/// Reads the plan of the split driver, if it is among the variants.
pub(crate) fn read(context: &Context, variants: &[Variant]) -> Result<Option<Plan>> {
    if !variants.contains(&Variant::Split) {
        return Ok(None);
    }
    of(&build::emitted(context, Variant::Split)).map(Some)
}

/// Reads the plan beside emitted crates.
pub(crate) fn of(emitted: &Path) -> Result<Plan> {
    let path = emitted.join("plan.json");
    let text = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    let file: File =
        serde_json::from_slice(&text).with_context(|| format!("read {}", path.display()))?;
    Ok(sum(&file))
}

fn sum(file: &File) -> Plan {
    let of = |placement: Placement, value: fn(&Function) -> u64| {
        let placed = file.functions.iter().filter(|f| f.placement == placement);
        placed.map(value).sum()
    };
    let places = [Placement::Kernel, Placement::User, Placement::Both];
    Plan {
        functions: places.map(|place| of(place, |_| 1)),
        lines: places.map(|place| of(place, |function| function.lines)),
    }
}

impl Plan {
    /// The share of the functions that run in the user half only.
    pub(crate) fn user_share(&self) -> f64 {
        let total: u64 = self.functions.iter().sum();
        self.functions[1] as f64 / total.max(1) as f64
    }

    /// The share of the lines of functions that are in the user half only.
    pub(crate) fn user_lines(&self) -> f64 {
        let total: u64 = self.lines.iter().sum();
        self.lines[1] as f64 / total.max(1) as f64
    }

    /// Rows: name, unsplit, split.
    pub(crate) fn figures(&self) -> Vec<(&'static str, Option<u64>, u64)> {
        let total = |counts: [u64; 3]| Some(counts.iter().sum());
        vec![
            (
                "functions: kernel half",
                total(self.functions),
                self.functions[0],
            ),
            ("functions: user half", None, self.functions[1]),
            ("functions: both halves", None, self.functions[2]),
            ("lines: kernel half", total(self.lines), self.lines[0]),
            ("lines: user half", None, self.lines[1]),
            ("lines: both halves", None, self.lines[2]),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_share() {
        let file: File = serde_json::from_str(
            r#"{"functions": [
                {"name": "a", "placement": "kernel", "lines": 10, "reason": "root"},
                {"name": "b", "placement": "user", "lines": 20},
                {"name": "c", "placement": "user", "lines": 5},
                {"name": "d", "placement": "both", "lines": 1}]}"#,
        )
        .unwrap();
        let plan = sum(&file);
        assert_eq!(plan.functions, [1, 2, 1]);
        assert_eq!(plan.lines, [10, 25, 1]);
        assert!((plan.user_share() - 0.5).abs() < f64::EPSILON);
        assert!((plan.user_lines() - 25.0 / 36.0).abs() < f64::EPSILON);
    }
}
