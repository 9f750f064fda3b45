//! What the control commands say, ours against the in-tree driver's.

use serde_json::Value;

use super::measure::Measured;
use crate::differences::{Difference, Explanation, compare, explain};
use crate::variant::Variant;

/// All differences of all drivers that were measured, explained or not. None if there is nothing
/// to compare.
pub(crate) fn all(measured: &[Measured], table: &[Explanation]) -> Vec<Difference> {
    let Some(reference) = measured.iter().find(|of| of.variant == Variant::InTree) else {
        return Vec::new();
    };
    let mut differences = Vec::new();
    for of in measured.iter().filter(|of| of.variant != Variant::InTree) {
        let expected = reference.counts[0].events("control");
        let found: Vec<&Value> = of.counts[0].events("control").collect();
        for (step, expected) in expected.enumerate() {
            let found = found.get(step).copied().unwrap_or(&Value::Null);
            compare(of.variant, expected, found, &mut differences);
        }
    }
    explain(&mut differences, table);
    differences
}
