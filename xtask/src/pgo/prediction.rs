//! What was predicted, beside what was counted.

use std::collections::BTreeMap;

use anyhow::Result;

use super::measure::Measured;
use super::plans::Plan;
use super::record::Recorded;

/// TODO
pub(crate) type Predicted = BTreeMap<String, BTreeMap<String, u64>>;

pub(super) fn all(_: &[Plan], _: &[Recorded], _: &Measured) -> Result<Predicted> {
    Ok(Predicted::new())
}
