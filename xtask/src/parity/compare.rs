//! Ours against the in-tree driver, operation by operation: what each said and returned, and what the
//! kernel and the chip showed after it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::machines::Run;
use crate::differences::{self, Difference, Explanation};
use crate::variant::Variant;

/// A difference, and where it was.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Found {
    pub(crate) kernel: String,
    pub(crate) group: String,
    #[serde(flatten)]
    pub(crate) difference: Difference,
}

/// All differences of ours from the in-tree driver of the same kernel, explained or not.
pub(crate) fn differences(runs: &[Run], table: &[Explanation]) -> Vec<Found> {
    let mut found = Vec::new();
    for ours in runs.iter().filter(|run| run.variant != Variant::InTree) {
        let reference = runs
            .iter()
            .find(|run| run.variant == Variant::InTree && run.kernel == ours.kernel);
        if let Some(reference) = reference {
            between(reference, ours, table, &mut found);
        }
    }
    found
}

fn between(reference: &Run, ours: &Run, table: &[Explanation], all: &mut Vec<Found>) {
    let mut next = ours.steps.iter().peekable();
    let mut shown = BTreeMap::new();
    for expected in &reference.steps {
        let same = |found: &&Value| {
            found["group"] == expected["group"] && found["command"] == expected["command"]
        };
        let mut differences = Vec::new();
        // An operation that failed on one driver may have left out what follows from it.
        let rest = &ours.steps[ours.steps.len() - next.len()..];
        let skipped = rest.iter().position(|step| same(&step));
        match skipped {
            Some(skipped) => {
                for extra in next.by_ref().take(skipped) {
                    differences.push(alone(ours.variant, extra, false));
                }
                if let Some(found) = next.next() {
                    differences::compare(ours.variant, expected, found, &mut differences);
                    views(ours.variant, expected, found, &mut shown, &mut differences);
                }
            }
            None => differences.push(alone(ours.variant, expected, true)),
        }
        differences::explain(&mut differences, table);
        all.extend(differences.into_iter().map(|difference| Found {
            kernel: ours.kernel.clone(),
            group: expected["group"].as_str().unwrap_or_default().to_owned(),
            difference,
        }));
    }
}

/// An operation that only one of them did.
fn alone(variant: Variant, step: &Value, in_tree: bool) -> Difference {
    let text = |there: bool| if there { "done" } else { "not done" }.to_owned();
    Difference {
        variant,
        command: step["command"].as_str().unwrap_or_default().to_owned(),
        field: "operation".to_owned(),
        in_tree: text(in_tree),
        ours: text(!in_tree),
        reason: None,
    }
}

/// What was shown afterwards. What differed alike after the operation before is told there.
fn views(
    variant: Variant,
    expected: &Value,
    found: &Value,
    shown: &mut BTreeMap<String, (String, String)>,
    differences: &mut Vec<Difference>,
) {
    let command = expected["command"].as_str().unwrap_or_default();
    let mut now = BTreeMap::new();
    let (Some(left), Some(right)) = (expected["view"].as_object(), found["view"].as_object())
    else {
        return;
    };
    let text = |value: Option<&Value>| {
        value
            .and_then(Value::as_str)
            .unwrap_or("nothing")
            .to_owned()
    };
    for field in left.keys().chain(right.keys()) {
        let pair = (text(left.get(field)), text(right.get(field)));
        if pair.0 == pair.1 || now.contains_key(field) {
            continue;
        }
        let seen = shown.get(field);
        if seen != Some(&pair)
            && seen.is_none_or(|seen| apart(seen).is_none() || apart(seen) != apart(&pair))
        {
            differences.push(Difference {
                variant,
                command: format!("after {command}"),
                field: field.clone(),
                in_tree: pair.0.clone(),
                ours: pair.1.clone(),
                reason: None,
            });
        }
        now.insert(field.clone(), pair);
    }
    *shown = now;
}

/// How far two counters are apart. Both go on counting, so this is what differs. Not of numbers alone:
/// of a text it is nothing that can be compared.
fn apart((left, right): &(String, String)) -> Option<i128> {
    Some(left.parse::<i128>().ok()? - right.parse::<i128>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run(variant: Variant, steps: Vec<Value>) -> Run {
        Run {
            variant,
            kernel: "6.12".to_owned(),
            steps,
            faults: Vec::new(),
            written: Vec::new(),
            seconds: 0.0,
        }
    }

    fn step(command: &str, code: &str, mtu: &str) -> Value {
        json!({"group": "g", "command": command, "code": code, "view": {"mtu": mtu}})
    }

    fn told(reference: Vec<Value>, ours: Vec<Value>) -> Vec<String> {
        let runs = [run(Variant::InTree, reference), run(Variant::Split, ours)];
        let found = differences(&runs, &[]).into_iter();
        let told = found.map(|f| f.difference);
        told.map(|d| format!("{}: {}: {} / {}", d.command, d.field, d.in_tree, d.ours))
            .collect()
    }

    #[test]
    fn what_is_shown_is_told_where_it_begins_to_differ() {
        let reference = vec![
            step("a", "ok", "1"),
            step("b", "ok", "1"),
            step("c", "ok", "1"),
        ];
        let ours = vec![
            step("a", "ok", "1"),
            step("b", "EINVAL", "2"),
            step("c", "ok", "2"),
        ];
        let found = told(reference, ours);
        assert_eq!(
            found,
            ["b: status: \"ok\" / \"EINVAL\"", "after b: mtu: 1 / 2"]
        );
    }

    #[test]
    fn what_only_one_did_is_told() {
        let reference = vec![step("a", "ok", "1"), step("c", "ok", "1")];
        let ours = vec![
            step("a", "ok", "1"),
            step("b", "ok", "1"),
            step("c", "ok", "1"),
        ];
        assert_eq!(
            told(reference.clone(), ours.clone()),
            ["b: operation: not done / done"]
        );
        assert_eq!(told(ours, reference), ["b: operation: done / not done"]);
    }
}
