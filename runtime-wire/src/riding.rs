//! What rides along with a message, behind its payload, so that it needs no crossing of its own.
//!
//! To the user half: what it would ask for, as [`Item`]s. Which of them a call needs is known from the
//! driver's source ([`Carried`]). To the kernel: requests whose answer nobody waits for, in the order in
//! which they were made, each with a [`Rider`] before it; they are done before the message itself.

use crate::Text;
use crate::attachment::Attachment;
use crate::net::MacAddress;
use crate::shape;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};

/// What a call of the user half is given. Whatever is missing it asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Locks that it takes, a bit each by number: the kernel lends those that are open.
    pub locks: u64,
    /// Atomics that it uses, a bit each by number.
    pub atomics: u64,
    /// What it asks about the device: [`Carried::INTERFACE`] and so on.
    pub about: u8,
}

impl Carried {
    /// The interface: [`Interface`].
    pub const INTERFACE: u8 = 1;
    /// Where the device is: [`Place`].
    pub const PLACE: u8 = 2;
    /// The module parameters' values for it.
    pub const PARAMETERS: u8 = 4;
    /// What its register programs of before read now: [`Kind::Program`].
    pub const PROGRAMS: u8 = 8;

    /// Nothing.
    pub const NONE: Self = Self::new(0, 0, 0);

    /// Locks, atomics, and what there is to know about the device.
    pub const fn new(locks: u64, atomics: u64, about: u8) -> Self {
        Self {
            locks,
            atomics,
            about,
        }
    }

    /// What of it an answer to the call brings again: what may have changed.
    pub const fn anew(self) -> Self {
        Self {
            about: self.about & Self::INTERFACE,
            ..self
        }
    }

    /// Whether it is nothing.
    pub const fn is_none(&self) -> bool {
        self.locks == 0 && self.atomics == 0 && self.about == 0
    }
}

/// What the kernel knows of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub struct Interface {
    /// Whether there is a carrier.
    pub carrier: bool,
    /// Whether it is up.
    pub running: bool,
    /// Its MTU in bytes.
    pub mtu: u32,
    /// Its address.
    pub address: MacAddress,
}

/// Where a device is.
#[derive(Clone, Copy, Debug, PartialEq, Wire)]
pub struct Place {
    /// What it is attached to.
    pub attachment: Attachment,
    /// Its name on the bus.
    pub name: Text<32>,
}

/// A module parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Wire)]
pub struct Parameter {
    /// Its name.
    pub name: Text<32>,
    /// Its value for the card.
    pub value: i32,
}

/// What an item is. Its bytes follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Wire)]
pub enum Kind {
    /// The state behind lock `number`, which the call holds from here on.
    Lock,
    /// The value of atomic `number`, a `u64`.
    Atomic,
    /// An [`Interface`].
    Interface,
    /// A [`Place`].
    Place,
    /// A [`Parameter`].
    Parameter,
    /// Register program `number` of the call, run for it already: its bytes, with their length (`u16`) before them,
    /// and the reply to it.
    Program,
}

/// One thing that the user half need not ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// What it is.
    pub kind: Kind,
    /// Which lock or atomic; otherwise 0.
    pub number: u16,
    /// Its wire form.
    pub bytes: &'a [u8],
}

/// The most register programs that are run ahead of one call.
pub const MOST_PROGRAMS: usize = 8;

/// Bytes before those of an item or a rider: its kind and number, and how many bytes there are.
const BEFORE_ITEM: usize = 5;
const BEFORE_RIDER: usize = 6;

impl<'a> Item<'a> {
    /// The next of those in a message.
    pub fn lift(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let kind = Kind::lift(reader)?;
        let number = u16::lift(reader)?;
        let length = u16::lift(reader)?;
        Ok(Self {
            kind,
            number,
            bytes: reader.bytes(length.into())?,
        })
    }

    /// Appends one, all of it or nothing.
    pub fn lower(
        kind: Kind,
        number: u16,
        writer: &mut Writer<'_>,
        value: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>,
    ) -> Result<(), WireError> {
        sized(writer, BEFORE_ITEM, value, |writer, length| {
            kind.lower(writer)?;
            number.lower(writer)?;
            length.lower(writer)
        })
    }
}

/// A request that rides along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rider<'a> {
    /// The code of a [`Service`](crate::protocol::Service) for which [`rides`](crate::protocol::Service::rides).
    pub code: u16,
    /// Which lock and so on, as in the header of a downcall.
    pub number: u16,
    /// The payload.
    pub payload: &'a [u8],
}

impl<'a> Rider<'a> {
    /// The next of those in a message.
    pub fn lift(reader: &mut Reader<'a>) -> Result<Self, WireError> {
        let code = u16::lift(reader)?;
        let number = u16::lift(reader)?;
        let length = u16::lift(reader)?;
        Ok(Self {
            code,
            number,
            payload: reader.bytes(length.into())?,
        })
    }

    /// Appends one, all of it or nothing.
    pub fn lower(
        code: u16,
        number: u16,
        writer: &mut Writer<'_>,
        payload: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>,
    ) -> Result<(), WireError> {
        sized(writer, BEFORE_RIDER, payload, |writer, length| {
            code.lower(writer)?;
            number.lower(writer)?;
            length.lower(writer)
        })
    }
}

/// Appends what has a length before it; where it does not fit, nothing.
fn sized(
    writer: &mut Writer<'_>,
    before: usize,
    value: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>,
    header: impl FnOnce(&mut Writer<'_>, u16) -> Result<(), WireError>,
) -> Result<(), WireError> {
    let start = writer.length();
    let written = writer
        .skip(before)
        .and_then(|()| value(writer))
        .and_then(|()| {
            let length = writer.length() - start - before;
            let length = u16::try_from(length).map_err(|_| WireError::Length)?;
            writer.at(start, before, |writer| header(writer, length))
        });
    if written.is_err() {
        writer.cut(start);
    }
    written
}

/// Changes when the wire form of what rides along does.
pub const SHAPE: u64 = shape::of(
    "riding",
    &[
        ("interface", Interface::SHAPE),
        ("place", Place::SHAPE),
        ("parameter", Parameter::SHAPE),
        ("kind", Kind::SHAPE),
    ],
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rides_along_comes_back() {
        let mut buffer = [0; 64];
        let mut writer = Writer::new(&mut buffer);
        Item::lower(Kind::Atomic, 3, &mut writer, |w| 7u64.lower(w)).unwrap();
        Rider::lower(9, 1, &mut writer, |w| true.lower(w)).unwrap();
        let length = writer.length();
        let mut reader = Reader::new(&buffer[..length]);
        let item = Item::lift(&mut reader).unwrap();
        assert_eq!((item.kind, item.number), (Kind::Atomic, 3));
        assert_eq!(item.bytes, 7u64.to_le_bytes());
        let rider = Rider::lift(&mut reader).unwrap();
        assert_eq!((rider.code, rider.number, rider.payload), (9, 1, &[1][..]));
        assert!(reader.finish().is_ok());
    }

    #[test]
    fn what_does_not_fit_leaves_nothing() {
        let mut buffer = [0; 12];
        let mut writer = Writer::new(&mut buffer);
        1u8.lower(&mut writer).unwrap();
        assert_eq!(
            Item::lower(Kind::Lock, 0, &mut writer, |w| 7u64.lower(w)),
            Err(WireError::Length)
        );
        assert_eq!(writer.length(), 1);
        Item::lower(Kind::Lock, 0, &mut writer, |w| 7u32.lower(w)).unwrap();
        assert_eq!(writer.length(), 10);
    }

    #[test]
    fn a_length_that_lies_is_refused() {
        for bytes in [&[0u8, 0, 0, 4, 0, 1, 2, 3][..], &[9, 0, 0, 0, 0], &[0, 0]] {
            assert!(Item::lift(&mut Reader::new(bytes)).is_err());
        }
        assert!(Rider::lift(&mut Reader::new(&[0, 0, 0, 0, 2, 0, 1])).is_err());
    }
}
