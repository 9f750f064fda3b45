//! Shared state: the kernel has the one master copy. Taking a lock fetches what it protects; dropping
//! the guard writes back the fields that changed.

use crate::connection::request;
use crate::wire::{Lower, State, Wire};
use runtime_wire::protocol::Service;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// A lock of the kernel half around state that both halves use.
#[derive(Debug)]
pub struct Mutex<T> {
    number: u16,
    _state: PhantomData<fn() -> T>,
}

impl<T: State> Mutex<T> {
    /// Lock `number` of the driver's state.
    #[doc(hidden)]
    pub fn remote(number: u16) -> Self {
        Self {
            number,
            _state: PhantomData,
        }
    }

    /// Takes the lock, in one crossing; dropping the guard is another.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        let value: T = request(Service::Lock, self.number, |_| Ok(()), T::lift);
        MutexGuard {
            lock: self,
            fetched: value.clone(),
            value,
        }
    }
}

/// Access to what a [`Mutex`] protects, until dropped.
#[derive(Debug)]
pub struct MutexGuard<'a, T: State> {
    lock: &'a Mutex<T>,
    fetched: T,
    value: T,
}

impl<T: State> Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: State> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: State> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        // A panic half-way through a change: the kernel keeps what it had.
        let dirty = if std::thread::panicking() {
            0
        } else {
            self.value.dirty(&self.fetched)
        };
        let lower = |writer: &mut crate::wire::Writer<'_>| {
            dirty.lower(writer)?;
            self.value.lower_fields(dirty, writer)
        };
        request(Service::Unlock, self.lock.number, lower, |_| Ok(()));
    }
}

macro_rules! atomics {
    ($($name:ident: $ty:ty, $to:expr, $from:expr;)*) => {$(
        /// A shared value without a lock. Each access is a crossing.
        #[derive(Debug)]
        pub struct $name(u16);

        impl $name {
            /// Atomic `number` of the driver's state.
            #[doc(hidden)]
            pub fn remote(number: u16) -> Self {
                Self(number)
            }
            /// The value.
            pub fn load(&self) -> $ty {
                let from: fn(u64) -> $ty = $from;
                from(request(Service::AtomicLoad, self.0, |_| Ok(()), u64::lift))
            }
            /// Replaces it.
            pub fn store(&self, value: $ty) {
                let to: fn($ty) -> u64 = $to;
                request(Service::AtomicStore, self.0, |w| to(value).lower(w), |_| Ok(()));
            }
        }
    )*};
}
atomics! {
    AtomicBool: bool, u64::from, |value| value != 0;
    AtomicU32: u32, u64::from, |value| value as u32;
    AtomicU64: u64, |value| value, |value| value;
}

impl AtomicU32 {
    /// Adds to it.
    pub fn add(&self, value: u32) {
        request(
            Service::AtomicAdd,
            self.0,
            |w| u64::from(value).lower(w),
            |_| Ok(()),
        );
    }
}

impl AtomicU64 {
    /// Adds to it.
    pub fn add(&self, value: u64) {
        request(Service::AtomicAdd, self.0, |w| value.lower(w), |_| Ok(()));
    }
}
