//! Nothing: the dependencies are what counts.
#![no_std]
