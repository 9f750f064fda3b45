//! Raw packets: frames of our own making, and pings.

use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::time::Duration;

use anyhow::{Context, Result};
use nix::errno::Errno;
use nix::libc::{self, c_int, sockaddr_ll, socklen_t};
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrIn, connect, recv, send,
    setsockopt, socket, sockopt,
};
use nix::sys::time::TimeVal;

use super::{Address, Interface, in_namespace};

/// A protocol number that is free for experiments (IEEE Std 802, local experimental 1).
const PROTOCOL: u16 = 0x88b5;

/// How long a packet may take. Nothing else is in the machine, so one that takes longer is lost.
const LOST: Duration = Duration::from_secs(1);

fn give_up_after(socket: &OwnedFd, time: Duration) -> Result<()> {
    let time = TimeVal::new(
        i64::try_from(time.as_secs())?,
        i64::from(time.subsec_micros()),
    );
    setsockopt(socket, sockopt::ReceiveTimeout, &time).context("set a time limit")
}

/// Sends and receives Ethernet frames of [`PROTOCOL`] through one interface.
#[derive(Debug)]
pub(crate) struct Frames(OwnedFd);

impl Frames {
    pub(crate) fn open(interface: &Interface, namespace: Option<&str>) -> Result<Self> {
        let index = interface.index()?;
        in_namespace(namespace, || {
            let protocol = c_int::from(PROTOCOL.to_be());
            // SAFETY: socket(2) takes no memory.
            let fd = unsafe {
                libc::socket(
                    libc::AF_PACKET,
                    libc::SOCK_RAW | libc::SOCK_CLOEXEC,
                    protocol,
                )
            };
            let fd = Errno::result(fd).context("open a packet socket")?;
            // SAFETY: the call above made this descriptor, and nobody else has it.
            let socket = unsafe { OwnedFd::from_raw_fd(fd) };
            // SAFETY: a sockaddr_ll is integers and an array of them: all zero is a value.
            let mut address: sockaddr_ll = unsafe { std::mem::zeroed() };
            address.sll_family = libc::AF_PACKET as u16;
            address.sll_protocol = PROTOCOL.to_be();
            address.sll_ifindex = index;
            // SAFETY: the address lives across the call, and its own size is given.
            let outcome = unsafe {
                libc::bind(
                    socket.as_raw_fd(),
                    (&raw const address).cast(),
                    size_of::<sockaddr_ll>() as socklen_t,
                )
            };
            Errno::result(outcome).context("bind a packet socket")?;
            give_up_after(&socket, LOST)?;
            Ok(Self(socket))
        })
    }

    pub(crate) fn send(&self, frame: &[u8]) -> Result<(), Errno> {
        send(self.0.as_raw_fd(), frame, MsgFlags::empty()).map(drop)
    }

    /// Receives a frame; none if it is lost.
    pub(crate) fn receive(&self, buffer: &mut [u8]) -> Result<Option<usize>, Errno> {
        or_lost(recv(self.0.as_raw_fd(), buffer, MsgFlags::empty()))
    }

    /// A frame of `length` bytes, without the checksum that the card adds.
    pub(crate) fn frame(to: Address, from: Address, length: usize) -> Vec<u8> {
        let mut frame = Vec::with_capacity(length);
        frame.extend(to);
        frame.extend(from);
        frame.extend(PROTOCOL.to_be_bytes());
        frame.resize(length, 0x5a);
        frame
    }
}

fn or_lost(outcome: Result<usize, Errno>) -> Result<Option<usize>, Errno> {
    match outcome {
        Ok(length) => Ok(Some(length)),
        Err(Errno::EAGAIN) => Ok(None),
        Err(error) => Err(error),
    }
}

const ECHO_REQUEST: u8 = 8;
const ECHO_REPLY: u8 = 0;
const IP_HEADER: usize = 20;

/// Echo requests to one host, answered by the kernel that has the address.
#[derive(Debug)]
pub(crate) struct Ping {
    socket: OwnedFd,
    sequence: u16,
    request: Vec<u8>,
}

impl Ping {
    /// Pings with `payload` bytes.
    pub(crate) fn open(to: Ipv4Addr, payload: usize) -> Result<Self> {
        let socket = socket(
            AddressFamily::Inet,
            SockType::Raw,
            SockFlag::SOCK_CLOEXEC,
            SockProtocol::Icmp,
        )
        .context("open a raw socket")?;
        let address = SockaddrIn::from(std::net::SocketAddrV4::new(to, 0));
        connect(socket.as_raw_fd(), &address).context("connect a raw socket")?;
        give_up_after(&socket, LOST)?;
        let mut request = vec![0; 8 + payload];
        request[0] = ECHO_REQUEST;
        Ok(Self {
            socket,
            sequence: 0,
            request,
        })
    }

    /// Sends a request and waits for its answer; false if one of them is lost.
    pub(crate) fn round_trip(&mut self) -> Result<bool, Errno> {
        self.sequence = self.sequence.wrapping_add(1);
        let sequence = self.sequence.to_be_bytes();
        self.request[6..8].copy_from_slice(&sequence);
        self.request[2..4].fill(0);
        let sum = checksum(&self.request).to_be_bytes();
        self.request[2..4].copy_from_slice(&sum);
        send(self.socket.as_raw_fd(), &self.request, MsgFlags::empty())?;
        let mut buffer = [0; 2048];
        loop {
            let Some(length) = or_lost(recv(
                self.socket.as_raw_fd(),
                &mut buffer,
                MsgFlags::empty(),
            ))?
            else {
                return Ok(false);
            };
            // An answer to an earlier request that came late is not the answer to this one.
            let packet = &buffer[IP_HEADER.min(length)..length];
            if packet.first() == Some(&ECHO_REPLY) && packet.get(6..8) == Some(&sequence) {
                return Ok(packet[8..] == self.request[8..]);
            }
        }
    }
}

/// The Internet checksum (RFC 1071).
fn checksum(data: &[u8]) -> u16 {
    let mut sum = 0_u32;
    for pair in data.chunks(2) {
        let low = pair.get(1).copied().unwrap_or(0);
        sum += u32::from(u16::from_be_bytes([pair[0], low]));
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checked_packet_sums_to_nothing() {
        let mut packet = vec![8, 0, 0, 0, 1, 2, 3, 4, 5];
        let sum = checksum(&packet).to_be_bytes();
        packet[2..4].copy_from_slice(&sum);
        assert_eq!(checksum(&packet), 0);
    }
}
