//! The one parser of the attributes that a driver and the runtimes write.
//!
//! The macros check with it what the partitioner later reads with it, so the two cannot disagree about
//! what an attribute means. It reads attributes only: what an attribute does to a placement is decided
//! in the `partitioner` library, and nothing here finds files or expands code.

#![forbid(unsafe_code)]

mod marker;
mod markers;

pub use marker::{Context, Half, Kind, Marker, Ride, Root, Service};
pub use markers::{Marked, Markers};
