//! Logging, as `dev_err!`, `dev_warn!`, `dev_info!` and `dev_dbg!`: the kernel's `dev_*`, rate-limited.

use crate::{Device, Text, ffi};
use core::fmt::{self, Write};

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Level {
    /// `KERN_ERR`
    Error = 0,
    /// `KERN_WARNING`
    Warning = 1,
    /// `KERN_INFO`
    Info = 2,
    /// `KERN_DEBUG`, off unless dynamic debug turns it on
    Debug = 3,
}

/// Whether debug lines about `device` go anywhere.
#[inline]
pub fn debug_enabled(device: &Device) -> bool {
    // SAFETY: the device lives.
    unsafe { ffi::md_debug_enabled(device.raw()) }
}

/// Writes a line about `device`, cut at 256 bytes.
pub fn write(device: &Device, level: Level, line: fmt::Arguments<'_>) {
    let mut text = Text::<256>::default();
    // A line that is too long is cut, not lost.
    let _ = text.write_fmt(line);
    write_text(device, level as u8, text.as_str());
}

pub(crate) fn write_text(device: &Device, level: u8, text: &str) {
    // SAFETY: the device lives, the text is a valid slice; the glue bounds the level.
    unsafe { ffi::md_log(device.raw(), i32::from(level), text.as_ptr(), text.len()) }
}

/// Logs an error about a device.
#[macro_export]
macro_rules! dev_err {
    ($device:expr, $($line:tt)+) => { $crate::log::write(&$device, $crate::log::Level::Error, format_args!($($line)+)) };
}
/// Logs a warning about a device.
#[macro_export]
macro_rules! dev_warn {
    ($device:expr, $($line:tt)+) => { $crate::log::write(&$device, $crate::log::Level::Warning, format_args!($($line)+)) };
}
/// Logs a line about a device.
#[macro_export]
macro_rules! dev_info {
    ($device:expr, $($line:tt)+) => { $crate::log::write(&$device, $crate::log::Level::Info, format_args!($($line)+)) };
}
/// Logs a line about a device for those who debug it. Its arguments are evaluated only where dynamic
/// debug is on for the module (`module NAME +p`); where it is off, the line costs a branch.
#[macro_export]
macro_rules! dev_dbg {
    ($device:expr, $($line:tt)+) => {
        if $crate::log::debug_enabled(&$device) {
            $crate::log::write(&$device, $crate::log::Level::Debug, format_args!($($line)+));
        }
    };
}
