//! Delays.

/// Sleeps for at least so many milliseconds.
pub fn sleep_ms(milliseconds: u32) {
    crate::connection::sleep(milliseconds);
}
