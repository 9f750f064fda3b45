//! The host backend's socket: each request is one message and its answer, on a socket of its own for
//! each slot, so that one slot's wait holds nobody up. See `runtime_wire::host`.

use nix::errno::Errno;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg};
use runtime_wire::host::{DESCRIPTORS, Request, answer_of};
use runtime_wire::protocol::{CONNECT, SLOTS, ioctl_number};
use std::io::{IoSliceMut, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

/// The sockets to the host backend, and the file behind the slot area.
#[derive(Debug)]
pub(crate) struct HostSocket {
    control: UnixStream,
    area: OwnedFd,
    slots: [UnixStream; SLOTS],
}

impl HostSocket {
    /// Receives the area and the slots' sockets; `ENODEV` where the device went away meanwhile.
    pub(super) fn new(file: OwnedFd) -> Result<Self, Errno> {
        let mut greeting = [0; 1];
        let mut space = nix::cmsg_space!([std::os::fd::RawFd; DESCRIPTORS]);
        let mut parts = [IoSliceMut::new(&mut greeting)];
        let message = recvmsg::<()>(
            file.as_raw_fd(),
            &mut parts,
            Some(&mut space),
            MsgFlags::MSG_CMSG_CLOEXEC,
        )?;
        let mut received = Vec::new();
        for control in message.cmsgs()? {
            if let ControlMessageOwned::ScmRights(descriptors) = control {
                received.extend(descriptors.into_iter().map(|descriptor| {
                    // SAFETY: just received, so open and nobody else's.
                    unsafe { <OwnedFd as std::os::fd::FromRawFd>::from_raw_fd(descriptor) }
                }));
            }
        }
        let mut received = received.into_iter();
        let area = received.next().ok_or(Errno::ENODEV)?;
        let slots: Vec<UnixStream> = received.map(Into::into).collect();
        Ok(Self {
            control: file.into(),
            area,
            slots: slots.try_into().map_err(|_| Errno::EBADMSG)?,
        })
    }

    pub(super) fn area(&self) -> BorrowedFd<'_> {
        self.area.as_fd()
    }

    pub(super) fn connect(&self, fingerprint: u64) -> Result<(), Errno> {
        ask(&self.control, ioctl_number(CONNECT), fingerprint).map(drop)
    }

    pub(super) fn exchange(&self, slot: usize, request: u8, argument: u64) -> Result<usize, Errno> {
        let socket = self.slots.get(slot).ok_or(Errno::EINVAL)?;
        ask(socket, ioctl_number(request), argument)
    }
}

/// One request and its answer. A host that is gone is a device that is gone.
fn ask(mut socket: &UnixStream, command: u32, argument: u64) -> Result<usize, Errno> {
    let request = Request { command, argument };
    let mut answer = [0; 8];
    socket
        .write_all(&request.bytes())
        .and_then(|()| socket.read_exact(&mut answer))
        .map_err(|_| Errno::ENODEV)?;
    match answer_of(answer) {
        Ok(value) => Ok(value as usize),
        Err(error) => Err(Errno::from_raw(error)),
    }
}
