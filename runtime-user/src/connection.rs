//! The connected device: the slot area, and the two requests of a crossing.

use crate::profile::apart;
use crate::riding;
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

    /// The release of the kernel, as the kernel half calls it.
    pub(crate) fn kernel(&self) -> String {
        self.transport.kernel()
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
        let (header, payload, riders) = parts(message).ok_or(Errno::EBADMSG)?;
        riding::begin(riders).map_err(|_| Errno::EBADMSG)?;
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
        let (header, rest) = self.outgoing(index, UPCALL_REPLY).split_at_mut(HEADER_SIZE);
        let mut writer = Writer::new(rest);
        let written = writer.bytes(payload);
        assert!(written.is_ok(), "a reply is bounded by its buffer");
        if riding::send(&mut writer, true).is_err() {
            riding::flush();
            riding::send(&mut writer, true).expect("locks were given back");
        }
        let header = write_header(header, sequence, (status.code(), 0), payload.len(), &writer);
        header + writer.length()
    }
}

/// The header of a message, its payload and what rides along.
fn parts(message: &[u8]) -> Option<(Header, &[u8], &[u8])> {
    let header = Header::lift(&mut Reader::new(message)).ok()?;
    let whole = HEADER_SIZE + usize::from(header.length) + usize::from(header.riders);
    let (payload, riders) = header.parts(message.get(..whole)?)?;
    Some((header, payload, riders))
}

/// Writes the header of a message of which `writer` has the rest, so many bytes of it payload; returns
/// the header's length.
fn write_header(
    place: &mut [u8],
    sequence: u32,
    (code, number): (u16, u16),
    payload: usize,
    writer: &Writer<'_>,
) -> usize {
    let header = Header {
        sequence,
        code,
        number,
        // Both are bounded by the message.
        length: payload as u16,
        riders: (writer.length() - payload) as u16,
    };
    let written = header.lower(&mut Writer::new(place));
    assert!(written.is_ok(), "a header fits its place");
    HEADER_SIZE
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
    if matches!(service, Service::Call | Service::Lock | Service::Sleep) {
        riding::give_back();
    }
    let of = (service.code(), number);
    let total = slot.compose(of, lower).unwrap_or_else(|payload| {
        riding::flush();
        let again = slot.compose(of, |writer| writer.bytes(&payload));
        again.expect("there was room for the payload")
    });
    let connection = slot.connection;
    let exchange = || {
        connection
            .transport
            .exchange(protocol::DOWNCALL, slot.index, total)
    };
    let Ok(total) = apart(exchange) else {
        Exit::Ended.now();
    };
    let message = connection.incoming(slot.index, DOWNCALL_REPLY);
    let (_, reply, riders) = message
        .get(..total)
        .and_then(parts)
        .expect("the kernel says how long its message is");
    let result =
        lift(&mut Reader::new(reply)).expect("the kernel half was built from the same plan");
    riding::receive(riders).expect("the kernel half was built from the same plan");
    result
}

impl Slot {
    /// Writes the request of a downcall, with what rides along; returns the message's length, or the
    /// payload, where there is no room for both.
    fn compose(
        self,
        of: (u16, u16),
        lower: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>,
    ) -> Result<usize, Vec<u8>> {
        let (header, rest) = self
            .connection
            .outgoing(self.index, DOWNCALL_REQUEST)
            .split_at_mut(HEADER_SIZE);
        let mut writer = Writer::new(rest);
        lower(&mut writer).expect("arguments are bounded by their types");
        let payload = writer.length();
        if riding::send(&mut writer, false).is_err() {
            return Err(writer.written().to_vec());
        }
        let header = write_header(header, self.sequence, of, payload, &writer);
        Ok(header + writer.length())
    }
}
