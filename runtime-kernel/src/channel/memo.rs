//! Replies that are remembered: a function of the user half whose result depends on nothing but its
//! arguments, and on state that does not change, is asked once for each of them.
//!
//! They belong to the incarnation that gave them, and were checked when they came.

use crate::Result;
use crate::memory::Copied;
use crate::sync::SpinLock;
use crate::wire::{Lower, Reader, WireError, Writer};

/// Replies of one incarnation; a newer one takes the place of the oldest.
const ENTRIES: usize = 16;

/// The most bytes of arguments that are remembered.
pub(super) const LARGEST_KEY: usize = 32;

struct Entry {
    number: u16,
    arguments: Copied,
    reply: Copied,
}

impl Entry {
    fn is(&self, number: u16, arguments: &[u8]) -> bool {
        self.number == number && *self.arguments == *arguments
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

    /// The reply, if it is known.
    pub(super) fn answer<R>(
        &self,
        number: u16,
        arguments: &[u8],
        lift: impl FnOnce(&mut Reader<'_>) -> Result<R, WireError>,
    ) -> Option<R> {
        let entries = self.0.lock();
        let entry = entries
            .places
            .iter()
            .flatten()
            .find(|entry| entry.is(number, arguments))?;
        // What was lifted once can be lifted again.
        lift(&mut Reader::new(&entry.reply)).ok()
    }

    /// Remembers a reply, if there is memory for it. May sleep.
    pub(super) fn remember(&self, number: u16, arguments: &[u8], reply: &[u8]) {
        let (Ok(arguments), Ok(reply)) = (Copied::of(arguments), Copied::of(reply)) else {
            return;
        };
        let entry = Entry {
            number,
            arguments,
            reply,
        };
        let mut entries = self.0.lock();
        let known = |place: &Option<Entry>| {
            let known = place.as_ref();
            known.is_some_and(|known| known.is(number, &entry.arguments))
        };
        if entries.places.iter().any(known) {
            return;
        }
        let next = entries.next % ENTRIES;
        entries.next = next + 1;
        let forgotten = match entries.places.get_mut(next) {
            Some(place) => place.replace(entry),
            None => None,
        };
        // Freed with interrupts on.
        drop(entries);
        drop(forgotten);
    }
}
