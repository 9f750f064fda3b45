//! The bench with two processors, which are threads of the emulator: what a crossing takes from one processor
//! to the other and while packets are sent, and what packets lose to control operations. Times of such a
//! machine say something beside other times of the same boot only.
//!
//! Whoever sends packets has the first processor, where the cards' interrupts are, too; who asks for
//! something has the second, but where it is said otherwise. Other ways to cross are other drivers in
//! `crossing=` and `drivers=`.

mod latency;
mod packets;

use anyhow::{Context, Result, ensure};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::Pid;

use super::begin;
use crate::boot::Parameters;
use crate::variant::{Card, is_split, load_modules};

/// The two processors.
const FIRST: usize = 0;
const SECOND: usize = 1;

/// Runs what the command line asks for, as the bench with one processor does.
pub(super) fn run(parameters: &Parameters) -> Result<()> {
    let there = std::thread::available_parallelism()?.get();
    ensure!(there == 2, "{there} processors, not two");
    if let Some(modules) = parameters.get("primitives") {
        load_modules(modules, c"")?;
    }
    for name in parameters.list("crossing") {
        begin(name)?;
        latency::nothing(&parameters.of(name))?;
    }
    for name in parameters.list("drivers") {
        begin(name)?;
        packets::measure(&parameters.of(name))?;
    }
    Ok(())
}

/// Keeps the calling thread on a processor.
fn stay(processor: usize) -> Result<()> {
    keep(Pid::from_raw(0), processor)
}

/// Keeps a thread on a processor.
fn keep(thread: Pid, processor: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(processor)?;
    sched_setaffinity(thread, &set).with_context(|| format!("keep {thread} on {processor}"))
}

/// Keeps every thread of a card's user half, if it has one, on a processor.
fn keep_user_half(parameters: &Parameters, card: &Card, processor: usize) -> Result<()> {
    if !is_split(parameters)? {
        return Ok(());
    }
    for thread in std::fs::read_dir(format!("/proc/{}/task", card.user_half()?))? {
        let name = thread?.file_name();
        let number = name
            .to_string_lossy()
            .parse()
            .context("a thread's number")?;
        keep(Pid::from_raw(number), processor)?;
    }
    Ok(())
}
