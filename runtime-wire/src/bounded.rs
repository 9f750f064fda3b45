//! Texts, byte strings and lists with a bound that is part of the type, so that every message has a
//! largest size known when compiling.

use crate::shape;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};
use core::fmt;
use core::ops::Deref;

/// At most `N` items.
#[derive(Clone, Copy)]
pub struct List<T, const N: usize> {
    items: [T; N],
    length: u16,
}

/// At most `N` bytes.
pub type Bytes<const N: usize> = List<u8, N>;

impl<T: Copy + Default, const N: usize> List<T, N> {
    /// An empty list.
    pub fn new() -> Self {
        Self {
            items: [T::default(); N],
            length: 0,
        }
    }

    /// A list with these items; `None` when there are more than `N`.
    pub fn from_slice(items: &[T]) -> Option<Self> {
        let mut list = Self::new();
        list.items.get_mut(..items.len())?.copy_from_slice(items);
        list.length = u16::try_from(items.len()).ok()?;
        Some(list)
    }

    /// Appends `items` as far as there is room; returns whether there was room for all.
    pub fn extend(&mut self, items: &[T]) -> bool {
        let rest = self.items.get_mut(usize::from(self.length)..);
        let rest = rest.unwrap_or_default();
        let fitting = rest.len().min(items.len());
        for (place, item) in rest.iter_mut().zip(items) {
            *place = *item;
        }
        self.length += fitting as u16;
        fitting == items.len()
    }

    /// Appends `item`; returns whether there was room.
    pub fn push(&mut self, item: T) -> bool {
        match self.items.get_mut(usize::from(self.length)) {
            Some(place) => {
                *place = item;
                self.length += 1;
                true
            }
            None => false,
        }
    }
}

impl<T, const N: usize> List<T, N> {
    /// The items.
    pub fn as_slice(&self) -> &[T] {
        self.items.get(..usize::from(self.length)).unwrap_or(&[])
    }
}

impl<T: Copy + Default, const N: usize> Default for List<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize> Deref for List<T, N> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        self.as_slice()
    }
}

impl<T: PartialEq, const N: usize> PartialEq for List<T, N> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl<T: fmt::Debug, const N: usize> fmt::Debug for List<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.as_slice()).finish()
    }
}

impl<T: Lower, const N: usize> Lower for List<T, N> {
    fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        self.length.lower(writer)?;
        T::lower_all(self.as_slice(), writer)
    }
}

impl<T: Wire + Copy + Default, const N: usize> Wire for List<T, N> {
    const MAX_SIZE: usize = 2 + N * T::MAX_SIZE;
    const SHAPE: u64 = shape::of("List", &[("", T::SHAPE), ("", N as u64)]);
    fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let length = u16::lift(reader)?;
        let mut list = Self::new();
        let places = list.items.get_mut(..usize::from(length));
        T::lift_all(places.ok_or(WireError::Length)?, reader)?;
        list.length = length;
        Ok(list)
    }
}

/// A UTF-8 text of at most `N` bytes.
#[derive(Clone, Copy, Default, PartialEq)]
pub struct Text<const N: usize>(List<u8, N>);

impl<const N: usize> Text<N> {
    /// `text`, cut at the last character that fits.
    pub fn new(text: &str) -> Self {
        let mut end = text.len().min(N);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let bytes = text.as_bytes().get(..end).and_then(List::from_slice);
        Self(bytes.unwrap_or_default())
    }

    /// The text's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.0.as_slice()).unwrap_or("")
    }
}

impl<const N: usize> fmt::Write for Text<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        match self.0.extend(text.as_bytes()) {
            true => Ok(()),
            false => Err(fmt::Error),
        }
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<const N: usize> Lower for Text<N> {
    fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        self.0.lower(writer)
    }
}

impl<const N: usize> Wire for Text<N> {
    const MAX_SIZE: usize = 2 + N;
    const SHAPE: u64 = shape::of("Text", &[("", N as u64)]);
    fn lift(reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let bytes = List::<u8, N>::lift(reader)?;
        // Most are, and that is seen a word at a time.
        if !bytes.as_slice().is_ascii() {
            core::str::from_utf8(bytes.as_slice()).map_err(|_| WireError::Text)?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_beyond_the_bound_is_refused() {
        let bytes = [3, 0, 1, 2, 3];
        assert_eq!(
            Bytes::<2>::lift(&mut Reader::new(&bytes)),
            Err(WireError::Length)
        );
        assert_eq!(
            &*Bytes::<3>::lift(&mut Reader::new(&bytes)).unwrap(),
            &[1, 2, 3]
        );
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let mut bytes = Bytes::<3>::new();
        assert!(bytes.extend(&[1, 2]) && !bytes.extend(&[3, 4]) && bytes.extend(&[]));
        assert!(!bytes.push(5));
        assert_eq!(&*bytes, &[1, 2, 3]);
    }

    #[test]
    fn bytes_and_numbers_have_the_same_form_in_a_list_and_alone() {
        let mut buffer = [0; 16];
        let mut writer = Writer::new(&mut buffer);
        Bytes::<4>::from_slice(&[7, 8])
            .unwrap()
            .lower(&mut writer)
            .unwrap();
        [9_u8, 10].lower(&mut writer).unwrap();
        List::<u16, 4>::from_slice(&[0x0201])
            .unwrap()
            .lower(&mut writer)
            .unwrap();
        let length = writer.length();
        assert_eq!(buffer[..length], [2, 0, 7, 8, 9, 10, 1, 0, 1, 2]);
        let mut short = [0; 3];
        let refused = Bytes::<4>::from_slice(&[7, 8])
            .unwrap()
            .lower(&mut Writer::new(&mut short));
        assert_eq!(refused, Err(WireError::Length));
    }

    #[test]
    fn text_is_cut_between_characters_and_checked() {
        assert_eq!(Text::<3>::new("aéé").as_str(), "aé");
        assert_eq!(
            Text::<4>::lift(&mut Reader::new(&[1, 0, 0xff])),
            Err(WireError::Text)
        );
    }
}
