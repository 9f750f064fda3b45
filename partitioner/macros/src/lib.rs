//! The attributes and derives that a driver writes.
