//! The crossing protocol: the character device's requests, the slot area and the message headers.
//!
//! The user half opens the device of one driver instance, connects, maps the slot area and gives
//! each of its threads one slot. A slot has four pages: upcall request, upcall reply, downcall
//! request, downcall reply. A header precedes each payload; what [rides along](crate::riding) follows it.

use crate::shape;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};

/// Version of everything in this module; part of the fingerprint.
pub const VERSION: u32 = 6;
/// Slots of one device, so threads that the user half may run.
pub const SLOTS: usize = 4;
/// Bytes of each of a slot's four messages, header included.
pub const MESSAGE_SIZE: usize = 4096;
/// Bytes of one slot.
pub const SLOT_SIZE: usize = 4 * MESSAGE_SIZE;
/// Offset of the slots' bells ([`crate::bell::Words`]) in the slot area, behind the slots: one page.
pub const BELLS: usize = SLOTS * SLOT_SIZE;
/// Bytes of one slot's bell.
pub const BELL_SIZE: usize = size_of::<crate::bell::Words>();
/// Bytes of the whole slot area, as mapped.
pub const AREA_SIZE: usize = BELLS + 4096;
/// Offsets of the messages in a slot.
pub const UPCALL_REQUEST: usize = 0;
/// See [`UPCALL_REQUEST`].
pub const UPCALL_REPLY: usize = MESSAGE_SIZE;
/// See [`UPCALL_REQUEST`].
pub const DOWNCALL_REQUEST: usize = 2 * MESSAGE_SIZE;
/// See [`UPCALL_REQUEST`].
pub const DOWNCALL_REPLY: usize = 3 * MESSAGE_SIZE;

/// `ioctl` type byte of every request.
pub const IOCTL_TYPE: u8 = b'm';
/// Connect: the argument is the fingerprint. One incarnation at a time; a wrong one is `EPROTO`.
pub const CONNECT: u8 = 1;
/// Reply to the slot's upcall, if it has one, and wait for the next: the argument is the slot's number in the low 8
/// bits and, above them, the length of the reply message (0: no reply).
pub const NEXT: u8 = 2;
/// Make a downcall from the slot's upcall: argument as for [`NEXT`]; returns the reply's length.
pub const DOWNCALL: u8 = 3;
/// Reply to the slot's upcall: argument as for [`NEXT`], which waits and this does not.
pub const REPLY: u8 = 4;

/// The number (`_IO(IOCTL_TYPE, request)`) that `ioctl` takes.
pub const fn ioctl_number(request: u8) -> u32 {
    (IOCTL_TYPE as u32) << 8 | request as u32
}

/// Upcall that carries the driver's immutable state instead of calling a function.
pub const UPCALL_STATE: u16 = 0xffff;

/// The kernel prints debug lines; without this a user half need not send any.
pub const UPCALL_DEBUG: u16 = 1;

/// Bytes of a message header.
pub const HEADER_SIZE: usize = 12;

/// What precedes every payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The upcall that this message belongs to; never 0, counted by the kernel.
    pub sequence: u32,
    /// Upcall request: the function. Downcall request: a [`Service`]. Replies: a [`Status`].
    pub code: u16,
    /// Downcall request with [`Service::Call`], [`Service::Lock`] …: which one. Upcall request:
    /// [`UPCALL_DEBUG`] or 0.
    pub number: u16,
    /// Bytes of payload that follow.
    pub length: u16,
    /// Bytes of what rides along, behind the payload.
    pub riders: u16,
}

impl Lower for Header {
    #[inline]
    fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        let [a, b, c, d] = self.sequence.to_le_bytes();
        let [e, f] = self.code.to_le_bytes();
        let [g, h] = self.number.to_le_bytes();
        let [i, j] = self.length.to_le_bytes();
        let [k, l] = self.riders.to_le_bytes();
        writer.bytes(&[a, b, c, d, e, f, g, h, i, j, k, l])
    }
}

impl Wire for Header {
    const MAX_SIZE: usize = HEADER_SIZE;
    const SHAPE: u64 = shape::of("Header", &[]);
    #[inline]
    fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = reader.array::<HEADER_SIZE>()?;
        Ok(Self {
            sequence: u32::from_le_bytes([a, b, c, d]),
            code: u16::from_le_bytes([e, f]),
            number: u16::from_le_bytes([g, h]),
            length: u16::from_le_bytes([i, j]),
            riders: u16::from_le_bytes([k, l]),
        })
    }
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u16)]
        pub enum $name { $($(#[$vdoc])* $variant = $code,)* }
        impl $name {
            /// From the wire; `None` for a code that does not exist.
            pub const fn from_code(code: u16) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
            /// For the wire.
            pub const fn code(self) -> u16 {
                self as u16
            }
            /// All of them, with their names for people, in ascending order.
            pub const ALL: &[(Self, &str)] = &[$((Self::$variant, stringify!($variant)),)*];
        }
    };
}

codes! {
    /// How an upcall or a downcall ended. What the function itself returned, errors included, is payload of `Done`.
    Status {
        /// The payload is the function's result.
        Done = 0,
        /// The user half could not run the function: unknown number, malformed arguments, no state.
        Refused = 1,
        /// The function panicked in the user half.
        Panicked = 2,
    }
}

codes! {
    /// What a downcall asks for.
    Service {
        /// Run kernel-half function `number` with the payload as arguments.
        Call = 0,
        /// Acquire lock `number`; the reply is the state behind it.
        Lock = 1,
        /// Release lock `number`; the payload is a `u64` mask and those fields.
        Unlock = 2,
        /// Load atomic `number`; the reply is a `u64`.
        AtomicLoad = 3,
        /// Store the payload, a `u64`, to atomic `number`.
        AtomicStore = 4,
        /// Add the payload, a `u64`, to atomic `number`; the reply is the old value.
        AtomicAdd = 5,
        /// Run the register program in the payload; the reply is what it read and its outcome.
        Registers = 6,
        /// Write a line to the kernel log: a level (`u8`) and a `Text<256>`.
        Log = 7,
        /// Read a module parameter: a `Text<32>`; the reply is a `Result<i32>`.
        Parameter = 8,
        /// Carrier on or off: a `bool`.
        SetCarrier = 9,
        /// The reply is a `bool`: carrier.
        Carrier = 10,
        /// The reply is a `bool`: interface up.
        Running = 11,
        /// Run work item `number` in the payload's (`u32`) milliseconds.
        ScheduleWork = 12,
        /// Take work item `number` off the queue, without waiting for a run under way.
        CancelWork = 13,
        /// The reply is a `u32`: the interface's MTU.
        Mtu = 14,
        /// The reply is a `MacAddress`: the interface's address.
        Address = 15,
        /// The reply is a `Text<32>`: the name on its bus.
        BusName = 16,
        /// The reply is an `Attachment`: what the device is attached to.
        Attachment = 17,
        /// Access registers in their wide form from now on, or not: a `bool`. Before there is a state.
        UseWideRegisters = 18,
        /// Let the payload's (`u32`) milliseconds pass.
        Sleep = 19,
        /// Nothing: for what rides along.
        Post = 20,
        /// Run the register program in the payload; if it fails, schedule work item `number`. There is no reply.
        RegistersOrWork = 21,
        /// The same as [`Registers`](Self::Registers); and at the next calls with the same arguments run it before the
        /// call, which gets the reply as a [`Program`](crate::riding::Kind::Program). `number`: which one of the call's.
        RegistersAhead = 22,
    }
}

impl Service {
    /// Whether a request may ride along: nobody waits for its result. A register program may that reads
    /// nothing and waits for nothing, or that names a work item in case that it fails.
    pub const fn rides(self) -> bool {
        matches!(
            self,
            Self::Unlock
                | Self::AtomicStore
                | Self::AtomicAdd
                | Self::Registers
                | Self::Log
                | Self::SetCarrier
                | Self::ScheduleWork
                | Self::CancelWork
                | Self::UseWideRegisters
                | Self::RegistersOrWork
        )
    }
}

impl Header {
    /// The payload, and what rides along, of a message whose header this is; `None` unless they are what
    /// the header says.
    #[inline]
    pub fn parts<'a>(&self, message: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let rest = message.get(HEADER_SIZE..)?;
        let (payload, riders) = rest.split_at_checked(self.length.into())?;
        (riders.len() == usize::from(self.riders)).then_some((payload, riders))
    }
}
