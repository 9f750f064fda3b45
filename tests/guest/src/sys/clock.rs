//! The processor's time stamp counter.

/// The time stamp counter. In a machine that runs with `-icount shift=0` it is the number of
/// instructions executed so far, idle time added as if it were instructions.
pub(crate) fn instructions() -> u64 {
    // SAFETY: RDTSC is there on every x86-64 processor, and Linux does not forbid it to user space.
    unsafe { std::arch::x86_64::_rdtsc() }
}
