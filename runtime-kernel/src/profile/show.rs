//! The counts as a profile: the JSON that `partitioner/src/profile` reads.

use super::ASKED;
use super::tables::{Partner, ProfileTable};
use crate::{Error, Result, Text, ffi};
use core::ffi::CStr;
use core::fmt::{self, Write};
use core::sync::atomic::{AtomicU64, Ordering};

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
    let lost = table.lost.load(Ordering::Relaxed);
    if lost != 0 {
        // Not a profile, so that nothing takes it for one.
        return writeln!(to, "the tables were too small: {lost} events are missing");
    }
    // SAFETY: the glue's text is NUL-terminated and stays.
    let release = unsafe { CStr::from_ptr(ffi::md_profile_release()) };
    let since = table.since.load(Ordering::Relaxed);
    writeln!(to, "{{\n  \"schema\": 1,")?;
    text(to, "driver", table.driver)?;
    text(to, "source", table.source)?;
    text(to, "workload", workload().as_str())?;
    text(to, "origin", "instrumented")?;
    text(to, "kernel", release.to_str().unwrap_or("unknown"))?;
    writeln!(to, "  \"milliseconds\": {},", now().saturating_sub(since))?;
    text(to, "unit", "cycles")?;
    write!(to, "  \"functions\": {{")?;
    let mut first = true;
    for (number, name) in (0..).zip(table.names) {
        function(table, number, name, &mut first, to)?;
    }
    write!(to, "\n  }}\n}}\n")
}

fn text(to: &mut impl Write, key: &str, value: &str) -> fmt::Result {
    writeln!(to, "  \"{key}\": \"{value}\",")
}

fn function(
    table: &ProfileTable,
    number: u16,
    name: &str,
    first: &mut bool,
    to: &mut impl Write,
) -> fmt::Result {
    let Some(cell) = table.cells.get(usize::from(number)) else {
        return Ok(());
    };
    let calls = cell.calls.load(Ordering::Relaxed);
    if calls == 0 {
        return Ok(());
    }
    let comma = if core::mem::take(first) { "" } else { "," };
    let cost = cell.cost.load(Ordering::Relaxed);
    write!(
        to,
        "{comma}\n    \"{name}\": {{\n      \"calls\": {calls},\n      \"cost\": {cost}"
    )?;
    let callee = |partner| match partner {
        Partner::Function(number) => table.names.get(usize::from(number)).copied(),
        Partner::Service(_) => None,
    };
    let service = |partner| match partner {
        Partner::Function(_) => None,
        Partner::Service(number) => ASKED.get(usize::from(number)).copied(),
    };
    counts(table, number, "callees", callee, to)?;
    counts(table, number, "services", service, to)?;
    write!(to, "\n    }}")
}

/// One map of a function: the partners that have a name in it.
fn counts(
    table: &ProfileTable,
    number: u16,
    key: &str,
    name: impl Fn(Partner) -> Option<&'static str>,
    to: &mut impl Write,
) -> fmt::Result {
    let mut some = false;
    for (partner, count) in table.partners(number) {
        let Some(name) = name(partner) else {
            continue;
        };
        if some {
            write!(to, ",")?;
        } else {
            write!(to, ",\n      \"{key}\": {{")?;
        }
        some = true;
        write!(to, "\n        \"{name}\": {count}")?;
    }
    if some {
        write!(to, "\n      }}")?;
    }
    Ok(())
}
