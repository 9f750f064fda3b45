//! The connected device: the slot area, and the two requests of a crossing.

use crate::run::Exit;
use crate::transport::Transport;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};
use nix::errno::Errno;
use runtime_wire::protocol::{
    self, AREA_SIZE, DOWNCALL_REPLY, DOWNCALL_REQUEST, HEADER_SIZE, Header, MESSAGE_SIZE,
    SLOT_SIZE, Service, Status, UPCALL_REPLY, UPCALL_REQUEST,
};
use std::cell::Cell;
use std::ptr::NonNull;

/// The connected device and its slot area.
#[derive(Debug)]
pub(crate) struct Connection {
    transport: Transport,
    area: NonNull<u8>,
}

// SAFETY: each thread touches its own slot of the area.
unsafe impl Send for Connection {}
// SAFETY: as above.
unsafe impl Sync for Connection {}

/// The slot that the current thread serves, and the call in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    connection: &'static Connection,
    index: usize,
    sequence: u32,
    debug: bool,
}

thread_local! {
    static CURRENT: Cell<Option<Slot>> = const { Cell::new(None) };
}

impl Connection {
    /// Connects and maps; the error is the kernel's.
    pub(crate) fn new(transport: Transport, fingerprint: u64) -> Result<Self, Errno> {
        transport.connect(fingerprint)?;
        let area = transport.map()?;
        Ok(Self { transport, area })
    }

    fn message(&self, slot: usize, message: usize) -> *mut u8 {
        let offset = slot * SLOT_SIZE + message;
        assert!(offset + MESSAGE_SIZE <= AREA_SIZE);
        // SAFETY: inside the mapping.
        unsafe { self.area.as_ptr().add(offset) }
    }

    /// A message to write.
    #[expect(
        clippy::mut_from_ref,
        reason = "a slot belongs to one thread, which borrows one message at a time"
    )]
    fn outgoing(&self, slot: usize, message: usize) -> &mut [u8] {
        // SAFETY: inside the mapping; the kernel only reads it, in our system calls.
        unsafe { std::slice::from_raw_parts_mut(self.message(slot, message), MESSAGE_SIZE) }
    }

    /// A message that the kernel wrote; it does so only in our system calls.
    fn incoming(&self, slot: usize, message: usize) -> &[u8] {
        // SAFETY: inside the mapping; not written until the next system call about this slot.
        unsafe { std::slice::from_raw_parts(self.message(slot, message), MESSAGE_SIZE) }
    }

    /// Replies with `reply` bytes (none at first) and waits for the next call in slot `index`.
    pub(crate) fn next(
        &'static self,
        index: usize,
        reply: usize,
    ) -> Result<(Header, &'static [u8]), Errno> {
        loop {
            match self.transport.exchange(protocol::NEXT, index, reply) {
                // The reply was taken before the wait began; the kernel knows.
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error),
                Ok(_) => break,
            }
        }
        let message = self.incoming(index, UPCALL_REQUEST);
        let header = Header::lift(&mut Reader::new(message)).map_err(|_| Errno::EBADMSG)?;
        let payload = message
            .get(HEADER_SIZE..HEADER_SIZE + header.length as usize)
            .ok_or(Errno::EBADMSG)?;
        CURRENT.set(Some(Slot {
            connection: self,
            index,
            sequence: header.sequence,
            debug: header.number & protocol::UPCALL_DEBUG != 0,
        }));
        Ok((header, payload))
    }

    /// Writes the reply to a call; returns the message's length.
    pub(crate) fn reply(
        &self,
        index: usize,
        sequence: u32,
        status: Status,
        payload: &[u8],
    ) -> usize {
        let header = Header {
            sequence,
            code: status.code(),
            number: 0,
            length: payload.len() as u32,
        };
        let mut writer = Writer::new(self.outgoing(index, UPCALL_REPLY));
        let written = header
            .lower(&mut writer)
            .and_then(|()| writer.bytes(payload));
        assert!(written.is_ok(), "a reply is bounded by its buffer");
        writer.length()
    }
}

/// Lets so many milliseconds pass before the current thread's call goes on.
pub(crate) fn sleep(milliseconds: u32) {
    if let Some(slot) = CURRENT.get() {
        slot.connection.transport.sleep(slot.index, milliseconds);
    }
}

/// Whether the call under way is one for which the kernel prints debug lines.
pub(crate) fn debug_enabled() -> bool {
    CURRENT.get().is_some_and(|slot| slot.debug)
}

/// Makes a downcall from the current thread's call. When the kernel ends the incarnation, so does
/// this process: there is nobody left to report to.
pub(crate) fn request<R>(
    service: Service,
    number: u16,
    lower: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>,
    lift: impl FnOnce(&mut Reader<'_>) -> Result<R, WireError>,
) -> R {
    let slot = CURRENT
        .get()
        .expect("driver code runs only inside a call from the kernel");
    let connection = slot.connection;
    let (header, payload) = connection
        .outgoing(slot.index, DOWNCALL_REQUEST)
        .split_at_mut(HEADER_SIZE);
    let mut writer = Writer::new(payload);
    lower(&mut writer).expect("arguments are bounded by their types");
    let length = writer.length();
    let written = Header {
        sequence: slot.sequence,
        code: service.code(),
        number,
        length: length as u32,
    }
    .lower(&mut Writer::new(header));
    assert!(written.is_ok(), "a header fits its place");
    let Ok(total) =
        connection
            .transport
            .exchange(protocol::DOWNCALL, slot.index, HEADER_SIZE + length)
    else {
        Exit::Ended.now();
    };
    let reply = connection
        .incoming(slot.index, DOWNCALL_REPLY)
        .get(HEADER_SIZE..total)
        .unwrap_or(&[]);
    lift(&mut Reader::new(reply)).expect("the kernel half was built from the same plan")
}
