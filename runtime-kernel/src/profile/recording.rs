//! A recording: what administrators call it, when it began, and what it has counted.

use super::ProfileTable;
use crate::{Error, Result, Text, ffi};
use core::ffi::CStr;
use core::fmt::{self, Write};
use core::sync::atomic::{AtomicU64, Ordering};
use runtime_wire::profile::About;

/// The longest name of a workload.
const LONGEST: usize = 64;

/// The name of what is recorded: so many bytes, eight to a word, so that a reader never waits.
static WORKLOAD: [AtomicU64; LONGEST / 8] = [const { AtomicU64::new(0) }; LONGEST / 8];

/// Starts a recording, of what administrators call by this name. `EINVAL` for a name that would have to
/// be quoted, or is too long.
pub(crate) fn start(table: &ProfileTable, name: &[u8]) -> Result<()> {
    let name = name.trim_ascii();
    let plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
    if name.len() > LONGEST || !name.iter().all(plain) {
        return Err(Error::EINVAL);
    }
    for (index, word) in WORKLOAD.iter().enumerate() {
        let byte = |at: usize| name.get(index * 8 + at).copied().unwrap_or(0);
        word.store(
            u64::from_le_bytes(core::array::from_fn(byte)),
            Ordering::Relaxed,
        );
    }
    table.clear(now());
    Ok(())
}

fn now() -> u64 {
    // SAFETY: no condition.
    unsafe { ffi::md_milliseconds() }
}

fn workload() -> Text<LONGEST> {
    let mut bytes = [0; LONGEST];
    for (chunk, word) in bytes.chunks_mut(8).zip(&WORKLOAD) {
        chunk.copy_from_slice(&word.load(Ordering::Relaxed).to_le_bytes());
    }
    let text = core::str::from_utf8(&bytes).unwrap_or_default();
    Text::new(text.trim_end_matches('\0'))
}

/// Writes what was counted since the recording started, or since the module was loaded.
pub(crate) fn write(table: &ProfileTable, to: &mut impl Write) -> fmt::Result {
    // SAFETY: the glue's text is NUL-terminated and stays.
    let release = unsafe { CStr::from_ptr(ffi::md_profile_release()) };
    let workload = workload();
    let about = About {
        workload: workload.as_str(),
        kernel: release.to_str().unwrap_or("unknown"),
        milliseconds: now().saturating_sub(table.since()),
    };
    table.write(about, to)
}
