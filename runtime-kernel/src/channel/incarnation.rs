//! One life of the user half: its slots, their states, the locks that it holds.

use super::memo::Memo;
use super::riding::Locks;
use super::{Channel, now};
use crate::memory::Shared;
use crate::sync::{Completion, SpinLock, SpinLockGuard};
use crate::{Error, Result, ffi};
use core::ffi::c_void;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicPtr, Ordering};
use runtime_wire::protocol::{AREA_SIZE, MESSAGE_SIZE, SLOT_SIZE, SLOTS};

/// What a slot is doing. Who may touch its buffers follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SlotState {
    /// No thread of the user half has taken it.
    Vacant,
    /// Its thread waits for a call.
    Idle,
    /// A caller prepares a request, or its thread has not picked it up yet. Buffers: the caller's.
    Calling,
    /// The user half runs the call. Buffers: nobody's.
    Running,
    /// The user half's thread is inside a system call about this slot. Buffers: that thread's.
    Serving,
    /// The reply is there. Buffers: the caller's.
    Replied(Reply),
}

/// Number of a slot, below `SLOTS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SlotIndex(usize);

impl SlotIndex {
    /// `None` for a number that no slot has.
    pub(super) fn new(number: usize) -> Option<Self> {
        (number < SLOTS).then_some(Self(number))
    }

    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..SLOTS).map(Self)
    }
}

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

/// How the user half ended a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// With so many bytes of result.
    Done(usize),
    /// Without one.
    Failed,
}

#[derive(Clone, Copy)]
pub(super) struct SlotStatus {
    pub(super) state: SlotState,
    pub(super) sequence: u32,
    /// The caller was killed and does not wait any more.
    pub(super) abandoned: bool,
    /// When the call has to be over, in the milliseconds of `now`.
    pub(super) deadline: u64,
    /// It was not.
    pub(super) missed: bool,
    /// The function that it runs.
    pub(super) number: u16,
    /// The locks of the running call, unless one of its system calls has them in hand.
    pub(super) locks: Locks,
}

pub(super) struct Status {
    pub(super) connected: bool,
    pub(super) alive: bool,
    pub(super) sequence: u32,
    /// Callers that wait for an idle slot.
    waiting: u32,
    slots: [SlotStatus; SLOTS],
}

impl Status {
    pub(super) fn slot(&mut self, slot: SlotIndex) -> &mut SlotStatus {
        // It is below already; so it needs no check that could panic.
        &mut self.slots[slot.0 % SLOTS]
    }
}

/// Buffers and events of one slot.
pub(super) struct Slot {
    /// Completed when a request is there, and for good when the incarnation ends.
    pub(super) request: Completion,
    /// Completed when a reply is there, and when the incarnation ends.
    pub(super) reply: Completion,
    /// Two messages: what came from the user half, copied once, and what goes to it.
    buffers: NonNull<[[u8; MESSAGE_SIZE]; 2]>,
}

/// One life of the user half.
pub(super) struct Incarnation {
    pub(super) channel: Shared<Channel>,
    pub(super) status: SpinLock<Status>,
    /// What it said, of what it need not be asked twice: the next incarnation is asked again.
    pub(super) memo: Memo,
    slots: [Slot; SLOTS],
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

impl Slot {
    fn new() -> Result<Self> {
        let (request, reply) = (Completion::new()?, Completion::new()?);
        // Last: only a whole slot gives it back.
        // SAFETY: no condition; null is handled.
        let memory = unsafe { ffi::md_allocate(2 * MESSAGE_SIZE) };
        let buffers = NonNull::new(memory.cast()).ok_or(Error::ENOMEM)?;
        Ok(Self {
            request,
            reply,
            buffers,
        })
    }

    /// The two buffers: from the user half, to the user half.
    ///
    /// # Safety
    ///
    /// The slot's state gives them to the caller.
    #[expect(
        clippy::mut_from_ref,
        reason = "the slot's state, not the borrow, makes the access exclusive"
    )]
    pub(super) unsafe fn buffers(&self) -> (&mut [u8; MESSAGE_SIZE], &mut [u8; MESSAGE_SIZE]) {
        // SAFETY: the caller's promise.
        let [incoming, outgoing] = unsafe { &mut *self.buffers.as_ptr() };
        (incoming, outgoing)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // SAFETY: allocated by `new`.
        unsafe { ffi::md_free(self.buffers.as_ptr().cast()) }
    }
}

impl Incarnation {
    pub(super) fn new(channel: Shared<Channel>) -> Result<Shared<Self>> {
        let vacant = SlotStatus {
            state: SlotState::Vacant,
            sequence: 0,
            abandoned: false,
            deadline: 0,
            missed: false,
            number: 0,
            locks: Locks::default(),
        };
        let status = Status {
            connected: false,
            alive: true,
            sequence: 0,
            waiting: 0,
            slots: [vacant; SLOTS],
        };
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
            status: SpinLock::new(status),
            memo: Memo::new(),
            slots,
            look_again,
            area,
            task: AtomicPtr::new(core::ptr::null_mut()),
        })
    }

    pub(super) fn slot(&self, slot: SlotIndex) -> &Slot {
        &self.slots[slot.0 % SLOTS]
    }

    pub(super) fn area(&self) -> *mut u8 {
        self.area.as_ptr()
    }

    /// One more slot is idle.
    pub(super) fn make_idle(&self, mut status: SpinLockGuard<'_, Status>, slot: SlotIndex) {
        status.slot(slot).state = SlotState::Idle;
        let somebody_waits = status.waiting != 0;
        drop(status);
        if somebody_waits {
            self.signal();
        }
    }

    fn signal(&self) {
        // SAFETY: made by `new`.
        unsafe { ffi::md_semaphore_up(self.look_again.as_ptr()) }
    }

    /// Waits until a slot is idle, or until that time: `ETIMEDOUT`, or `EIO` where it is over.
    pub(super) fn idle(&self, deadline: u64) -> Result<SpinLockGuard<'_, Status>> {
        loop {
            let mut status = self.status.lock();
            if !status.alive {
                drop(status);
                // The next waiter must see it too.
                self.signal();
                return Err(Error::EIO);
            }
            if status
                .slots
                .iter()
                .any(|slot| slot.state == SlotState::Idle)
            {
                return Ok(status);
            }
            status.waiting += 1;
            drop(status);
            // A signal that was for another, or for nobody, costs another look.
            let left = u32::try_from(deadline.saturating_sub(now())).unwrap_or(u32::MAX);
            // SAFETY: made by `new`.
            let waited = unsafe { ffi::md_semaphore_down_timeout(self.look_again.as_ptr(), left) };
            self.status.lock().waiting -= 1;
            if waited != 0 {
                return Err(Error::ETIMEDOUT);
            }
        }
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
        unsafe { core::ptr::copy_nonoverlapping(from, to.as_mut_ptr(), length) }
    }

    /// Copies a message to the user half.
    pub(super) fn copy_out(&self, slot: SlotIndex, message: usize, from: &[u8]) {
        let (to, length) = (self.message(slot, message), from.len().min(MESSAGE_SIZE));
        // SAFETY: inside the area; nothing in the kernel depends on what is read there.
        unsafe { core::ptr::copy_nonoverlapping(from.as_ptr(), to, length) }
    }

    fn message(&self, slot: SlotIndex, message: usize) -> *mut u8 {
        let offset = slot.0 * SLOT_SIZE + message;
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
        let mut status = self.status.lock();
        for slot in &mut status.slots {
            let is_under_way = matches!(
                slot.state,
                SlotState::Calling | SlotState::Running | SlotState::Serving
            );
            if !is_under_way {
                continue;
            }
            if slot.deadline <= now {
                slot.missed = true;
                return Look::Missed {
                    abandoned: slot.abandoned,
                };
            }
            look = match look {
                Look::First(other) => Look::First(other.min(slot.deadline)),
                _ => Look::First(slot.deadline),
            };
        }
        look
    }

    /// Marks the end; returns whether it was alive. Locks that a system call has in hand are left to it.
    pub(super) fn end(&self, mut open_lock: impl FnMut(u16)) -> bool {
        let mut status = self.status.lock();
        if !core::mem::replace(&mut status.alive, false) {
            return false;
        }
        for (slot, events) in status.slots.iter_mut().zip(&self.slots) {
            open_all(core::mem::take(&mut slot.locks).held, &mut open_lock);
            slot.abandoned = false;
            events.request.complete_all();
            events.reply.complete_all();
        }
        drop(status);
        self.signal();
        true
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
