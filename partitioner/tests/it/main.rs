//! The command on fixtures and on the driver: what it emits, what it prints, what it refuses.

#![forbid(unsafe_code)]

mod commands;
mod common;
mod emitted;
mod errors;
mod facts;
mod flips;
mod fuzz;
mod golden;
mod guards;
mod instrument;
mod linked;
mod macros;
mod merge;
mod objects;
mod placement;
mod plans;
mod profiles;
mod repartition;
mod review;
mod verify;
