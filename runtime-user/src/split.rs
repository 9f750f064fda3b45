//! What the partitioner generates for the user half, and what that code uses.

use crate::Device;
use crate::profile::ProfileTable;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};

pub use runtime_wire::shape::fingerprint;

/// Implemented for the driver's state by generated code.
pub trait UserHalf: Send + Sync + Sized + 'static {
    /// The ABI fingerprint; the kernel half must have the same.
    const FINGERPRINT: u64;
    /// Names of this half's functions, by number.
    const UPCALLS: &'static [&'static str];
    /// The counts, of a half that counts what it does.
    const PROFILE: Option<fn() -> &'static ProfileTable> = None;

    /// The state as this half sees it: plain fields from the message, the rest as remote objects.
    fn lift_state(device: Device, reader: &mut Reader<'_>) -> Result<Self, WireError>;
    /// Runs function `number`.
    fn upcall(
        state: Option<&Self>,
        device: &Device,
        number: u16,
        call: &mut Upcall<'_>,
    ) -> Result<(), Refused>;
}

/// Why a call could not be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No function of that number.
    UnknownFunction,
    /// The state has not come yet.
    NoState,
    /// Malformed arguments, or a result too large for a message.
    Wire(WireError),
}

impl From<WireError> for Refused {
    fn from(error: WireError) -> Self {
        Refused::Wire(error)
    }
}

/// A call of a user-half function by the kernel.
#[derive(Debug)]
pub struct Upcall<'a> {
    pub(crate) arguments: Reader<'a>,
    pub(crate) reply: Writer<'a>,
}

impl Upcall<'_> {
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
