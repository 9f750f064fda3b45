//! Results: JSON lines on the second serial port.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

const PORT: &str = "/dev/ttyS1";

static OPEN: Mutex<Option<File>> = Mutex::new(None);

/// Reports one object.
///
/// A failure to do so cannot be reported anywhere but on the console; the rig then misses the
/// last line, and says so.
pub(crate) fn line(value: &Value) {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    let outcome = (|| {
        if open.is_none() {
            *open = Some(OpenOptions::new().write(true).open(PORT)?);
        }
        match open.as_mut() {
            // In one piece, so that lines of several threads do not mix.
            Some(port) => port.write_all(format!("{value}\n").as_bytes()),
            None => Ok(()),
        }
    })();
    if let Err(error) = outcome {
        eprintln!("report: {error}: {value}");
    }
}

/// Waits until everything reported has left the port.
pub(crate) fn drain() {
    if let Some(port) = &*OPEN.lock().unwrap_or_else(PoisonError::into_inner)
        && let Err(error) = crate::sys::drain(port)
    {
        eprintln!("report: {error}");
    }
}
