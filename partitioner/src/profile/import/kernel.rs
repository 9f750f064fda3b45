//! Which kernel was recorded.

use super::Options;
use super::recording::Recording;
use crate::diagnostics::{Code, Diagnostic, Outcome};
use crate::profile::object::Object;

/// The release that was recorded: whoever names one has to name the same.
pub(super) fn kernel(
    name: &str,
    recording: &Recording<'_>,
    object: Option<&Object>,
    options: &Options,
) -> Outcome<String> {
    let help = "name the kernel that was recorded, and give the object that ran there";
    let claims = [
        ("the recording", recording.release.as_deref()),
        ("`--kernel`", options.kernel.as_deref()),
        (
            "the object",
            object.and_then(|object| object.release.as_deref()),
        ),
    ];
    let mut found: Option<(&str, &str)> = None;
    for (who, release) in claims {
        let Some(release) = release else { continue };
        match found {
            Some((first, other)) if other != release => {
                let title = format!("`{name}` is of another kernel");
                let why = format!("{first} says {other}, {who} says {release}");
                return Err(Diagnostic::new(Code::RecordingKernel, title, help)
                    .note(why)
                    .into());
            }
            Some(_) => {}
            None => found = Some((who, release)),
        }
    }
    if let (Some(wanted), Some(object)) = (&options.build_id, object) {
        let own = object.build_id.as_deref().unwrap_or("none");
        if own != wanted.to_lowercase() {
            let title = "the object is not the build that was recorded";
            let why = format!("its build id is {own}, and what was recorded has {wanted}");
            return Err(Diagnostic::new(Code::RecordingKernel, title, help)
                .note(why)
                .into());
        }
    }
    match found {
        Some((_, release)) => Ok(release.to_owned()),
        None => {
            let title = format!("`{name}` does not say which kernel was recorded");
            let help = "say it with `--kernel`: what `uname -r` printed there, or `host`";
            Err(Diagnostic::new(Code::RecordingKernel, title, help).into())
        }
    }
}
