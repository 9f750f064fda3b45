//! Where threads meet: small parts without anything of a machine, so that loom can try every
//! interleaving of them (`tests/loom.rs`). Only their documentation is for others.

pub mod activity;
pub mod interrupt;
pub mod napi;
pub(crate) mod shim;
pub mod wait;
