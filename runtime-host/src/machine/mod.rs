//! The machine: `host` is what its user sees, `kernel` what belongs to it as a whole. `card` and `iommu`
//! are the hardware's side; `device` is a driver instance, `net` its interface, `file` its device file;
//! `ports` what is at ports of which no bus tells; `failures` which of its requests fail; `context` what a thread may do; `clock`, `softirq`, `workqueue`,
//! `hardware` what runs when. `glue` are the functions that a kernel half imports, and `module` is how it
//! gets here.

mod card;
mod clock;
mod context;
mod device;
mod errno;
mod failures;
mod file;
mod glue;
mod hardware;
mod host;
mod iommu;
mod kernel;
mod log;
mod memory;
mod module;
mod net;
mod ports;
mod resources;
mod softirq;
mod spin;
mod workqueue;

pub use card::{Bus, Card, DmaFault, Identity, SlotId};
pub use context::Process;
pub use errno::Errno;
pub use host::Host;
pub use log::{Level, Line};
pub use module::{LoadError, ModuleFile, ParameterSpec};
pub use net::{Driver, Interface, TestResult};
pub use runtime_wire::ethtool::{LinkSettings, RingParam, StringSet};
pub use runtime_wire::net::{MiiOperation, Stats64};
