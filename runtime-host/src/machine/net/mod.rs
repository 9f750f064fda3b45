//! The network interface of a device, as the stack keeps it: `state` is what a `net_device` holds and
//! the driver changes, `transmit` the way out, `packet` the socket buffers, `interface` what a user of
//! the machine can do with it, `ethtool` the same for the ethtool operations.

mod ethtool;
mod interface;
mod packet;
mod rtnl;
mod state;
mod transmit;

pub use ethtool::{Driver, TestResult};
pub use interface::Interface;
pub(crate) use packet::Packet;
pub(crate) use rtnl::Rtnl;
pub(crate) use state::Net;
