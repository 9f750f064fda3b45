//! The model, by behaviour: what a host sees that drives it as the data sheet says.

mod faults;
mod inspect;
mod interrupts;
mod loopback;
mod machine;
mod mii;
mod port;
mod receive;
mod registers;
mod resets;
mod robustness;
mod start;
mod styles;
mod suspend;
mod transmit;
