//! What the C glue provides to a kernel half, for an ordinary process.
//!
//! A [`Host`] is a machine: cards ([`Card`]) in slots, threads for interrupts, softirqs and work, an
//! IOMMU, a network stack as a driver sees one, a kernel log, a clock of its own. [`Host::insmod`]
//! loads a kernel half that was built as a shared object; it links the same functions (`md_*`) that
//! the C glue exports in a kernel, from the program that uses this crate, which therefore exports its
//! symbols (`cargo::rustc-link-arg=-rdynamic` in its build script). The user half is a process of its
//! own and connects to a socket instead of a character device.
//!
//! What a driver may not do is found out: sleeping in atomic context, a spin lock taken twice, memory
//! freed that is not allocated stop the process, as they stop a machine, with a report. What is not
//! given back is listed by [`Host::leaks`], what a card does to memory that it may not touch by
//! [`Host::take_faults`].
//!
//! It is a model. Time does not pass by itself; each kind of thread is one processor; the scheduler is
//! the system's. Memory is never short.

#[cfg(not(loom))]
mod machine;
pub mod parts;

#[cfg(not(loom))]
pub use machine::{
    Bus, Card, DmaFault, Driver, Errno, Host, Identity, Interface, Level, Line, LinkSettings,
    LoadError, MiiOperation, ModuleFile, ParameterSpec, Process, RingParam, SlotId, Stats64,
    StringSet, TestResult,
};
