//! The command on fixtures and on the driver: what it emits, what it prints, what it refuses.

#![forbid(unsafe_code)]

mod build;
mod callgraph;
mod commands;
mod common;
mod emitted;
mod endless;
mod errors;
mod explanations;
mod facts;
mod flips;
mod fuzz;
mod fuzz_graph;
mod fuzz_plans;
#[path = "../generated/mod.rs"]
mod generated;
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
mod rare;
mod recordings;
mod remembered;
mod repartition;
mod report;
mod review;
#[path = "../../../tests/scale/generate.rs"]
mod scale;
mod verify;
mod watch;
