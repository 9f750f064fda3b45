//! The model, by behaviour: what a host sees that drives it as the data sheet says.

mod machine;
mod receive;
mod registers;
mod start;
mod transmit;
