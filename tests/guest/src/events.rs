//! Waiting for what the kernel announces.

use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, socket,
};

use crate::sys::in_namespace;

/// The first multicast group of a netlink family: uevents, or changes of links (RTMGRP_LINK).
const FIRST_GROUP: u32 = 1;

/// Announcements of the kernel, from the moment this is opened on.
#[derive(Debug)]
pub(crate) struct Announcements(OwnedFd);

impl Announcements {
    /// Devices that appear and vanish.
    pub(crate) fn of_devices() -> Result<Self> {
        Self::open(SockProtocol::NetlinkKObjectUEvent)
    }

    /// Network interfaces of a namespace that change.
    pub(crate) fn of_links(namespace: Option<&str>) -> Result<Self> {
        in_namespace(namespace, || Self::open(SockProtocol::NetlinkRoute))
    }

    fn open(family: SockProtocol) -> Result<Self> {
        let socket = socket(
            AddressFamily::Netlink,
            SockType::Datagram,
            SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK,
            family,
        )
        .context("open a netlink socket")?;
        bind(socket.as_raw_fd(), &NetlinkAddr::new(0, FIRST_GROUP))
            .context("join a netlink group")?;
        Ok(Self(socket))
    }

    /// Asks `look` now, and after each announcement, until it finds something.
    pub(crate) fn wait<T>(
        &self,
        what: &str,
        deadline: Duration,
        mut look: impl FnMut() -> Result<Option<T>>,
    ) -> Result<T> {
        let started = Instant::now();
        loop {
            if let Some(found) = look()? {
                return Ok(found);
            }
            let left = deadline.saturating_sub(started.elapsed());
            if left.is_zero() {
                bail!("no {what} after {} s", deadline.as_secs());
            }
            let mut descriptors = [PollFd::new(self.0.as_fd(), PollFlags::POLLIN)];
            let timeout = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
            match poll(&mut descriptors, timeout) {
                Ok(_) | Err(Errno::EINTR) => {}
                Err(error) => return Err(error).context("wait for an announcement"),
            }
            self.discard();
        }
    }

    /// What an announcement says does not matter, only that there was one. One that was dropped
    /// for want of space (ENOBUFS) was one too.
    fn discard(&self) {
        let mut buffer = [0; 4096];
        while let Ok(_) | Err(Errno::ENOBUFS) =
            recv(self.0.as_raw_fd(), &mut buffer, MsgFlags::MSG_DONTWAIT)
        {}
    }
}
