//! Lowering values to bytes and lifting them back, checked.
//!
//! Integers are little-endian; a `bool` is one byte that must be 0 or 1; an enum is its variant's
//! number in one byte; a sequence is its length in two bytes and its elements. Lifting never trusts
//! the bytes: every length, tag and boolean is checked before use, and nothing here can panic.

pub use crate::shape;
use crate::{Error, Result as ApiResult};
pub use partitioner_macros::{State, Wire};

/// Why bytes could not be lowered or lifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireError {
    /// The message ends before the value does, or the value does not fit into the message.
    Length,
    /// A variant number, a boolean or a field mask that the type does not have.
    Tag,
    /// A text that is not UTF-8.
    Text,
}

impl From<WireError> for Error {
    fn from(_: WireError) -> Self {
        Error::EBADMSG
    }
}

/// Writes values one after the other into a message of fixed capacity.
#[derive(Debug)]
pub struct Writer<'a> {
    buffer: &'a mut [u8],
    length: usize,
}

impl<'a> Writer<'a> {
    /// A writer at the start of `buffer`.
    #[inline]
    pub fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, length: 0 }
    }

    /// Bytes written so far.
    #[inline]
    pub fn length(&self) -> usize {
        self.length
    }

    /// What was written so far.
    #[inline]
    pub fn written(&self) -> &[u8] {
        self.buffer.get(..self.length).unwrap_or(&[])
    }

    /// Appends `bytes`.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        let end = self
            .length
            .checked_add(bytes.len())
            .ok_or(WireError::Length)?;
        let room = self
            .buffer
            .get_mut(self.length..end)
            .ok_or(WireError::Length)?;
        room.copy_from_slice(bytes);
        self.length = end;
        Ok(())
    }

    /// Leaves room for so many bytes, which [`Writer::at`] fills later.
    #[inline]
    pub fn skip(&mut self, bytes: usize) -> Result<(), WireError> {
        let end = self.length.checked_add(bytes).ok_or(WireError::Length)?;
        if end > self.buffer.len() {
            return Err(WireError::Length);
        }
        self.length = end;
        Ok(())
    }

    /// Writes into bytes that were skipped: as many as there are from `start` on.
    #[inline]
    pub fn at(
        &mut self,
        start: usize,
        bytes: usize,
        write: impl FnOnce(&mut Writer<'_>) -> Result<(), WireError>,
    ) -> Result<(), WireError> {
        let end = start.checked_add(bytes).ok_or(WireError::Length)?;
        let place = self.buffer.get_mut(start..end).ok_or(WireError::Length)?;
        write(&mut Writer::new(place))
    }

    /// Forgets all but the first `length` bytes.
    #[inline]
    pub fn cut(&mut self, length: usize) {
        self.length = self.length.min(length);
    }
}

/// Reads values one after the other from a message.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// A reader at the start of `bytes`.
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Takes the next `length` bytes.
    #[inline]
    pub fn bytes(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(WireError::Length)?;
        self.rest = rest;
        Ok(taken)
    }

    /// Takes the next `N` bytes as an array.
    #[inline]
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(WireError::Length)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Succeeds when every byte was read: a message with a tail is not what its sender claims.
    #[inline]
    pub fn finish(&self) -> Result<(), WireError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(WireError::Length)
        }
    }
}

/// A value that has a wire form.
pub trait Lower {
    /// Appends the wire form of `self`.
    fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError>;
    /// Appends the wire forms of all of them; bytes go in one piece.
    fn lower_all(items: &[Self], writer: &mut Writer<'_>) -> Result<(), WireError>
    where
        Self: Sized,
    {
        items.iter().try_for_each(|item| item.lower(writer))
    }
}

/// A value that can be made again, in the other half, from its wire form.
pub trait Wire: Lower + Sized {
    /// The most bytes that a value takes.
    const MAX_SIZE: usize;
    /// A number that changes when the wire form does; part of the ABI fingerprint.
    const SHAPE: u64;
    /// Reads one value, checking every byte of it.
    fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError>;
    /// Reads as many values as there are places; bytes come in one piece.
    fn lift_all(places: &mut [Self], reader: &mut Reader<'_>) -> Result<(), WireError> {
        places.iter_mut().try_for_each(|place| {
            *place = Self::lift(reader)?;
            Ok(())
        })
    }
}

/// State behind a lock, of which single fields cross.
pub trait State: Wire + Clone {
    /// Names of the fields, in order; bit *i* of a mask stands for field *i*. At most 64.
    const FIELDS: &'static [&'static str];
    /// The fields in which `self` differs from `base`.
    fn dirty(&self, base: &Self) -> u64;
    /// Appends the named fields in ascending order.
    fn lower_fields(&self, fields: u64, writer: &mut Writer<'_>) -> Result<(), WireError>;
    /// Replaces the named fields, all or none, by those that the rest of the message is.
    fn lift_fields(&mut self, fields: u64, reader: &mut Reader<'_>) -> Result<(), WireError>;
}

impl<T: Lower + ?Sized> Lower for &T {
    fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        (**self).lower(writer)
    }
}

macro_rules! integers {
    ($($ty:ident),*) => {$(
        impl Lower for $ty {
            #[inline]
            fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
                writer.bytes(&self.to_le_bytes())
            }
        }
        impl Wire for $ty {
            const MAX_SIZE: usize = size_of::<$ty>();
            const SHAPE: u64 = shape::of(stringify!($ty), &[]);
            #[inline]
            fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
                Ok(Self::from_le_bytes(reader.array()?))
            }
        }
    )*};
}
integers!(u16, u32, u64, i8, i16, i32, i64);

impl Lower for u8 {
    #[inline]
    fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.bytes(&[*self])
    }
    fn lower_all(items: &[Self], writer: &mut Writer<'_>) -> Result<(), WireError> {
        writer.bytes(items)
    }
}

impl Wire for u8 {
    const MAX_SIZE: usize = 1;
    const SHAPE: u64 = shape::of("u8", &[]);
    #[inline]
    fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        reader.array().map(|[byte]| byte)
    }
    fn lift_all(places: &mut [Self], reader: &mut Reader<'_>) -> Result<(), WireError> {
        places.copy_from_slice(reader.bytes(places.len())?);
        Ok(())
    }
}

impl Lower for bool {
    fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        u8::from(*self).lower(writer)
    }
}

impl Wire for bool {
    const MAX_SIZE: usize = 1;
    const SHAPE: u64 = shape::of("bool", &[]);
    fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        match u8::lift(reader)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(WireError::Tag),
        }
    }
}

impl<T: Lower> Lower for Option<T> {
    fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        match self {
            None => 0u8.lower(writer),
            Some(value) => {
                1u8.lower(writer)?;
                value.lower(writer)
            }
        }
    }
}

impl<T: Wire> Wire for Option<T> {
    const MAX_SIZE: usize = 1 + T::MAX_SIZE;
    const SHAPE: u64 = shape::of("Option", &[("", T::SHAPE)]);
    fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(if bool::lift(reader)? {
            Some(T::lift(reader)?)
        } else {
            None
        })
    }
}

impl<T: Lower> Lower for ApiResult<T> {
    fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        match self {
            Ok(value) => {
                0i32.lower(writer)?;
                value.lower(writer)
            }
            Err(error) => error.number().lower(writer),
        }
    }
}

impl<T: Wire> Wire for ApiResult<T> {
    const MAX_SIZE: usize = 4 + T::MAX_SIZE;
    const SHAPE: u64 = shape::of("Result", &[("", T::SHAPE)]);
    fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        match i32::lift(reader)? {
            0 => Ok(Ok(T::lift(reader)?)),
            number => Ok(Err(Error::from_number(number).ok_or(WireError::Tag)?)),
        }
    }
}

impl<T: Lower, const N: usize> Lower for [T; N] {
    fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        T::lower_all(self, writer)
    }
}

impl<T: Wire + Copy + Default, const N: usize> Wire for [T; N] {
    const MAX_SIZE: usize = N * T::MAX_SIZE;
    const SHAPE: u64 = shape::of("array", &[("", T::SHAPE), ("", N as u64)]);
    fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let mut items = [T::default(); N];
        T::lift_all(&mut items, reader)?;
        Ok(items)
    }
}

impl Lower for () {
    fn lower(&self, _: &mut Writer<'_>) -> Result<(), WireError> {
        Ok(())
    }
}

impl Wire for () {
    const MAX_SIZE: usize = 0;
    const SHAPE: u64 = shape::of("()", &[]);
    fn lift(_: &mut Reader<'_>) -> Result<Self, WireError> {
        Ok(())
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),+))*) => {$(
        impl<$($name: Lower),+> Lower for ($($name,)+) {
            fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
                $(self.$index.lower(writer)?;)+
                Ok(())
            }
        }
        impl<$($name: Wire),+> Wire for ($($name,)+) {
            const MAX_SIZE: usize = 0 $(+ $name::MAX_SIZE)+;
            const SHAPE: u64 = shape::of("tuple", &[$(("", $name::SHAPE)),+]);
            fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
                Ok(($($name::lift(reader)?,)+))
            }
        }
    )*};
}
tuples! { (A 0) (A 0, B 1) (A 0, B 1, C 2) (A 0, B 1, C 2, D 3) (A 0, B 1, C 2, D 3, E 4) (A 0, B 1, C 2, D 3, E 4, F 5) }
