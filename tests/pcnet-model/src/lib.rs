//! A model of the Am79C97x (PCnet) family of Ethernet controllers, written from the data sheets.
//!
//! A [`Chip`] is what stands behind the I/O window of a card. It is driven by whoever embeds it: register accesses
//! ([`Chip::read`], [`Chip::write`]), frames from the wire ([`Chip::receive`]) and the passing of time
//! ([`Chip::advance`]). It acts on the machine through a [`Bus`] only. There are no threads, no clock and no
//! randomness inside, so one sequence of calls has one outcome.
//!
//! Nothing here knows of drivers or of the runtimes. What a data sheet leaves open is done as QEMU's device for the
//! Am79C970A is seen to do it (`tests/differential`).
//!
//! Code map: `chip` (the public face), `registers` (the I/O window), `csr/` and `bcr/` (the two register spaces),
//! `reset`, `init_block`, `descriptor` and `ring` (what lies in memory), `transmit`, `receive`, `filter`,
//! `interrupt`, `port`, `mii/`, `led`, `magic`, `expansion`, `time` (what happens by itself), `part` (which chip can do
//! what), `memory` (a bus for tests); and for tests `faults`, `inspect` and `rules` (what the data sheets forbid).
//!
//! Sections are cited as "Am79C970A, CSR0": the data sheet of that part, the section of that name.
#![forbid(unsafe_code)]

mod bcr;
mod bus;
mod chip;
mod csr;
mod descriptor;
mod expansion;
mod faults;
pub mod fcs;
mod filter;
mod init_block;
mod inspect;
mod interrupt;
mod led;
mod magic;
pub mod memory;
pub mod mii;
mod part;
mod port;
mod receive;
mod registers;
mod reset;
mod ring;
mod rules;
mod time;
mod transmit;

pub use bus::{Bus, BusError, Width};
pub use chip::{Chip, Config};
pub use csr::bits;
pub use faults::{
    Delay, Event, FailingTransfers, Faults, Lost, ReceiveFault, StuckBits, TransmitFault,
};
pub use inspect::{Counters, Register, RegisterWrite, Violation};
pub use mii::{Agreement, Phy, PhyConfig};
pub use part::Part;
pub use port::Port;
