//! The call graph of published crates, against what the compiler sees.

use std::time::Instant;

use anyhow::Result;
use rig::cancel;

use super::Outcome;
use crate::{Context, corpus};

/// How this group is called in filters.
pub(super) const NAME: &str = "corpus";

/// Compares every crate of `tests/corpus`; one that fails does not stop the others, an interrupt does.
pub(super) fn run(context: &Context) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for subject in corpus::published(context)? {
        let started = Instant::now();
        let compared = corpus::compare(context, &subject);
        cancel::check()?;
        outcomes.push(Outcome {
            name: format!("{NAME}/{}", subject.name()),
            what: "the call graph has every call that the compiler sees".to_owned(),
            failure: match compared {
                Ok(row) => row.failure(),
                Err(error) => Some(format!("{error:#}")),
            },
            seconds: started.elapsed().as_secs_f64(),
        });
    }
    Ok(outcomes)
}
