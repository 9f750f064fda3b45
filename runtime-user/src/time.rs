//! Delays.

/// Sleeps for at least so many milliseconds.
pub fn sleep_ms(milliseconds: u32) {
    std::thread::sleep(std::time::Duration::from_millis(milliseconds.into()));
}
