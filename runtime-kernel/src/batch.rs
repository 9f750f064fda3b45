//! Values that are collected in one place and handed on in another.

use core::fmt;
use core::mem::MaybeUninit;
use core::ptr;
use core::slice::IterMut;
use partitioner_macros::kernel_only;

/// At most `N` values, in order. What it costs depends on how many there are, not on `N`: an empty place
/// is neither written nor looked at.
///
/// # Invariants
///
/// The first `length` places are initialised, and `length` is at most `N`.
#[kernel_only]
pub struct Batch<T, const N: usize> {
    places: [MaybeUninit<T>; N],
    length: usize,
}

impl<T, const N: usize> Batch<T, N> {
    /// None.
    #[inline]
    pub const fn new() -> Self {
        // INVARIANT: no place has to be initialised.
        Self {
            places: [const { MaybeUninit::uninit() }; N],
            length: 0,
        }
    }

    /// How many there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Adds a value at the end; gives it back where there is no place left.
    #[inline]
    pub fn push(&mut self, value: T) -> Option<T> {
        let Some(place) = self.places.get_mut(self.length) else {
            return Some(value);
        };
        place.write(value);
        // INVARIANT: there was a place, and it was just written.
        self.length += 1;
        None
    }

    /// Takes all of them, in order; none remain, whether they are asked for or not.
    #[inline]
    pub fn drain(&mut self) -> Drain<'_, T> {
        let length = core::mem::take(&mut self.length);
        // SAFETY: `length` is at most `N` by the invariant.
        let places = unsafe { self.places.get_unchecked_mut(..length) };
        // INVARIANT: initialised, and the batch has none any more.
        Drain(places.iter_mut())
    }
}

impl<T, const N: usize> Default for Batch<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T, const N: usize> Drop for Batch<T, N> {
    #[inline]
    fn drop(&mut self) {
        drop(self.drain());
    }
}

impl<T, const N: usize> fmt::Debug for Batch<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {N}", self.length)
    }
}

/// The values of a [`Batch`].
///
/// # Invariants
///
/// The places that are left are initialised, and nobody else's.
#[kernel_only]
pub struct Drain<'a, T>(IterMut<'a, MaybeUninit<T>>);

impl<T> Iterator for Drain<'_, T> {
    type Item = T;

    #[inline]
    fn next(&mut self) -> Option<T> {
        let place = self.0.next()?;
        // SAFETY: initialised by the invariant; the iterator does not come back to it.
        Some(unsafe { place.assume_init_read() })
    }
}

impl<T> Drop for Drain<'_, T> {
    #[inline]
    fn drop(&mut self) {
        for place in self.0.by_ref() {
            // SAFETY: as in `next`.
            unsafe { ptr::drop_in_place(place.as_mut_ptr()) }
        }
    }
}

impl<T> fmt::Debug for Drain<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} left", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::rc::Rc;

    #[test]
    fn values_come_back_in_order_and_once() {
        let mut batch = Batch::<_, 3>::new();
        for value in 1..=3 {
            assert_eq!(batch.push(value), None);
        }
        assert_eq!((batch.push(4), batch.len()), (Some(4), 3));
        assert!(batch.drain().eq(1..=3));
        assert!(batch.is_empty() && batch.drain().next().is_none());
    }

    #[test]
    fn what_nobody_takes_is_dropped() {
        let value = Rc::new(());
        let mut batch = Batch::<_, 4>::new();
        let fill = |batch: &mut Batch<_, 4>| {
            for _ in 0..3 {
                assert!(batch.push(value.clone()).is_none());
            }
        };
        fill(&mut batch);
        assert!(batch.drain().next().is_some());
        assert_eq!(Rc::strong_count(&value), 1);
        fill(&mut batch);
        assert_eq!(Rc::strong_count(&value), 4);
        drop(batch);
        assert_eq!(Rc::strong_count(&value), 1);
    }
}
