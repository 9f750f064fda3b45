//! The plans that are compared: the driver in one piece, the plan that knows no workload, and one for each
//! recording.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::measure::Rig;
use super::record::Recorded;

/// The plan without a user half, against which overhead is measured.
pub(crate) const UNSPLIT: &str = "unsplit";
/// The plan without a profile.
pub(crate) const DEFAULT: &str = "default";

/// A plan to build and measure.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) name: String,
    /// The recording that it is made for.
    pub(crate) profile: Option<PathBuf>,
}

impl Plan {
    /// Arguments of `split` that make it.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        match (&self.profile, self.name.as_str()) {
            (Some(profile), _) => vec!["--profile".into(), profile.into()],
            (None, UNSPLIT) => vec!["--unsplit".into()],
            (None, _) => Vec::new(),
        }
    }
}

/// All of them.
pub(super) fn all(_rig: &Rig<'_>, recorded: &[Recorded]) -> Result<Vec<Plan>> {
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
    Ok(plans)
}
