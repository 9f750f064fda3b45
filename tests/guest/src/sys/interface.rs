//! Network interface requests (netdevice(7)), made directly, with no process started.

use std::os::fd::{AsRawFd, OwnedFd};

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::libc::{self, c_int, c_short, c_ulong, ifreq, sockaddr};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

use super::in_namespace;

const SIOCETHTOOL: c_ulong = 0x8946;
const ARPHRD_ETHER: u16 = 1;

/// Requests about the transceiver (linux/sockios.h).
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(crate) enum Mii {
    GetPhy = 0x8947,
    Read = 0x8948,
    Write = 0x8949,
}

/// A hardware address.
pub(crate) type Address = [u8; 6];

/// A network interface, by name, in the namespace where it was opened.
#[derive(Debug)]
pub(crate) struct Interface {
    socket: OwnedFd,
    name: String,
}

impl Interface {
    /// Opens the interface `name` of a namespace.
    pub(crate) fn open(name: &str, namespace: Option<&str>) -> Result<Self> {
        ensure!(name.len() < libc::IFNAMSIZ, "interface name too long");
        let socket = in_namespace(namespace, || {
            socket(
                AddressFamily::Inet,
                SockType::Datagram,
                SockFlag::SOCK_CLOEXEC,
                None,
            )
            .context("open a socket")
        })?;
        Ok(Self {
            socket,
            name: name.to_owned(),
        })
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn request(&self) -> ifreq {
        // SAFETY: an ifreq is integers, arrays of them, and raw pointers: all zero is a value.
        let mut request: ifreq = unsafe { std::mem::zeroed() };
        for (to, from) in request.ifr_name.iter_mut().zip(self.name.bytes()) {
            *to = from as libc::c_char;
        }
        request
    }

    fn call(&self, number: c_ulong, request: &mut ifreq) -> Result<(), Errno> {
        // SAFETY: every request number used in this file reads and writes at most one ifreq at
        // this address, which `request` borrows mutably. What an ifreq points to in turn
        // (SIOCETHTOOL only) is vouched for by `ethtool`.
        let outcome = unsafe { libc::ioctl(self.socket.as_raw_fd(), number, &raw mut *request) };
        Errno::result(outcome).map(drop)
    }

    fn simple(&self, number: c_ulong, fill: impl FnOnce(&mut ifreq)) -> Result<ifreq, Errno> {
        let mut request = self.request();
        fill(&mut request);
        self.call(number, &mut request)?;
        Ok(request)
    }

    /// Its flags (`IFF_*`).
    pub(crate) fn flags(&self) -> Result<c_int, Errno> {
        let request = self.simple(libc::SIOCGIFFLAGS, |_| {})?;
        // SAFETY: SIOCGIFFLAGS succeeded, so the kernel filled this field; it is plain data.
        let flags = unsafe { request.ifr_ifru.ifru_flags };
        Ok(c_int::from(flags) & 0xffff)
    }

    /// Sets or clears flags.
    pub(crate) fn set_flags(&self, flags: c_int, on: bool) -> Result<(), Errno> {
        let old = self.flags()?;
        let new = if on { old | flags } else { old & !flags };
        // The low sixteen bits are all that this request carries.
        let new = new as c_short;
        self.simple(libc::SIOCSIFFLAGS, |r| r.ifr_ifru.ifru_flags = new)
            .map(drop)
    }

    /// Sets the largest packet.
    pub(crate) fn set_mtu(&self, mtu: c_int) -> Result<(), Errno> {
        self.simple(libc::SIOCSIFMTU, |r| r.ifr_ifru.ifru_mtu = mtu)
            .map(drop)
    }

    /// Its hardware address.
    pub(crate) fn address(&self) -> Result<Address, Errno> {
        let request = self.simple(libc::SIOCGIFHWADDR, |_| {})?;
        // SAFETY: SIOCGIFHWADDR succeeded, so the kernel filled this field; it is plain data.
        let data = unsafe { request.ifr_ifru.ifru_hwaddr.sa_data };
        Ok(std::array::from_fn(|i| data[i] as u8))
    }

    /// Sets its hardware address.
    pub(crate) fn set_address(&self, address: Address) -> Result<(), Errno> {
        let address = hardware(ARPHRD_ETHER, address);
        self.simple(libc::SIOCSIFHWADDR, |r| r.ifr_ifru.ifru_hwaddr = address)
            .map(drop)
    }

    /// Adds a multicast address to its filter, or removes it.
    pub(crate) fn multicast(&self, address: Address, add: bool) -> Result<(), Errno> {
        let number = if add {
            libc::SIOCADDMULTI
        } else {
            libc::SIOCDELMULTI
        };
        let address = hardware(libc::AF_UNSPEC as u16, address);
        self.simple(number, |r| r.ifr_ifru.ifru_hwaddr = address)
            .map(drop)
    }

    /// A request about the transceiver (`SIOCGMIIPHY`, `SIOCGMIIREG`, `SIOCSMIIREG`) with the words of
    /// `struct mii_ioctl_data` (linux/mii.h): transceiver, register, value in, value out.
    pub(crate) fn mii(&self, request: Mii, words: [u16; 4]) -> Result<[u16; 4], Errno> {
        let mut call = self.request();
        // SAFETY: the structure lies in the union, which is larger than 8 bytes and more aligned
        // than 2, and `call` is ours.
        unsafe { (&raw mut call.ifr_ifru).cast::<[u16; 4]>().write(words) };
        self.call(request as c_ulong, &mut call)?;
        // SAFETY: as above; all of it was written there, by us or by the kernel.
        Ok(unsafe { (&raw const call.ifr_ifru).cast::<[u16; 4]>().read() })
    }

    /// Sets the length of its transmit queue.
    pub(crate) fn set_queue_length(&self, length: c_int) -> Result<(), Errno> {
        // The field is a union's first integer, as the MTU is.
        self.simple(libc::SIOCSIFTXQLEN, |r| r.ifr_ifru.ifru_mtu = length)
            .map(drop)
    }

    /// Its number.
    pub(crate) fn index(&self) -> Result<c_int, Errno> {
        let request = self.simple(libc::SIOCGIFINDEX, |_| {})?;
        // SAFETY: SIOCGIFINDEX succeeded, so the kernel filled this field; it is plain data.
        Ok(unsafe { request.ifr_ifru.ifru_ifindex })
    }

    /// Makes an ethtool request.
    ///
    /// # Safety
    /// `data` is the start of memory that is as large as the ethtool command in it says or
    /// implies, and that nobody else uses meanwhile.
    pub(super) unsafe fn ethtool(&self, data: *mut u32) -> Result<(), Errno> {
        self.simple(SIOCETHTOOL, |r| r.ifr_ifru.ifru_data = data.cast())
            .map(drop)
    }
}

fn hardware(family: u16, address: Address) -> sockaddr {
    let mut data = [0; 14];
    for (to, from) in data.iter_mut().zip(address) {
        *to = from as libc::c_char;
    }
    sockaddr {
        sa_family: family,
        sa_data: data,
    }
}
