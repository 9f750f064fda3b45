//! The bench, held against the figures that were committed.

use std::time::Instant;

use anyhow::Result;
use rig::cancel;

use super::Outcome;
use crate::{Context, bench};

/// How it is called in filters.
pub(super) const NAME: &str = "bench";

/// Runs the bench.
pub(super) fn run(context: &Context) -> Result<Outcome> {
    let started = Instant::now();
    let guarded = bench::guard(context);
    cancel::check()?;
    Ok(Outcome {
        name: NAME.to_owned(),
        what: "two boots take the same, and no more than tests/bench/baseline.json; on two processors, polling works".to_owned(),
        failure: guarded.err().map(|error| format!("{error:#}")),
        seconds: started.elapsed().as_secs_f64(),
    })
}
