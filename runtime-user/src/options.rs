//! The command line of a user half.

use crate::DEVICE_FD;
use crate::transport;
use std::ffi::OsString;
use std::os::fd::{FromRawFd, OwnedFd};
use std::path::Path;
use std::time::Duration;

const HELP: &str = "\
usage: PROGRAM [--poll MICROSECONDS] DEVICE
The user half of a split driver; microdriver-launch starts it without privileges, and says more of --poll.";

/// What a user half was called with.
pub(crate) struct Options {
    pub(crate) device: OwnedFd,
    /// How long a thread looks for a call before it sleeps.
    pub(crate) poll: Option<Duration>,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let (mut device, mut poll) = (None, None);
        while let Some(argument) = arguments.next() {
            match argument.to_str() {
                Some("-h" | "--help") => return Err(HELP.into()),
                Some("--poll") => {
                    let value = arguments.next();
                    let value = value.as_ref().and_then(|value| value.to_str());
                    poll = Some(poll_for(value)?);
                }
                Some("--inherited") => {
                    // SAFETY: the launcher left the device there, for us alone.
                    device = Some(unsafe { OwnedFd::from_raw_fd(DEVICE_FD) });
                }
                _ if device.is_none() => {
                    let opened = transport::open(Path::new(&argument));
                    let failed = |error| format!("cannot open {}: {error}", argument.display());
                    device = Some(opened.map_err(failed)?);
                }
                _ => return Err("more than one device named".into()),
            }
        }
        let device =
            device.ok_or("expected one argument: the device, as /dev/microdriver/0000:00:03.0")?;
        Ok(Self { device, poll })
    }
}

/// The longest that a thread looks for a call, in microseconds.
const LONGEST_POLL: u64 = 1_000_000;

/// The value of `--poll`.
pub fn poll_for(value: Option<&str>) -> Result<Duration, String> {
    let number = value.and_then(|value| value.parse().ok());
    number
        .filter(|number| (1..=LONGEST_POLL).contains(number))
        .map(Duration::from_micros)
        .ok_or_else(|| format!("--poll takes microseconds, 1 to {LONGEST_POLL}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polling_is_for_a_time_that_ends() {
        assert_eq!(poll_for(Some("50")), Ok(Duration::from_micros(50)));
        for wrong in [None, Some("0"), Some("1000001"), Some("-1"), Some("1ms")] {
            assert!(poll_for(wrong).is_err(), "{wrong:?}");
        }
    }
}
