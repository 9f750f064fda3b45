//! One life of the user half: its slots, and the locks that its calls hold.

use super::memo::Memo;
use super::polling::{Bell, Patience};
use super::programs::Ahead;
use super::riding::Locks;
use super::slot::{Slot, SlotIndex};
use super::{Channel, now};
use crate::memory::Shared;
use crate::sync::{Completion, SpinLock};
use crate::{Error, Result, ffi};
use core::ffi::c_void;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};
use runtime_wire::protocol::{
    AREA_SIZE, BELL_SIZE, BELLS, HEADER_SIZE, MESSAGE_SIZE, SLOT_SIZE, SLOTS,
};

/// What there is to say of the deadlines of the calls under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// There is none.
    Idle,
    /// When the first is over.
    First(u64),
    /// A call missed it.
    Missed {
        /// Its caller does not wait any more.
        abandoned: bool,
    },
}

/// The locks of each slot's running call, unless one of its system calls has them in hand.
pub(super) struct Status {
    locks: [Locks; SLOTS],
}

/// A slot that a caller has claimed, the number of its call, and when that has to be over.
pub(super) struct Claim {
    pub(super) slot: SlotIndex,
    pub(super) sequence: u32,
    pub(super) deadline: u64,
}

/// One life of the user half.
pub(super) struct Incarnation {
    pub(super) channel: Shared<Channel>,
    connected: AtomicBool,
    /// Changed under the lock of `status`, so that no lock is given to one that is over.
    alive: AtomicBool,
    sequence: AtomicU32,
    /// Callers that wait for an idle slot.
    waiting: AtomicU32,
    status: SpinLock<Status>,
    /// What it said, of what it need not be asked twice: the next incarnation is asked again.
    pub(super) memo: Memo,
    /// What it wants read before its calls.
    pub(super) ahead: Ahead,
    /// How long a caller looks for the reply itself.
    pub(super) patience: Patience,
    slots: [Slot; SLOTS],
    /// Completed when it ends.
    pub(super) over: Completion,
    /// Lets one waiter look again, and every one when the incarnation ends.
    look_again: NonNull<c_void>,
    area: NonNull<u8>,
    task: AtomicPtr<c_void>,
}

// SAFETY: buffers are used by whom the slot's state says, and the state is under a lock; the area is
// raw memory that only `copy_in` and `copy_out` touch.
unsafe impl Send for Incarnation {}
// SAFETY: as above.
unsafe impl Sync for Incarnation {}

impl Incarnation {
    pub(super) fn new(channel: Shared<Channel>) -> Result<Shared<Self>> {
        let status = Status {
            locks: [Locks::default(); SLOTS],
        };
        let over = Completion::new()?;
        let slots = [Slot::new()?, Slot::new()?, Slot::new()?, Slot::new()?];
        // SAFETY: no condition; null is handled.
        let look_again = NonNull::new(unsafe { ffi::md_semaphore_new() }).ok_or(Error::ENOMEM)?;
        // SAFETY: no condition; null is handled.
        let Some(area) = NonNull::new(unsafe { ffi::md_area_new() }) else {
            // SAFETY: made above.
            unsafe { ffi::md_semaphore_free(look_again.as_ptr()) };
            return Err(Error::ENOMEM);
        };
        Shared::new(Self {
            channel,
            connected: AtomicBool::new(false),
            alive: AtomicBool::new(true),
            sequence: AtomicU32::new(0),
            waiting: AtomicU32::new(0),
            status: SpinLock::new(status),
            memo: Memo::new(),
            ahead: Ahead::new(),
            patience: Patience::new(),
            slots,
            over,
            look_again,
            area,
            task: AtomicPtr::new(core::ptr::null_mut()),
        })
    }

    pub(super) fn slot(&self, slot: SlotIndex) -> &Slot {
        &self.slots[slot.number()]
    }

    /// The words by which the thread of a slot may poll.
    pub(super) fn bell(&self, slot: SlotIndex) -> Bell<'_> {
        let offset = BELLS + slot.number() * BELL_SIZE;
        const { assert!(BELLS + SLOTS * BELL_SIZE <= AREA_SIZE) };
        // SAFETY: inside the area, which is aligned to pages and lives as long as we do; whoever else uses these
        // words does so at once, too, or gets any value.
        Bell::new(unsafe { &*self.area.as_ptr().add(offset).cast() })
    }

    pub(super) fn area(&self) -> *mut u8 {
        self.area.as_ptr()
    }

    pub(super) fn is_alive(&self) -> bool {
        self.alive.load(Ordering::SeqCst)
    }

    pub(super) fn is_connected(&self) -> bool {
        self.connected.load(Ordering::SeqCst)
    }

    pub(super) fn set_connected(&self) {
        self.connected.store(true, Ordering::SeqCst);
    }

    /// One more slot is idle.
    pub(super) fn signal_idle(&self) {
        // A waiter counts itself, then looks; the slot was made idle, then we look: one of us sees the other.
        if self.waiting.load(Ordering::SeqCst) != 0 {
            self.signal();
        }
    }

    /// Gives a slot back.
    pub(super) fn release(&self, slot: SlotIndex) {
        self.slot(slot).release();
        self.signal_idle();
    }

    fn signal(&self) {
        // SAFETY: made by `new`.
        unsafe { ffi::md_semaphore_up(self.look_again.as_ptr()) }
    }

    /// Claims a slot for a call of function `number`, at the latest by its deadline: `ETIMEDOUT`, or `EIO` where
    /// the incarnation is over.
    pub(super) fn claim(&self, number: u16, deadline: u64) -> Result<Claim> {
        loop {
            if let Some(claim) = self.claim_now(number, deadline)? {
                return Ok(claim);
            }
            self.waiting.fetch_add(1, Ordering::SeqCst);
            let claim = self.claim_now(number, deadline);
            let waited = match claim {
                Ok(None) => {
                    // A signal that was for another, or for nobody, costs another look.
                    let left = u32::try_from(deadline.saturating_sub(now())).unwrap_or(u32::MAX);
                    // SAFETY: made by `new`.
                    unsafe { ffi::md_semaphore_down_timeout(self.look_again.as_ptr(), left) }
                }
                _ => 0,
            };
            self.waiting.fetch_sub(1, Ordering::SeqCst);
            if let Some(claim) = claim? {
                return Ok(claim);
            }
            if waited != 0 {
                return Err(Error::ETIMEDOUT);
            }
        }
    }

    fn claim_now(&self, number: u16, deadline: u64) -> Result<Option<Claim>> {
        if !self.is_alive() {
            // The next waiter must see it too.
            self.signal();
            return Err(Error::EIO);
        }
        let Some(slot) = SlotIndex::all().find(|&slot| self.slot(slot).claim()) else {
            return Ok(None);
        };
        let mut sequence = self.sequence.fetch_add(1, Ordering::Relaxed);
        if sequence == 0 {
            // No call has this number.
            sequence = self.sequence.fetch_add(1, Ordering::Relaxed);
        }
        self.slot(slot).begin(sequence, number, deadline);
        Ok(Some(Claim {
            slot,
            sequence,
            deadline,
        }))
    }

    /// Makes these locks those of a slot's call; `false` where the incarnation is over, and they are not.
    pub(super) fn give_locks(&self, index: SlotIndex, locks: Locks) -> bool {
        let mut status = self.status.lock();
        let alive = self.is_alive();
        if alive {
            status.locks[index.number()] = locks;
            self.slot(index).set_locks(locks);
        }
        alive
    }

    /// The locks of a slot's call, for one of its system calls; `None` where the incarnation is over.
    pub(super) fn take_locks(&self, index: SlotIndex) -> Option<Locks> {
        let mut status = self.status.lock();
        if !self.is_alive() {
            return None;
        }
        let none = Locks::default();
        self.slot(index).set_locks(none);
        Some(core::mem::replace(&mut status.locks[index.number()], none))
    }

    /// Copies the first `length` bytes of a slot's message, once: what is checked is the copy.
    pub(super) fn copy_in(
        &self,
        slot: SlotIndex,
        message: usize,
        length: usize,
        to: &mut [u8; MESSAGE_SIZE],
    ) {
        let (from, length) = (self.message(slot, message), length.min(MESSAGE_SIZE));
        // SAFETY: inside the area and the buffer. The user half may write there meanwhile: any bytes do.
        unsafe { copy(from, to.as_mut_ptr(), length) }
    }

    /// Copies a message to the user half.
    pub(super) fn copy_out(&self, slot: SlotIndex, message: usize, from: &[u8]) {
        let (to, length) = (self.message(slot, message), from.len().min(MESSAGE_SIZE));
        // SAFETY: inside the area; nothing in the kernel depends on what is read there.
        unsafe { copy(from.as_ptr(), to, length) }
    }

    fn message(&self, slot: SlotIndex, message: usize) -> *mut u8 {
        let offset = slot.number() * SLOT_SIZE + message;
        debug_assert!(offset + MESSAGE_SIZE <= AREA_SIZE);
        // SAFETY: a slot is below `SLOTS`, and callers pass one of the four offsets, so this is inside.
        unsafe { self.area.as_ptr().add(offset) }
    }

    /// Remembers the process that connects.
    pub(super) fn set_process(&self) {
        // SAFETY: called in that process.
        self.task
            .store(unsafe { ffi::md_task_get() }, Ordering::Release);
    }

    pub(super) fn process(&self) -> i32 {
        let task = self.task.load(Ordering::Acquire);
        if task.is_null() {
            return 0;
        }
        // SAFETY: a reference that we hold until dropped.
        unsafe { ffi::md_task_number(task) }
    }

    pub(super) fn kill(&self) {
        let task = self.task.load(Ordering::Acquire);
        if !task.is_null() {
            // SAFETY: a reference that we hold until dropped.
            unsafe { ffi::md_task_kill(task) }
        }
    }

    /// Looks at the deadlines of the calls under way.
    pub(super) fn look(&self, now: u64) -> Look {
        let mut look = Look::Idle;
        for slot in &self.slots {
            let Some((deadline, awaited)) = slot.deadline() else {
                continue;
            };
            if deadline <= now {
                slot.set_missed();
                return Look::Missed {
                    abandoned: !awaited,
                };
            }
            look = match look {
                Look::First(other) => Look::First(other.min(deadline)),
                _ => Look::First(deadline),
            };
        }
        look
    }

    /// Marks the end; returns whether it was alive. Locks that a system call has in hand are left to it.
    pub(super) fn end(&self, mut open_lock: impl FnMut(u16)) -> bool {
        let mut status = self.status.lock();
        if !self.alive.swap(false, Ordering::SeqCst) {
            return false;
        }
        for (locks, slot) in status.locks.iter_mut().zip(&self.slots) {
            open_all(core::mem::take(locks).held, &mut open_lock);
            slot.request.complete_all();
            slot.reply.complete_all();
        }
        drop(status);
        self.over.complete_all();
        self.signal();
        true
    }
}

/// Copies a message. Most are a header, or one and a number: where the length is known, that is two moves.
///
/// # Safety
///
/// As for [`core::ptr::copy_nonoverlapping`].
#[inline]
unsafe fn copy(from: *const u8, to: *mut u8, length: usize) {
    const SMALL: usize = HEADER_SIZE + size_of::<i32>();
    // SAFETY: the caller's promise.
    unsafe {
        match length {
            HEADER_SIZE => core::ptr::copy_nonoverlapping(from, to, HEADER_SIZE),
            SMALL => core::ptr::copy_nonoverlapping(from, to, SMALL),
            _ => core::ptr::copy_nonoverlapping(from, to, length),
        }
    }
}

/// Calls `open_lock` for each bit of `held`.
pub(super) fn open_all(held: u64, open_lock: &mut impl FnMut(u16)) {
    bits(held).for_each(|(number, _)| open_lock(number));
}

/// The bits of a mask: the number of each, and the bit itself.
pub(super) fn bits(mask: u64) -> impl Iterator<Item = (u16, u64)> {
    core::iter::successors(Some(mask), |mask| Some(mask & mask.wrapping_sub(1)))
        .take_while(|mask| *mask != 0)
        .map(|mask| (mask.trailing_zeros() as u16, mask & mask.wrapping_neg()))
}

impl Drop for Incarnation {
    fn drop(&mut self) {
        // SAFETY: all made by `new` or `set_process`, and nobody uses them any more.
        unsafe {
            ffi::md_semaphore_free(self.look_again.as_ptr());
            ffi::md_area_free(self.area.as_ptr());
            let task = self.task.load(Ordering::Acquire);
            if !task.is_null() {
                ffi::md_task_put(task);
            }
        }
    }
}
