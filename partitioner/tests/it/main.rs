//! The command on fixtures and on the driver: what it emits, what it prints, what it refuses.

#![forbid(unsafe_code)]

mod commands;
mod common;
mod emitted;
mod errors;
mod explanations;
mod flips;
#[path = "../generated/mod.rs"]
mod generated;
mod golden;
mod objects;
mod report;
mod verify;
mod watch;
