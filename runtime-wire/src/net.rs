//! Plain data of network devices.

use crate::bounded::List;
use crate::shape;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};
use core::fmt;

/// An Ethernet address.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct MacAddress(pub [u8; 6]);

impl MacAddress {
    /// Neither a group address nor all zeroes.
    pub fn is_valid(&self) -> bool {
        self.0[0] & 1 == 0 && self.0 != [0; 6]
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Lower for MacAddress {
    fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.bytes(&self.0)
    }
}

impl Wire for MacAddress {
    const MAX_SIZE: usize = 6;
    const SHAPE: u64 = shape::of("MacAddress", &[]);
    fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(Self(reader.array()?))
    }
}

/// Most multicast addresses that a [`RxFilter`] lists; with more, `all_multicast` is set.
pub const MAX_MULTICAST: usize = 64;

/// What the interface wants to receive besides its own address and broadcasts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Wire)]
pub struct RxFilter {
    /// Everything.
    pub promiscuous: bool,
    /// Every multicast frame.
    pub all_multicast: bool,
    /// These multicast addresses.
    pub multicast: List<MacAddress, MAX_MULTICAST>,
}

/// What a [`MiiRequest`] asks for (`SIOCGMIIPHY`, `SIOCGMIIREG`, `SIOCSMIIREG`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub enum MiiOperation {
    /// The address of the interface's PHY, and the value of its register.
    Address,
    /// The value of a register.
    Read,
    /// To write a register. The kernel has checked that the caller may.
    Write,
}

/// What a program wants of a PHY (`struct mii_ioctl_data`). Nothing of it was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub struct MiiRequest {
    /// What is wanted.
    pub operation: MiiOperation,
    /// Address of the PHY; of no meaning for [`MiiOperation::Address`].
    pub phy: u16,
    /// Number of the register.
    pub register: u16,
    /// What to write.
    pub value: u16,
}

/// What the program gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
pub struct MiiReply {
    /// Address of the PHY that was asked.
    pub phy: u16,
    /// What was read; of no meaning for [`MiiOperation::Write`].
    pub value: u16,
}

/// The interface's counters (`ip -s -s link`), as `struct rtnl_link_stats64` names them.
#[expect(missing_docs, reason = "the names are the kernel's, documented there")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Wire)]
#[repr(C)]
pub struct Stats64 {
    pub rx_packets: u64,
    pub tx_packets: u64,
    pub rx_bytes: u64,
    pub tx_bytes: u64,
    pub rx_errors: u64,
    pub tx_errors: u64,
    pub rx_dropped: u64,
    pub tx_dropped: u64,
    pub multicast: u64,
    pub collisions: u64,
    pub rx_length_errors: u64,
    pub rx_over_errors: u64,
    pub rx_crc_errors: u64,
    pub rx_frame_errors: u64,
    pub rx_fifo_errors: u64,
    pub rx_missed_errors: u64,
    pub tx_aborted_errors: u64,
    pub tx_carrier_errors: u64,
    pub tx_fifo_errors: u64,
    pub tx_heartbeat_errors: u64,
    pub tx_window_errors: u64,
}
