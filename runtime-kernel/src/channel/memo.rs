//! Replies that are remembered: a function of the user half whose result depends on nothing but its
//! arguments, on state that does not change, and on state behind locks, is asked once for each of them, as long
//! as the state behind those locks is the same. They are those that come with its calls.
//!
//! They belong to the incarnation that gave them, and were checked when they came.

use crate::Result;
use crate::memory::Copied;
use crate::sync::SpinLock;
use crate::wire::{Lower, Reader, Wire, WireError, Writer};

/// Replies of one incarnation; a newer one takes the place of the oldest.
const ENTRIES: usize = 16;

/// The most bytes of arguments that are remembered.
pub(super) const LARGEST_KEY: usize = 32;

struct Entry {
    number: u16,
    /// What [`Channel::versions`] said before it was asked.
    versions: u64,
    arguments: Copied,
    reply: Copied,
}

/// What a reply is an answer to.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) number: u16,
    pub(super) versions: u64,
    pub(super) arguments: &'a [u8],
}

impl Entry {
    fn is_about(&self, question: &Question<'_>) -> bool {
        self.number == question.number && *self.arguments == *question.arguments
    }
}

/// What an incarnation said.
pub(super) struct Memo(SpinLock<Entries>);

struct Entries {
    places: [Option<Entry>; ENTRIES],
    next: usize,
}

/// The arguments of a call whose reply is remembered, if they are not too many.
pub(super) fn key<'a>(arguments: &impl Lower, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut writer = Writer::new(buffer);
    arguments.lower(&mut writer).ok()?;
    let length = writer.length();
    buffer.get(..length)
}

impl Memo {
    pub(super) fn new() -> Self {
        Self(SpinLock::new(Entries {
            places: [const { None }; ENTRIES],
            next: 0,
        }))
    }

    /// The reply, or any error where none is known; what was lifted once can be lifted again. It is made where
    /// it is returned, and so no `Option`: a reply may be long, and moving it would be much of what this takes.
    #[inline]
    pub(super) fn answer<R: Wire>(&self, question: &Question<'_>) -> Result<R, WireError> {
        let entries = self.0.lock();
        let known =
            |entry: &&Entry| entry.is_about(question) && entry.versions == question.versions;
        match entries.places.iter().flatten().find(known) {
            Some(entry) => R::lift(&mut Reader::new(&entry.reply)),
            None => Err(WireError::Length),
        }
    }

    /// Remembers a reply, if there is memory for it, in the place of an older one to the same. May sleep.
    pub(super) fn remember(&self, question: &Question<'_>, reply: &[u8]) {
        let (Ok(arguments), Ok(reply)) = (Copied::of(question.arguments), Copied::of(reply)) else {
            return;
        };
        let entry = Entry {
            number: question.number,
            versions: question.versions,
            arguments,
            reply,
        };
        let mut entries = self.0.lock();
        let known = |place: &Option<Entry>| {
            let known = place.as_ref();
            known.is_some_and(|known| known.is_about(question))
        };
        let place = match entries.places.iter().position(known) {
            Some(place) => place,
            None => {
                let next = entries.next % ENTRIES;
                entries.next = next + 1;
                next
            }
        };
        let forgotten = match entries.places.get_mut(place) {
            Some(place) => place.replace(entry),
            None => None,
        };
        // Freed with interrupts on.
        drop(entries);
        drop(forgotten);
    }
}
