//! Delays.

use crate::ffi;
use crate::profile::{apart, asked};
use partitioner_macros::service;

/// Sleeps for at least so many milliseconds.
#[service(sleeps)]
pub fn sleep_ms(milliseconds: u32) {
    asked!(Sleep);
    // SAFETY: no condition but process context, which the partitioner checks.
    apart(|| unsafe { ffi::md_sleep_milliseconds(milliseconds) })
}

pub(crate) fn delay_us(microseconds: u32) {
    // SAFETY: no condition; callers bound the time.
    unsafe { ffi::md_delay_microseconds(microseconds) }
}
