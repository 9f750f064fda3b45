//! Logging, as `dev_err!`, `dev_warn!`, `dev_info!` and `dev_dbg!`: lines in the kernel log, which ride
//! along with the next message.

use crate::connection;
use crate::riding;
use crate::wire::Lower;
use crate::{Device, Text};
use runtime_wire::protocol::Service;
use std::fmt::{self, Write};

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

/// Whether debug lines about the device go anywhere, as the kernel said with the call under way.
pub fn debug_enabled(_device: &Device) -> bool {
    connection::debug_enabled()
}

/// Writes a line about the device, cut at 256 bytes; control characters become spaces.
pub fn write(_device: &Device, level: Level, line: fmt::Arguments<'_>) {
    let mut text = Text::<256>::default();
    // A line that is too long is cut, not lost.
    let _ = text.write_str(&line.to_string().replace(char::is_control, " "));
    riding::post(Service::Log, 0, |writer| {
        (level as u8).lower(writer)?;
        text.lower(writer)
    });
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
