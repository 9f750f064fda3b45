//! What the job promises.

use super::measure::Measured;
use super::prediction::Predicted;
use crate::results::Verdict;

pub(super) fn all(_: &Measured, _: &Predicted) -> Vec<Verdict> {
    Vec::new()
}
