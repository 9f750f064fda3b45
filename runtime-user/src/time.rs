//! Delays.

use crate::connection::request;
use crate::profile::asked;
use crate::wire::Lower;
use runtime_wire::protocol::Service;

/// Sleeps for at least so many milliseconds.
pub fn sleep_ms(milliseconds: u32) {
    asked!(Sleep);
    request(
        Service::Sleep,
        0,
        |writer| milliseconds.lower(writer),
        |_| Ok(()),
    );
}
