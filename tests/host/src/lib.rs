//! Drivers end to end on the host backend, with no virtual machine.
//!
//! A [`Machine`] has model cards in its slots, a kernel (`runtime-host`) and, in the split variant, a
//! user half for each card. Tests are written once and run for both variants:
//!
//! ```no_run
//! use host_rig::{Machine, Part, Variant, frame};
//!
//! /// What goes out on one card arrives on the other. In a file of tests, inside `host_rig::both!`,
//! /// as `fn frames_cross_the_wire(variant) { … }`.
//! fn frames_cross_the_wire(variant: Variant) {
//!     let mut machine = Machine::new(variant);
//!     let (a, b) = (machine.card(Part::Am79C970A), machine.card(Part::Am79C970A));
//!     machine.connect(a, b);
//!     machine.insmod(&["debug=4"]).unwrap();
//!     machine.interface(a).up().unwrap();
//!     machine.interface(b).up().unwrap();
//!     // The link watchdog looks every 2 seconds: of virtual time, so this takes none.
//!     machine.advance(2_000);
//!     machine.interface(a).send(&frame(b"hello")).unwrap();
//!     machine.settle();
//!     assert_eq!(machine.interface(b).take_received(), [frame(b"hello")]);
//! }
//! ```
//!
//! A machine that is dropped unloads its module and fails the test where something is not as it has to
//! be: memory, mappings, interrupts not given back; DMA that the IOMMU did not let through; register
//! accesses that the chip's data sheet forbids; errors in the kernel log. What a test means to cause it
//! announces ([`Machine::expect_error`], [`Machine::expect_fault`], [`Machine::expect_violation`]).
//!
//! With `HOST_RIG_POLL=MICROSECONDS` in the environment every user half polls.

#![forbid(unsafe_code)]

mod card;
mod halves;
mod machine;
pub mod recording;
mod shorthand;
mod user_half;

pub use halves::{Halves, Variant, halves};
pub use machine::{Machine, frame};
pub use nix::sys::signal::Signal;
pub use pcnet_model::{Chip, Config, Part};
pub use runtime_host::{
    Driver, Errno, Host, Identity, Interface, Level, Line, LinkSettings, LoadError, MiiOperation,
    Process, RingParam, SlotId, Stats64, StringSet, TestResult,
};
pub use shorthand::{OPERATIONS, Operation, frame_of, frame_to, statistic};

/// Makes each function, which takes a [`Variant`], a module with two tests: `unsplit` and `split`.
#[macro_export]
macro_rules! both {
    ($($(#[$attribute:meta])* fn $name:ident($variant:ident) $body:block)*) => {$(
        $(#[$attribute])*
        mod $name {
            #[allow(unused_imports, reason = "a test may need nothing of its file")]
            use super::*;

            fn run($variant: $crate::Variant) $body

            #[test]
            fn unsplit() {
                run($crate::Variant::Unsplit);
            }

            #[test]
            fn split() {
                run($crate::Variant::Split);
            }
        }
    )*};
}
