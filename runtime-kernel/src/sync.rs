//! Locks and atomics of the driver's state. `Mutex` and the atomics exist in both halves.

use crate::profile::apart;
use crate::split::{RemoteAtomic, RemoteLock};
use crate::wire::{Reader, State, WireError, Writer};
use crate::{Error, Result, ffi};
use core::cell::UnsafeCell;
use core::ffi::{c_ulong, c_void};
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;
use core::sync::atomic::Ordering;
use partitioner_macros::{kernel_only, service};

/// Room for the kernel's `spinlock_t` in any configuration (the glue checks the size).
#[derive(Debug)]
#[repr(C, align(8))]
struct SpinStorage([u8; 80]);

/// A lock that is held with interrupts off, for state that atomic context shares.
#[derive(Debug)]
#[kernel_only]
pub struct SpinLock<T> {
    raw: UnsafeCell<SpinStorage>,
    value: UnsafeCell<T>,
}

// SAFETY: the lock gives one holder at a time access to the value.
unsafe impl<T: Send> Send for SpinLock<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An open lock around `value`.
    pub fn new(value: T) -> Self {
        let mut raw = SpinStorage([0; 80]);
        // SAFETY: enough room; an open spinlock has no pointer to itself, so it may move later.
        unsafe { ffi::md_spin_init((&raw mut raw).cast()) };
        Self {
            raw: UnsafeCell::new(raw),
            value: UnsafeCell::new(value),
        }
    }

    /// Spins until the lock is ours, interrupts off.
    #[inline]
    pub fn lock(&self) -> SpinLockGuard<'_, T> {
        // SAFETY: initialised by `new`, and borrowed, so it does not move while held.
        let flags = unsafe { ffi::md_spin_lock(self.raw.get().cast()) };
        SpinLockGuard {
            lock: self,
            flags,
            _not_send: core::marker::PhantomData,
        }
    }
}

/// Access to what a [`SpinLock`] protects, until dropped.
#[derive(Debug)]
#[kernel_only]
pub struct SpinLockGuard<'a, T> {
    lock: &'a SpinLock<T>,
    flags: c_ulong,
    // The same processor must release it.
    _not_send: core::marker::PhantomData<*mut ()>,
}

impl<T> Deref for SpinLockGuard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the lock is held.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for SpinLockGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the lock is held, the guard borrowed exclusively.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for SpinLockGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: taken by `lock` with these flags.
        unsafe { ffi::md_spin_unlock(self.lock.raw.get().cast(), self.flags) }
    }
}

/// A sleeping lock around state that both halves use.
///
/// It is a semaphore: while the user half holds it, no task of the kernel owns it, and whoever ends
/// an incarnation releases it.
#[derive(Debug)]
pub struct Mutex<T> {
    raw: NonNull<c_void>,
    /// Changes of the value, each counted before the lock is opened after it.
    version: AtomicU64,
    value: UnsafeCell<T>,
}

// SAFETY: the lock gives one holder at a time access to the value.
unsafe impl<T: Send> Send for Mutex<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An open lock around `value`.
    pub fn new(value: T) -> Result<Self> {
        // SAFETY: no condition; null is handled.
        let raw = NonNull::new(unsafe { ffi::md_semaphore_new() }).ok_or(Error::ENOMEM)?;
        Ok(Self {
            raw,
            version: AtomicU64::new(0),
            value: UnsafeCell::new(value),
        })
    }

    fn count_change(&self) {
        self.version.0.fetch_add(1, Ordering::Release);
    }

    /// Sleeps until the lock is ours; a user half that holds it does so for an upcall's deadline at most.
    #[service(sleeps, carried)]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // SAFETY: made by `new`.
        apart(|| unsafe { ffi::md_semaphore_down(self.raw.as_ptr()) });
        MutexGuard {
            lock: self,
            changed: false,
        }
    }
}

impl<T> Drop for Mutex<T> {
    fn drop(&mut self) {
        // SAFETY: made by `new`; nobody can hold or await it any more.
        unsafe { ffi::md_semaphore_free(self.raw.as_ptr()) }
    }
}

/// Access to what a [`Mutex`] protects, until dropped.
#[derive(Debug)]
pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
    changed: bool,
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the lock is held.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.changed = true;
        // SAFETY: the lock is held, the guard borrowed exclusively.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if self.changed {
            self.lock.count_change();
        }
        // SAFETY: held since `lock`.
        unsafe { ffi::md_semaphore_up(self.lock.raw.as_ptr()) }
    }
}

impl<T: State + Send> RemoteLock for Mutex<T> {
    fn acquire(&self, milliseconds: u32) -> Result<()> {
        // SAFETY: made by `new`.
        Error::check(unsafe { ffi::md_semaphore_down_timeout(self.raw.as_ptr(), milliseconds) })
            .map(drop)
    }

    fn version(&self) -> u64 {
        self.version.0.load(Ordering::Acquire)
    }

    fn acquire_now(&self) -> bool {
        // SAFETY: made by `new`.
        unsafe { ffi::md_semaphore_try_down(self.raw.as_ptr()) }
    }

    unsafe fn lower(&self, writer: &mut Writer<'_>) -> Result<(), WireError> {
        // SAFETY: the caller holds the lock.
        unsafe { &*self.value.get() }.lower(writer)
    }

    unsafe fn store(&self, fields: u64, reader: &mut Reader<'_>) -> Result<(), WireError> {
        // SAFETY: the caller holds the lock.
        unsafe { &mut *self.value.get() }.lift_fields(fields, reader)?;
        if fields != 0 {
            self.count_change();
        }
        Ok(())
    }

    unsafe fn release(&self) {
        // SAFETY: the caller holds the lock and gives it up.
        unsafe { ffi::md_semaphore_up(self.raw.as_ptr()) }
    }
}

macro_rules! atomics {
    ($($name:ident, $inner:ident, $ty:ty, $to:expr, $from:expr, $add:expr;)*) => {$(
        /// A shared value without a lock; relaxed ordering.
        #[derive(Debug)]
        pub struct $name(core::sync::atomic::$inner);

        impl $name {
            /// With a first value.
            pub const fn new(value: $ty) -> Self {
                Self(core::sync::atomic::$inner::new(value))
            }
            /// The value.
            #[inline]
            #[service(carried)]
            pub fn load(&self) -> $ty {
                self.0.load(Ordering::Relaxed)
            }
            /// Replaces it.
            #[inline]
            #[service(posted)]
            pub fn store(&self, value: $ty) {
                self.0.store(value, Ordering::Relaxed);
            }
        }

        impl RemoteAtomic for $name {
            fn load_remote(&self) -> u64 {
                let to: fn($ty) -> u64 = $to;
                to(self.load())
            }
            fn store_remote(&self, value: u64) -> Option<()> {
                let from: fn(u64) -> Option<$ty> = $from;
                self.store(from(value)?);
                Some(())
            }
            fn add_remote(&self, value: u64) -> Option<u64> {
                let add: fn(&core::sync::atomic::$inner, u64) -> Option<u64> = $add;
                add(&self.0, value)
            }
        }
    )*};
}
atomics! {
    AtomicBool, AtomicBool, bool, u64::from, |value| (value <= 1).then_some(value == 1), |_, _| None;
    AtomicU32, AtomicU32, u32, u64::from, |value| u32::try_from(value).ok(),
        |to, value| Some(to.fetch_add(u32::try_from(value).ok()?, Ordering::Relaxed).into());
    AtomicU64, AtomicU64, u64, |value| value, Some, |to, value| Some(to.fetch_add(value, Ordering::Relaxed));
}

impl AtomicU64 {
    /// Adds to it.
    #[inline]
    #[service(posted)]
    pub fn add(&self, value: u64) {
        self.0.fetch_add(value, Ordering::Relaxed);
    }
}

impl AtomicU32 {
    /// Adds to it.
    #[inline]
    #[service(posted)]
    pub fn add(&self, value: u32) {
        self.0.fetch_add(value, Ordering::Relaxed);
    }
}

/// An event that one side waits for.
#[derive(Debug)]
#[kernel_only]
pub struct Completion(NonNull<c_void>);

// SAFETY: a completion is made to be shared.
unsafe impl Send for Completion {}
// SAFETY: as above.
unsafe impl Sync for Completion {}

impl Completion {
    /// An event that has not happened.
    pub fn new() -> Result<Self> {
        // SAFETY: no condition; null is handled.
        NonNull::new(unsafe { ffi::md_completion_new() })
            .map(Self)
            .ok_or(Error::ENOMEM)
    }

    /// Makes it one that has not happened, for the next use.
    pub fn reset(&self) {
        // SAFETY: made by `new`.
        unsafe { ffi::md_completion_reset(self.0.as_ptr()) }
    }

    /// It happened: one waiter goes on. From any context.
    pub fn complete(&self) {
        // SAFETY: made by `new`.
        unsafe { ffi::md_completion_complete(self.0.as_ptr()) }
    }

    /// It happened for good: every waiter goes on, until [`Completion::reset`].
    pub fn complete_all(&self) {
        // SAFETY: made by `new`.
        unsafe { ffi::md_completion_complete_all(self.0.as_ptr()) }
    }

    /// Waits at most so many milliseconds: `ETIMEDOUT` after that, `EINTR` when the task is being killed.
    #[service(sleeps)]
    pub fn wait_ms(&self, milliseconds: u32) -> Result<()> {
        // SAFETY: no condition.
        self.wait(unsafe { ffi::md_milliseconds_to_jiffies(milliseconds) })
            .map(drop)
    }

    /// Waits until a signal comes; the error is `-ERESTARTSYS`.
    pub(crate) fn wait_interruptible(&self) -> Result<()> {
        // SAFETY: made by `new`.
        Error::check(unsafe { ffi::md_completion_wait_interruptible(self.0.as_ptr()) }).map(drop)
    }

    /// Lets time pass, on the clock that the device goes by; less of it when the event happens.
    pub(crate) fn sleep(&self, milliseconds: u32) {
        // SAFETY: made by `new`.
        unsafe { ffi::md_completion_sleep(self.0.as_ptr(), milliseconds) }
    }

    /// Waits for as long as it takes: `EINTR` when the task is being killed.
    pub(crate) fn wait_killable(&self) -> Result<()> {
        // SAFETY: made by `new`.
        match apart(|| unsafe { ffi::md_completion_wait_killable(self.0.as_ptr()) }) {
            0 => Ok(()),
            _ => Err(Error::EINTR),
        }
    }

    /// As [`Completion::wait_ms`], in jiffies; returns those left.
    pub(crate) fn wait(&self, jiffies: c_ulong) -> Result<c_ulong> {
        // SAFETY: made by `new`.
        match apart(|| unsafe { ffi::md_completion_wait(self.0.as_ptr(), jiffies) }) {
            0 => Err(Error::ETIMEDOUT),
            left if left > 0 => Ok(left as c_ulong),
            _ => Err(Error::EINTR),
        }
    }
}

impl Drop for Completion {
    fn drop(&mut self) {
        // SAFETY: made by `new`; nobody waits, since waiting borrows it.
        unsafe { ffi::md_completion_free(self.0.as_ptr()) }
    }
}

/// A reader-writer lock without a value: readers are calls in progress, the writer takes down what they use.
#[derive(Debug)]
pub(crate) struct Gate(NonNull<c_void>);

// SAFETY: a lock is made to be shared.
unsafe impl Send for Gate {}
// SAFETY: as above.
unsafe impl Sync for Gate {}

impl Gate {
    pub(crate) fn new() -> Result<Self> {
        // SAFETY: no condition; null is handled.
        NonNull::new(unsafe { ffi::md_rwsem_new() })
            .map(Self)
            .ok_or(Error::ENOMEM)
    }

    /// Runs `body` as one of many.
    pub(crate) fn enter<R>(&self, body: impl FnOnce() -> R) -> R {
        // SAFETY: made by `new`.
        unsafe { ffi::md_rwsem_down_read(self.0.as_ptr()) };
        let result = body();
        // SAFETY: taken above.
        unsafe { ffi::md_rwsem_up_read(self.0.as_ptr()) };
        result
    }

    /// The same, or nothing where somebody runs alone, or is about to.
    pub(crate) fn enter_now<R>(&self, body: impl FnOnce() -> R) -> Option<R> {
        // SAFETY: made by `new`.
        if !unsafe { ffi::md_rwsem_try_down_read(self.0.as_ptr()) } {
            return None;
        }
        let result = body();
        // SAFETY: taken above.
        unsafe { ffi::md_rwsem_up_read(self.0.as_ptr()) };
        Some(result)
    }

    /// Runs `body` alone.
    pub(crate) fn close<R>(&self, body: impl FnOnce() -> R) -> R {
        // SAFETY: made by `new`.
        unsafe { ffi::md_rwsem_down_write(self.0.as_ptr()) };
        let result = body();
        // SAFETY: taken above.
        unsafe { ffi::md_rwsem_up_write(self.0.as_ptr()) };
        result
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // SAFETY: made by `new`; nobody is inside, since that borrows it.
        unsafe { ffi::md_rwsem_free(self.0.as_ptr()) }
    }
}
