//! What tasks wait in: completions, semaphores, reader-writer semaphores; and signals, which end a wait.

mod completion;
#[cfg(not(loom))]
mod semaphore;
mod signal;

pub use completion::{Completion, Waited};
#[cfg(not(loom))]
pub(crate) use semaphore::{RwSemaphore, Semaphore};
pub use signal::Signal;
