//! What the driver took and has to give back, and what it (or the card) did wrong without stopping
//! the host.

use std::collections::BTreeMap;
use std::sync::Mutex;

use crate::parts::shim::lock;

/// A kind of thing that is taken and given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Memory.
    Memory,
    /// A spin lock has no counterpart; a semaphore has.
    Semaphore,
    /// A reader-writer semaphore.
    RwSemaphore,
    /// A completion.
    Completion,
    /// The memory that a user half maps.
    Area,
    /// A reference to a task.
    Task,
    /// A socket buffer.
    Packet,
    /// Coherent memory.
    Coherent,
    /// A streaming mapping.
    Mapping,
    /// A requested interrupt.
    Interrupt,
    /// A registered interface.
    Interface,
    /// A NAPI context.
    Napi,
}

/// Live things by kind and address.
#[derive(Debug, Default)]
pub(crate) struct Resources(Mutex<BTreeMap<(Kind, usize), usize>>);

impl Resources {
    /// `size`: in bytes, or 0.
    pub(crate) fn take(&self, kind: Kind, address: usize, size: usize) {
        lock(&self.0).insert((kind, address), size);
    }

    /// The size, or `None` for what was not taken (or was given back before).
    pub(crate) fn give_back(&self, kind: Kind, address: usize) -> Option<usize> {
        lock(&self.0).remove(&(kind, address))
    }

    /// What is out, readably.
    pub(crate) fn list(&self) -> Vec<String> {
        lock(&self.0)
            .iter()
            .map(|((kind, address), size)| format!("{kind:?} at {address:#x}, {size} bytes"))
            .collect()
    }
}

/// Mistakes on record.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<String>>);

impl Faults {
    pub(crate) fn record(&self, text: String) {
        lock(&self.0).push(text);
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *lock(&self.0))
    }
}
