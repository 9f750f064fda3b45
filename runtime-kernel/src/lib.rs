//! The driver API as the kernel executes it, the kernel's side of a crossing, and the monitor.
//!
//! A driver says `use microdriver::…`; in the unsplit driver and in the kernel half that is this
//! crate, in the user half `runtime-user` offers the same names. What is marked `#[kernel_only]`
//! exists here alone. All `unsafe` of a driver is in this crate; the C side is in `glue/`.
#![no_std]

extern crate self as microdriver;

pub mod batch;
mod channel;
pub mod device;
pub mod dma;
pub mod driver;
mod entry;
mod ffi;
pub mod log;
pub mod memory;
mod panic;
pub mod profile;
pub mod registers;
pub mod ring;
pub mod skb;
pub mod split;
pub mod sync;
pub mod time;

pub use batch::Batch;
pub use device::Device;
pub use dma::{Coherent, Descriptor, Field, Mapped, Received};
pub use driver::{Driver, EthtoolOperations, IrqReturn, NetOperations, NetdevTx};
#[doc(hidden)]
pub use entry::{create_channel, driver_table};
#[doc(hidden)]
pub use ffi::{
    DriverTable, RawDevice, RawDrvInfo, RawFixedPorts, RawLinkSettings, RawMii, RawRingParam,
};
pub use memory::Slots;
pub use partitioner_macros::{State, Wire, kernel_path, user_path};
pub use registers::{Registers, Token, Transaction, Values};
pub use runtime_wire::attachment::{Attachment, FixedPorts, Signature};
pub use runtime_wire::ethtool::{
    DrvInfo, LinkSettings, Numbers, PhysIdState, RegisterDump, RingParam, SelfTest, StringSet,
    Strings,
};
pub use runtime_wire::net::{
    MAX_MULTICAST, MacAddress, MiiOperation, MiiReply, MiiRequest, RxFilter, Stats64,
};
pub use runtime_wire::pci::{MAX_CARDS, Parameter, PciId};
pub use runtime_wire::register::{Grant, Register, Width};
pub use runtime_wire::{Bytes, Error, List, Result, Text, wire};
pub use skb::SkBuff;
pub use sync::{
    AtomicBool, AtomicU32, AtomicU64, Completion, Mutex, MutexGuard, SpinLock, SpinLockGuard,
};
pub use time::sleep_ms;
