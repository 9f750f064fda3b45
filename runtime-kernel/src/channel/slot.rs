//! One slot of an incarnation: what it is doing, which says who may touch its buffers, and its events.
//!
//! The state is one atomic word: a call is claimed, handed over, served and given back without a lock. Who
//! may make which change follows from the state, so most are plain stores by the one who has the slot; an exchange
//! is needed where two may want it, or where its caller may be killed meanwhile.

use super::riding::Locks;
use crate::sync::Completion;
use crate::{Error, Result, ffi};
use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, AtomicU64, Ordering};
use runtime_wire::protocol::{MESSAGE_SIZE, SLOTS};

/// What a slot is doing. Who may touch its buffers follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SlotState {
    /// No thread of the user half has taken it.
    Vacant,
    /// Its thread waits for a call.
    Idle,
    /// A caller prepares a request. Buffers: the caller's.
    Calling,
    /// A request is there; its thread may run it already, if it polls. Buffers: nobody's.
    Posted,
    /// The user half runs the call. Buffers: nobody's.
    Running,
    /// The user half's thread is inside a system call about this slot, or the caller takes the reply that it
    /// polled for. Buffers: theirs.
    Serving,
    /// The reply is there. Buffers: the caller's.
    Replied(Reply),
}

/// How the user half ended a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// With so many bytes of result.
    Done(usize),
    /// Without one.
    Failed,
}

/// The caller was killed and does not wait any more.
const ABANDONED: u32 = 1 << 8;

impl SlotState {
    const fn word(self) -> u32 {
        match self {
            Self::Vacant => 0,
            Self::Idle => 1,
            Self::Calling => 2,
            Self::Posted => 3,
            Self::Running => 4,
            Self::Serving => 5,
            Self::Replied(Reply::Failed) => 6,
            // Bounded by the message.
            Self::Replied(Reply::Done(length)) => 7 | (length as u32) << 16,
        }
    }

    const fn of(word: u32) -> Self {
        match word & 0xff {
            1 => Self::Idle,
            2 => Self::Calling,
            3 => Self::Posted,
            4 => Self::Running,
            5 => Self::Serving,
            6 => Self::Replied(Reply::Failed),
            7 => Self::Replied(Reply::Done((word >> 16) as usize)),
            _ => Self::Vacant,
        }
    }

    /// Whether the user half owes a reply.
    const fn is_under_way(self) -> bool {
        matches!(
            self,
            Self::Calling | Self::Posted | Self::Running | Self::Serving
        )
    }
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

    /// Below `SLOTS`, so that an index needs no check that could panic.
    pub(super) fn number(self) -> usize {
        self.0 % SLOTS
    }
}

/// When a slot has no call.
const NEVER: u64 = u64::MAX;

/// State, events and buffers of one slot.
pub(super) struct Slot {
    word: AtomicU32,
    /// The number of its call, and the function that it runs.
    sequence: AtomicU32,
    number: AtomicU16,
    /// When the call has to be over, in the milliseconds of `now`.
    deadline: AtomicU64,
    /// It was not.
    missed: AtomicBool,
    /// Whether the call has locks, which are with the incarnation's `Status`.
    holds: AtomicBool,
    /// Completed when a request is there, and for good when the incarnation ends.
    pub(super) request: Completion,
    /// The same for a reply.
    pub(super) reply: Completion,
    /// Two messages: what came from the user half, copied once, and what goes to it.
    buffers: NonNull<[[u8; MESSAGE_SIZE]; 2]>,
}

impl Slot {
    pub(super) fn new() -> Result<Self> {
        let (request, reply) = (Completion::new()?, Completion::new()?);
        // Last: only a whole slot gives it back.
        // SAFETY: no condition; null is handled.
        let memory = unsafe { ffi::md_allocate(2 * MESSAGE_SIZE) };
        let buffers = NonNull::new(memory.cast()).ok_or(Error::ENOMEM)?;
        Ok(Self {
            word: AtomicU32::new(SlotState::Vacant.word()),
            sequence: AtomicU32::new(0),
            number: AtomicU16::new(0),
            deadline: AtomicU64::new(NEVER),
            missed: AtomicBool::new(false),
            holds: AtomicBool::new(false),
            request,
            reply,
            buffers,
        })
    }

    pub(super) fn state(&self) -> SlotState {
        SlotState::of(self.word.load(Ordering::Acquire))
    }

    /// From one state to another, unless it is in a third; whether its caller was killed stays known.
    fn advance(&self, from: SlotState, to: SlotState) -> bool {
        let (from, to) = (from.word(), to.word());
        for mark in [0, ABANDONED] {
            let changed = self.word.compare_exchange(
                from | mark,
                to | mark,
                Ordering::SeqCst,
                Ordering::Relaxed,
            );
            match changed {
                Ok(_) => return true,
                // Killed right now, or before: once more.
                Err(word) if word == from | ABANDONED => {}
                Err(_) => return false,
            }
        }
        false
    }

    /// Its thread is there.
    pub(super) fn occupy(&self) -> bool {
        self.advance(SlotState::Vacant, SlotState::Idle)
    }

    /// Makes an idle slot the caller's.
    pub(super) fn claim(&self) -> bool {
        self.word.load(Ordering::SeqCst) == SlotState::Idle.word()
            && self.advance(SlotState::Idle, SlotState::Calling)
    }

    /// Says which call the caller makes with it.
    pub(super) fn begin(&self, sequence: u32, number: u16, deadline: u64) {
        self.sequence.store(sequence, Ordering::Relaxed);
        self.number.store(number, Ordering::Relaxed);
        self.missed.store(false, Ordering::Relaxed);
        // Before it is looked whether deadlines are watched.
        self.deadline.store(deadline, Ordering::SeqCst);
    }

    /// The caller's request is there.
    pub(super) fn post(&self) {
        self.word.store(SlotState::Posted.word(), Ordering::SeqCst);
    }

    /// Its thread runs the request that is there.
    pub(super) fn pick(&self) -> bool {
        self.advance(SlotState::Posted, SlotState::Running)
    }

    /// Makes the slot of a running call the one's who asks; whether the user half was seen to run it.
    pub(super) fn serve(&self) -> Option<bool> {
        if self.advance(SlotState::Running, SlotState::Serving) {
            return Some(true);
        }
        self.advance(SlotState::Posted, SlotState::Serving)
            .then_some(false)
    }

    /// The call goes on.
    pub(super) fn served(&self) {
        self.advance(SlotState::Serving, SlotState::Running);
    }

    /// As if it had not been served.
    pub(super) fn unserved(&self) {
        self.advance(SlotState::Serving, SlotState::Posted);
    }

    /// The reply is there; `false` where nobody waits for it.
    pub(super) fn replied(&self, reply: Reply) -> bool {
        let (from, to) = (SlotState::Serving.word(), SlotState::Replied(reply).word());
        self.word
            .compare_exchange(from, to, Ordering::SeqCst, Ordering::Relaxed)
            .is_ok()
    }

    /// The caller does not wait any more, unless the reply is there: that is the result.
    pub(super) fn abandon(&self) -> Option<Reply> {
        match SlotState::of(self.word.fetch_or(ABANDONED, Ordering::SeqCst)) {
            SlotState::Replied(reply) => Some(reply),
            _ => None,
        }
    }

    /// Gives it back, for the next call.
    pub(super) fn release(&self) {
        self.deadline.store(NEVER, Ordering::Relaxed);
        self.word.store(SlotState::Idle.word(), Ordering::SeqCst);
    }

    /// The number of its call.
    pub(super) fn sequence(&self) -> u32 {
        self.sequence.load(Ordering::Relaxed)
    }

    /// The function that its call runs.
    pub(super) fn number(&self) -> u16 {
        self.number.load(Ordering::Relaxed)
    }

    /// When its call has to be over, if it has one; and whether somebody waits for it.
    pub(super) fn deadline(&self) -> Option<(u64, bool)> {
        // This order: what is read second is of the same call, or of a later one.
        let word = self.word.load(Ordering::SeqCst);
        let deadline = self.deadline.load(Ordering::SeqCst);
        (SlotState::of(word).is_under_way() && deadline != NEVER)
            .then_some((deadline, word & ABANDONED == 0))
    }

    /// Its call missed the deadline.
    pub(super) fn set_missed(&self) {
        self.missed.store(true, Ordering::Relaxed);
    }

    pub(super) fn missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }

    /// Whether its call has locks: an answer for those who have the slot.
    pub(super) fn holds(&self) -> bool {
        self.holds.load(Ordering::Relaxed)
    }

    pub(super) fn set_locks(&self, locks: Locks) {
        self.holds
            .store(locks != Locks::default(), Ordering::Relaxed);
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
