//! What the device's `crossings` file shows.

use super::Channel;
use crate::Text;
use crate::memory::Shared;
use core::ffi::c_void;
use core::fmt::Write;
use core::sync::atomic::{AtomicU64, Ordering};

/// Events since the device was probed.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) upcalls: AtomicU64,
    pub(crate) downcalls: AtomicU64,
    pub(crate) deferred: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) deadlines: AtomicU64,
    pub(crate) incarnations: AtomicU64,
}

impl Counters {
    pub(crate) fn count(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// The ABI fingerprint, for the sysfs file of that name.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_channel_fingerprint(channel: *mut c_void) -> u64 {
    // SAFETY: the glue calls this while the device's files exist, so the channel does.
    unsafe { Shared::<Channel>::borrow_raw(channel) }.map_or(0, |channel| channel.half.fingerprint)
}

/// Fills the sysfs file.
#[unsafe(no_mangle)]
unsafe extern "C" fn md_rs_channel_counters(
    channel: *mut c_void,
    page: *mut u8,
    size: usize,
) -> isize {
    // SAFETY: the glue calls this while the device's files exist, so the channel does.
    let Some(channel) = (unsafe { Shared::<Channel>::borrow_raw(channel) }) else {
        return 0;
    };
    let counters = &channel.counters;
    let mut text = Text::<512>::default();
    for (name, counter) in [
        ("upcalls", &counters.upcalls),
        ("downcalls", &counters.downcalls),
        ("deferred", &counters.deferred),
        ("refused", &counters.refused),
        ("deadlines", &counters.deadlines),
        ("incarnations", &counters.incarnations),
    ] {
        // 512 bytes hold every line.
        let _ = writeln!(text, "{name} {}", counter.load(Ordering::Relaxed));
    }
    let length = text.as_str().len().min(size);
    // SAFETY: the page has `size` bytes.
    unsafe { core::ptr::copy_nonoverlapping(text.as_str().as_ptr(), page, length) };
    length as isize
}
