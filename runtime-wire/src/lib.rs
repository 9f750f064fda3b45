//! What both halves of a split driver must agree on: wire forms, the crossing protocol, error
//! numbers, register programs and the plain data of the driver API.
//!
//! Everything here is pure and `no_std`: it runs, and is tested, on any host. What touches a kernel
//! or a process lives in `runtime-kernel` and `runtime-user`.
#![no_std]
#![forbid(unsafe_code)]

// The derives name `::microdriver::wire`, which is this crate seen through either runtime.
extern crate self as microdriver;
#[cfg(test)]
extern crate std;

pub mod attachment;
pub mod bell;
mod bounded;
mod error;
pub mod ethtool;
pub mod host;
pub mod net;
pub mod pci;
pub mod profile;
pub mod protocol;
pub mod register;
pub mod riding;
pub mod shape;
pub mod wire;

pub use bounded::{Bytes, List, Text};
pub use error::{Error, Result};
