//! The connected device: the slot area, and the two requests of a crossing.

use crate::polling::{Habit, Next, Polling};
use crate::profile::apart;
use crate::riding;
use crate::run::Exit;
use crate::transport::Transport;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};
use nix::errno::Errno;
use runtime_wire::bell::Words;
use runtime_wire::protocol::{
    self, AREA_SIZE, BELL_SIZE, BELLS, DOWNCALL_REPLY, DOWNCALL_REQUEST, HEADER_SIZE, Header,
    MESSAGE_SIZE, SLOT_SIZE, Service, Status, UPCALL_REPLY, UPCALL_REQUEST,
};
use std::cell::Cell;
use std::ptr::NonNull;

/// The connected device and its slot area.
#[derive(Debug)]
pub(crate) struct Connection {
    transport: Transport,
    area: NonNull<u8>,
    polling: Option<Polling>,
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
    pub(crate) fn new(
        transport: Transport,
        fingerprint: u64,
        polling: Option<Polling>,
    ) -> Result<Self, Errno> {
        transport.connect(fingerprint)?;
        let area = transport.map()?;
        Ok(Self {
            transport,
            area,
            polling,
        })
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

    /// The words by which a slot's thread polls.
    fn bell(&self, slot: usize) -> &Words {
        let offset = BELLS + slot * BELL_SIZE;
        assert!(offset + BELL_SIZE <= AREA_SIZE);
        // SAFETY: inside the mapping, which is aligned to pages and stays; the kernel writes these words at once.
        unsafe { &*self.area.as_ptr().add(offset).cast() }
    }

    /// A message that the kernel wrote: it does so in our system calls, and before it says that a call is there.
    fn incoming(&self, slot: usize, message: usize) -> &[u8] {
        // SAFETY: inside the mapping; not written until the next system call about this slot, or reply.
        unsafe { std::slice::from_raw_parts(self.message(slot, message), MESSAGE_SIZE) }
    }

    /// Replies to call `sequence` with `reply` bytes (none at first) and waits for the next call in slot `index`.
    pub(crate) fn next(
        &'static self,
        index: usize,
        (sequence, reply): (u32, usize),
        habit: &mut Habit,
    ) -> Result<(Header, &'static [u8]), Errno> {
        let next = match &self.polling {
            None => Next::Sleep(reply),
            Some(polling) => polling.next(self.bell(index), habit, (sequence, reply), |reply| {
                let delivered = self.transport.exchange(protocol::REPLY, index, reply);
                delivered.map(drop)
            })?,
        };
        if let Next::Sleep(reply) = next {
            self.sleep(index, reply)?;
            if let Some(polling) = &self.polling {
                polling.woken(habit);
            }
        }
        self.begin(index)
    }

    /// Waits in the kernel.
    fn sleep(&self, index: usize, reply: usize) -> Result<(), Errno> {
        loop {
            match self.transport.exchange(protocol::NEXT, index, reply) {
                // The reply was taken before the wait began; the kernel knows.
                Err(Errno::EINTR) => {}
                other => return other.map(drop),
            }
        }
    }

    /// The call that is there.
    fn begin(&'static self, index: usize) -> Result<(Header, &'static [u8]), Errno> {
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

    /// Where the payload of a slot's reply is written: what the kernel reads when it is told to.
    pub(crate) fn reply_to(&self, index: usize) -> &mut [u8] {
        self.outgoing(index, UPCALL_REPLY)
            .split_at_mut(HEADER_SIZE)
            .1
    }

    /// Completes the reply to a call, with so many bytes of payload; returns the message's length.
    pub(crate) fn reply(
        &self,
        index: usize,
        sequence: u32,
        status: Status,
        payload: usize,
    ) -> usize {
        let (header, rest) = self.outgoing(index, UPCALL_REPLY).split_at_mut(HEADER_SIZE);
        let mut writer = Writer::new(rest);
        let skipped = writer.skip(payload);
        assert!(skipped.is_ok(), "a reply is bounded by its message");
        if riding::send(&mut writer, true).is_err() {
            riding::flush();
            riding::send(&mut writer, true).expect("locks were given back");
        }
        let header = write_header(header, sequence, (status.code(), 0), payload, &writer);
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
    riding::forget_programs();
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
