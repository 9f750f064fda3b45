//! Shared state: the kernel has the one master copy. A lock that the kernel lent comes with what it protects;
//! taking another one fetches that. The fields that changed go back with the next message.

use crate::connection::request;
use crate::riding;
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

    /// Takes the lock: in a crossing, unless it is lent to the call.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        let (fetched, value) = riding::lock(self.number).unwrap_or_else(|| {
            let value: T = request(Service::Lock, self.number, |_| Ok(()), T::lift);
            (value.clone(), value)
        });
        MutexGuard {
            lock: self,
            fetched,
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
        let number = self.lock.number;
        // A panic half-way through a change: what was there before stays.
        let panics = std::thread::panicking();
        if panics && riding::unlock_unchanged(number) {
            return;
        }
        let dirty = if panics {
            0
        } else {
            self.value.dirty(&self.fetched)
        };
        if riding::unlock(number, &self.value, dirty) {
            return;
        }
        riding::post(Service::Unlock, number, |writer| {
            dirty.lower(writer)?;
            self.value.lower_fields(dirty, writer)
        });
    }
}

macro_rules! atomics {
    ($($name:ident: $ty:ty, $to:expr, $from:expr;)*) => {$(
        /// A shared value without a lock: as it was when the kernel's last message came.
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
                from(riding::atomic(self.0).unwrap_or_else(|| {
                    request(Service::AtomicLoad, self.0, |_| Ok(()), u64::lift)
                }))
            }
            /// Replaces it.
            pub fn store(&self, value: $ty) {
                let to: fn($ty) -> u64 = $to;
                riding::post(Service::AtomicStore, self.0, |w| to(value).lower(w));
                riding::change_atomic(self.0, |_| to(value));
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
        add(self.0, value.into(), |old| {
            (old as u32).wrapping_add(value).into()
        });
    }
}

impl AtomicU64 {
    /// Adds to it.
    pub fn add(&self, value: u64) {
        add(self.0, value, |old| old.wrapping_add(value));
    }
}

fn add(number: u16, value: u64, sum: impl FnOnce(u64) -> u64) {
    riding::post(Service::AtomicAdd, number, |writer| value.lower(writer));
    riding::change_atomic(number, sum);
}
