//! The plans that are compared: the driver in one piece, the plan that knows no workload, and one for each
//! recording.

use std::ffi::OsString;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::record::Recorded;
use crate::Context;

/// The plan without a user half, against which overhead is measured.
pub(crate) const UNSPLIT: &str = "unsplit";
/// The plan without a profile.
pub(crate) const DEFAULT: &str = "default";

/// What a line in the kernel is worth to the plans of the recordings, in instructions per second: little,
/// as they are for those who would rather have the speed.
const LAMBDA: &str = "1000";

/// A plan to build and measure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) name: String,
    /// The recording that it is made for.
    pub(crate) profile: Option<PathBuf>,
}

impl Plan {
    /// Its file.
    pub(super) fn file(&self, context: &Context) -> PathBuf {
        context
            .layout
            .target("pgo")
            .join(&self.name)
            .join("plan.json")
    }

    /// Arguments of `split` that make it.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        match (&self.profile, self.name.as_str()) {
            (Some(profile), _) => vec![
                "--profile".into(),
                profile.into(),
                "--lambda".into(),
                LAMBDA.into(),
            ],
            (None, UNSPLIT) => vec!["--unsplit".into()],
            (None, _) => Vec::new(),
        }
    }
}

/// All of them.
pub(super) fn all(recorded: &[Recorded]) -> Vec<Plan> {
    let mut plans = [UNSPLIT, DEFAULT]
        .map(|name| Plan {
            name: name.to_owned(),
            profile: None,
        })
        .to_vec();
    plans.extend(recorded.iter().map(|recorded| Plan {
        name: recorded.workload.clone(),
        profile: Some(recorded.profile.clone()),
    }));
    plans
}
