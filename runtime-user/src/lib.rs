//! The driver API as an unprivileged process executes it, and what runs a driver's user half.
//!
//! The names are those of `runtime-kernel`; each service is a downcall, a crossing into the kernel, or rides
//! along with the messages of one.
//! What only the kernel can do is absent, so a function in the wrong half does not compile.

extern crate self as microdriver;

mod connection;
mod device;
mod driver;
pub mod log;
mod options;
mod polling;
pub mod profile;
mod registers;
mod riding;
mod run;
pub mod split;
mod sync;
mod time;
mod transport;

pub use device::Device;
pub use driver::{Driver, EthtoolOperations, NetOperations};
pub use options::poll_for;
pub use partitioner_macros::{State, Wire, kernel_path, user_path};
pub use profile::PROFILE_VARIABLE;
pub use registers::{Registers, Token, Transaction, Values};
pub use run::{DEVICE_FD, Exit, run};
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
pub use sync::{AtomicBool, AtomicU32, AtomicU64, Mutex, MutexGuard};
pub use time::sleep_ms;
