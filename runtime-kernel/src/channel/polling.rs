//! A user half that polls: for a while after a call its thread looks for the next one itself, in memory that
//! both share, and the caller looks there for the reply. Where both are in time, nobody sleeps and nobody is woken.
//!
//! What the user half writes there decides only how long its own calls take: whoever is not polled by it sleeps,
//! and is woken by a system call or by the end of the incarnation.

use super::Channel;
use super::counters::Counters;
use super::file::take_reply;
use super::incarnation::{Claim, Incarnation};
use super::slot::{Reply, SlotState};
use crate::memory::Shared;
use crate::{Error, Result, ffi};
use core::sync::atomic::{AtomicU32, Ordering};
use runtime_wire::bell::{self, Words};
use runtime_wire::protocol::MESSAGE_SIZE;

/// The words that a slot's thread and its callers share.
pub(super) struct Bell<'a>(&'a Words);

impl<'a> Bell<'a> {
    pub(super) fn new(words: &'a Words) -> Self {
        Self(words)
    }

    /// Whether the user half ever polls.
    pub(super) fn may_poll(&self) -> bool {
        self.0.polls.load(Ordering::Relaxed) != bell::NEVER
    }

    /// The length of the reply to this call, once, if the user half left it here.
    fn take(&self, sequence: u32) -> Option<usize> {
        let replied = self.0.replied.load(Ordering::Acquire);
        let length = bell::length_of(replied, sequence).filter(|length| *length <= MESSAGE_SIZE)?;
        let taken = self.0.replied.compare_exchange(
            replied,
            bell::NOTHING,
            Ordering::SeqCst,
            Ordering::Relaxed,
        );
        taken.is_ok().then_some(length)
    }
}

/// The longest that a caller looks for a reply, and the least that it tries, in nanoseconds.
const MOST: u32 = 50_000;
const LEAST: u32 = 1_000;

/// How long callers look for replies: about twice as long as the last ones took, and less and less where that
/// was in vain.
pub(super) struct Patience(AtomicU32);

impl Patience {
    pub(super) const fn new() -> Self {
        Self(AtomicU32::new(MOST))
    }

    fn nanoseconds(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    fn rewarded(&self, took: u64) {
        let took = u32::try_from(took).unwrap_or(MOST).min(MOST);
        self.0
            .store((2 * took + LEAST).min(MOST), Ordering::Relaxed);
    }

    fn lost(&self) {
        let half = self.nanoseconds() / 2;
        self.0.store(half.max(LEAST), Ordering::Relaxed);
    }
}

/// Hands a request that is posted to a user half that may poll, and takes the reply if that comes soon: `None`
/// where it has to be waited for.
pub(super) fn exchange(
    channel: &Channel,
    incarnation: &Shared<Incarnation>,
    claim: &Claim,
    bell: &Bell<'_>,
) -> Result<Option<Reply>> {
    let slot = incarnation.slot(claim.slot);
    let words = bell.0;
    words.posted.store(claim.sequence, Ordering::SeqCst);
    // It says so, then looks; we rang, then ask: one of us sees the other.
    let polls = words.polls.load(Ordering::SeqCst) == bell::NOW;
    if !polls {
        slot.request.complete();
    // SAFETY: no condition.
    } else if unsafe { ffi::md_processors() } > 1 {
        let begun = nanoseconds();
        let most = incarnation.patience.nanoseconds();
        loop {
            if let Some(length) = bell.take(claim.sequence) {
                incarnation.patience.rewarded(nanoseconds() - begun);
                return take(channel, incarnation, claim, length).map(Some);
            }
            // SAFETY: no condition.
            let go_on = unsafe { ffi::md_relax() };
            if !go_on
                || !incarnation.is_alive()
                || matches!(slot.state(), SlotState::Replied(_))
                || nanoseconds() - begun >= most.into()
            {
                incarnation.patience.lost();
                break;
            }
        }
    }
    // As above, with the reply.
    words.sleeps.store(claim.sequence, Ordering::SeqCst);
    match bell.take(claim.sequence) {
        Some(length) => take(channel, incarnation, claim, length).map(Some),
        None => Ok(None),
    }
}

/// Does for the caller what the user half's system call does where it makes one.
fn take(
    channel: &Channel,
    incarnation: &Shared<Incarnation>,
    claim: &Claim,
    length: usize,
) -> Result<Reply> {
    let reason = match incarnation.slot(claim.slot).serve() {
        None => "a reply while the call is being served",
        Some(_) => match take_reply(incarnation, claim.slot, length) {
            Ok(reply) if incarnation.is_alive() => {
                Counters::count(&channel.counters.polled);
                return Ok(reply);
            }
            Ok(_) => return Err(Error::EIO),
            Err(refused) => refused.reason(),
        },
    };
    Counters::count(&channel.counters.refused);
    channel.end(incarnation, reason, true);
    Err(Error::EIO)
}

fn nanoseconds() -> u64 {
    // SAFETY: no condition.
    unsafe { ffi::md_nanoseconds() }
}
