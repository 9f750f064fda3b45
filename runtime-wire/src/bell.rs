//! The bells: words of the slot area by which a thread of the user half and its callers find each other
//! without a system call, if the user half polls. Each slot has one.
//!
//! The kernel rings (`posted`) when a request is there; a thread that says that it polls looks for that. The
//! thread leaves word of its reply (`replied`); a caller that looks for it takes it from there, and one that is going
//! to sleep says so (`sleeps`), so that the thread makes a system call instead. Who writes one word and then reads
//! another does both in one order for all (`SeqCst`), so that never both sides miss each other. Whoever takes a
//! reply away puts [`NOTHING`] there, in one step: it is taken once.

use core::sync::atomic::{AtomicU32, AtomicU64};

/// The words of one slot, each side's in a cache line of its own.
#[repr(C, align(128))]
#[derive(Debug, Default)]
pub struct Words {
    /// By the kernel: the number of the call that was posted last.
    pub posted: AtomicU32,
    /// By the kernel: the number of the call whose caller sleeps.
    pub sleeps: AtomicU32,
    _kernel: [u64; 7],
    /// By the user half: [`NEVER`], [`SOMETIMES`] or [`NOW`].
    pub polls: AtomicU64,
    /// By the user half, and taken away by either: a reply that is there ([`replied`]), or [`NOTHING`].
    pub replied: AtomicU64,
    _user: [u64; 6],
}

/// The user half does not poll, and looks at none of the words.
pub const NEVER: u64 = 0;
/// It may poll, but this slot's thread does not.
pub const SOMETIMES: u64 = 1;
/// This slot's thread looks for a call.
pub const NOW: u64 = 2;

/// No reply: no call has number 0.
pub const NOTHING: u64 = 0;

/// The word for a reply of so many bytes, header included, to a call.
pub const fn replied(sequence: u32, length: usize) -> u64 {
    (sequence as u64) << 32 | length as u64 & 0xffff_ffff
}

/// The length of the reply, if the word says that there is one to this call.
pub const fn length_of(word: u64, sequence: u32) -> Option<usize> {
    if word >> 32 == sequence as u64 {
        Some((word & 0xffff_ffff) as usize)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_for_one_call() {
        assert_eq!(length_of(replied(7, 4096), 7), Some(4096));
        assert_eq!(length_of(replied(7, 12), 8), None);
        assert_eq!(length_of(replied(u32::MAX, 12), u32::MAX), Some(12));
        assert_eq!(length_of(NOTHING, 1), None);
    }

    #[test]
    fn each_side_has_a_line_of_its_own() {
        assert_eq!(size_of::<Words>(), 128);
        assert_eq!(core::mem::offset_of!(Words, polls), 64);
    }
}
