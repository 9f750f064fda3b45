//! What the jobs need from the host: Debian packages, kernels unpacked from packages, initramfs
//! images, and the virtual machine that runs them.
//!
//! What does not live here: what happens *inside* the machine (crate `guest`), and which machines
//! are run for which purpose (crate `xtask`). Nothing here knows a driver.
//!
//! Invariants:
//! - Nothing is left half-written: a file or folder appears under its final name complete, or not
//!   at all ([`fs::replace`], [`fs::replace_dir`]).
//! - Nothing is left running: every child process is started by [`process::Task`], which kills it
//!   on a deadline, on [`cancel::request`], and on the death of this process.

#![forbid(unsafe_code)]

pub mod cancel;
pub mod fs;
pub mod initramfs;
pub mod kernel;
pub mod kernel_log;
pub mod layout;
mod monitor;
pub mod packages;
pub mod problem;
pub mod process;
pub mod qmp;
pub mod vm;

pub use layout::Layout;
pub use problem::{Problem, problem};
