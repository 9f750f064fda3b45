//! Reads a driver, decides for each function in which half it lives, and emits the two crates.
//!
//! The stages are modules, in this order: `load` finds packages and reads modules; `driver` turns syntax
//! into items and functions, `api` does so for the runtimes; `graph` says who calls whom and what each
//! function touches; `contexts` follows atomic roots; `place` decides; `halves` collects what each half
//! needs; `locks` and `copies` refuse what can deadlock or drift apart; `plan` writes the decision down;
//! `emit` makes the crates. `analysis` runs them; `command` is what a person types. Mistakes are
//! `diagnostics`; nothing is emitted after one. `expand` expands the macros of any crate.
//!
//! Nothing here knows a device: what a driver can do is learnt from the sources of the driver API.

#![forbid(unsafe_code)]

pub mod analysis;
pub mod api;
pub mod build;
pub mod callgraph;
pub mod command;
pub mod contexts;
pub mod copies;
pub mod crossing;
pub mod diagnostics;
pub mod driver;
pub mod emit;
pub mod expand;
pub mod fingerprint;
pub mod graph;
pub mod halves;
pub mod input;
pub mod load;
pub mod locks;
pub mod macros;
pub mod names;
pub mod oracle;
pub mod place;
pub mod plan;
pub mod profile;
pub mod repartition;
pub mod report;
pub mod resolve;
pub mod source;
pub mod types;
