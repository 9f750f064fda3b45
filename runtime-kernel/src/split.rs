//! What the partitioner generates for the kernel half, and what that code uses.

use crate::profile::ProfileTable;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};
use crate::{Error, Result};

pub use runtime_wire::riding::Carried;
pub use runtime_wire::shape::fingerprint;

/// Implemented for the driver's state by generated code.
pub trait KernelHalf {
    /// Whether there is a user half.
    const SPLIT: bool;
    /// The ABI fingerprint; the user half must have the same.
    const FINGERPRINT: u64;
    /// Names of the functions in the user half, by number.
    const UPCALLS: &'static [&'static str];
    /// Names of the kernel-half functions that the user half may call, by number.
    const DOWNCALLS: &'static [&'static str];
    /// What each of the functions in the user half is given, by number; nothing beyond the end.
    const CARRIED: &'static [Carried] = &[];
    /// The operations that only queue a call of the user half.
    const DEFERRED: &'static [&'static str] = &[];
    /// Where each function of the driver is and why, a line for each.
    const PLACEMENTS: &'static str;

    /// Lowers the state's plain fields, which do not change after `attach`.
    fn lower_state(&self, writer: &mut Writer<'_>) -> Result<(), WireError>;
    /// Lock `number`.
    fn lock(&self, number: u16) -> Option<&dyn RemoteLock>;
    /// Atomic `number`.
    fn atomic(&self, number: u16) -> Option<&dyn RemoteAtomic>;
    /// The counts, of a module that counts what it does.
    const PROFILE: Option<fn() -> &'static ProfileTable> = None;
    /// Runs kernel-half function `number` for the user half.
    fn downcall(&self, number: u16, call: &mut Downcall<'_>) -> Result<(), Refused>;
}

/// A lock that the user half can take.
pub trait RemoteLock {
    /// Waits at most so many milliseconds for the lock.
    fn acquire(&self, milliseconds: u32) -> Result<()>;
    /// Counts the changes of what it protects: the same again means that nothing has changed.
    fn version(&self) -> u64;
    /// Takes the lock if that needs no wait; returns whether it did.
    fn acquire_now(&self) -> bool;
    /// Lowers what it protects.
    ///
    /// # Safety
    ///
    /// The caller holds the lock.
    unsafe fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError>;
    /// Replaces the fields in the mask, all or none, by those that the rest of the message is.
    ///
    /// # Safety
    ///
    /// The caller holds the lock.
    unsafe fn store(&self, fields: u64, reader: &mut Reader<'_>) -> Result<(), WireError>;
    /// Opens the lock.
    ///
    /// # Safety
    ///
    /// The caller holds the lock, and does not afterwards.
    unsafe fn release(&self);
}

/// An atomic that the user half can use.
pub trait RemoteAtomic {
    /// Its value.
    fn load_remote(&self) -> u64;
    /// Replaces it; `None` where the value does not fit.
    fn store_remote(&self, value: u64) -> Option<()>;
    /// Adds to it, round its end; returns the old value, or `None` where it cannot be added to, or not that much.
    fn add_remote(&self, value: u64) -> Option<u64>;
}

/// Why a message from the user half is refused. Each ends the incarnation that sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No function of that number.
    UnknownFunction,
    /// The driver has no state yet.
    NoState,
    /// Malformed arguments, or a result too large for a message.
    Wire(WireError),
    /// A message that does not fit the state of the conversation.
    Protocol(&'static str),
    /// A register access that no grant covers.
    Policy,
}

impl From<WireError> for Refused {
    fn from(error: WireError) -> Self {
        Refused::Wire(error)
    }
}

impl Refused {
    /// For the log.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Refused::UnknownFunction => "unknown function, lock or service",
            Refused::NoState => "the device is not attached yet",
            Refused::Wire(WireError::Length) => "wrong length",
            Refused::Wire(WireError::Tag) => "a value that its type does not have",
            Refused::Wire(WireError::Text) => "text that is not UTF-8",
            Refused::Protocol(reason) => reason,
            Refused::Policy => "a register access that the policy does not grant",
        }
    }
}

/// A call of a kernel-half function by the user half.
#[derive(Debug)]
pub struct Downcall<'a> {
    pub(crate) arguments: Reader<'a>,
    pub(crate) reply: Writer<'a>,
}

impl Downcall<'_> {
    /// The arguments, all of them.
    pub fn arguments<A: Wire>(&mut self) -> Result<A, Refused> {
        let arguments = A::lift(&mut self.arguments)?;
        self.arguments.finish()?;
        Ok(arguments)
    }

    /// The result.
    pub fn reply<R: Lower>(&mut self, result: &R) -> Result<(), Refused> {
        Ok(result.lower(&mut self.reply)?)
    }
}

impl From<Refused> for Error {
    fn from(_: Refused) -> Self {
        Error::EBADMSG
    }
}
