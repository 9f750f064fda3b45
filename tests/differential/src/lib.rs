//! The chip model against QEMU's device, access by access.
//!
//! A sequence of steps is done on both; after each one every value read, all DMA memory, the changes of the interrupt
//! line and the frames sent are compared, and in the end every register. Sequences are random, and a failing one is
//! shrunk.
//!
//! # How the emulator is made deterministic
//!
//! - The machine stands still (`-S`), and no processor ever runs anything: its firmware is a `hlt`. Registers are
//!   accessed with qtest commands, memory through the file that backs it. Nothing happens but what is asked for, and it
//!   is done when the command is answered.
//! - Virtual time passes only within a step that lets it: the machine is continued, and stopped when its timer reports
//!   that 3 ms have gone by. The chip looks at its rings every 2 ms or more often, so it has done so at least once;
//!   doing it again changes nothing. With `-icount sleep=off` time goes from timer to timer at once.
//! - A frame from the wire is kept by the emulator while the machine stands still (a mirror on the way tells when it is
//!   there), and is the first thing that happens when it is continued. Then the 3 ms go by.
//! - A frame that is sent is taken off by a redirector, within the very access that made the chip send it.
//! - Between sequences the machine is reset, and memory is cleared.
//!
//! No step waits for a time to pass on the wall.
//!
//! What differs and is known to is in [`known`]. What is here and what is not: the model is `tests/pcnet-model`; which
//! campaigns are run when is in `tests/` here and in `xtask`.
#![forbid(unsafe_code)]

pub mod campaign;
mod device;
mod difference;
mod emulator;
mod generate;
pub mod known;
mod layout;
mod memory;
mod model;
mod qtest;
mod sequence;
mod session;
mod side;
mod step;

pub use difference::{Difference, Register, What};
pub use emulator::PROGRAM;
pub use session::{Compared, Session};
pub use side::Space;
pub use step::{Demand, Destination, Frame, Outgoing, STATION, Setup, Step};
