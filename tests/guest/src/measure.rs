//! Costs in executed instructions, and counts of crossings.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::sys::instructions;

/// Calls before the first one that counts: caches of the kernel fill, code is patched in.
const WARM_UP: usize = 4;

/// What something cost, over several calls.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Cost {
    /// The cheapest call: no timer tick fell into it.
    pub(crate) min: u64,
    /// The call in the middle.
    pub(crate) median: u64,
    /// The call that 99 in a hundred do not exceed.
    pub(crate) p99: u64,
    /// How many calls were counted.
    pub(crate) calls: usize,
}

impl Cost {
    /// Of calls, each with what it cost.
    pub(crate) fn of(mut samples: Vec<u64>) -> Self {
        samples.sort_unstable();
        Self {
            min: samples.first().copied().unwrap_or(0),
            median: samples.get(samples.len() / 2).copied().unwrap_or(0),
            p99: samples
                .get((samples.len() * 99).div_ceil(100).saturating_sub(1))
                .copied()
                .unwrap_or(0),
            calls: samples.len(),
        }
    }
}

/// The instructions of one call.
pub(crate) fn once<T>(call: impl FnOnce() -> T) -> (T, u64) {
    let before = instructions();
    let outcome = call();
    (outcome, instructions() - before)
}

/// The instructions of `call`, over `calls` calls. `undo` is called after each, and not counted.
pub(crate) fn cost<T>(
    calls: usize,
    mut call: impl FnMut() -> Result<T>,
    mut undo: impl FnMut() -> Result<()>,
) -> Result<Cost> {
    collect(calls, || {
        let (outcome, spent) = once(&mut call);
        outcome?;
        undo()?;
        Ok(spent)
    })
}

/// What `call` says that it took, over `calls` calls.
pub(crate) fn collect(calls: usize, mut call: impl FnMut() -> Result<u64>) -> Result<Cost> {
    let mut samples = Vec::with_capacity(calls);
    for round in 0..WARM_UP + calls {
        let spent = call()?;
        if round >= WARM_UP {
            samples.push(spent);
        }
    }
    Ok(Cost::of(samples))
}

/// Does something, and gives the instructions that all programs and kernel threads executed meanwhile, those
/// included that it left to the kernel's workers. Waiting does not count, nor do interrupts that come while
/// nobody runs. For a machine whose clock counts instructions.
pub(crate) fn spent<T>(action: impl FnOnce() -> Result<T>) -> Result<(T, u64)> {
    let before = executed()?;
    let outcome = action()?;
    Ok((outcome, executed()? - before))
}

/// Nanoseconds, which are instructions here, that something ran: the scheduler counts them whenever it
/// takes the processor from somebody.
fn executed() -> Result<u64> {
    const FILE: &str = "/proc/schedstat";
    const RUNNING: usize = 7;
    // So that what this program did is among it, and what waits for the processor.
    std::thread::sleep(Duration::from_millis(1));
    let text = std::fs::read_to_string(FILE).with_context(|| format!("read {FILE}"))?;
    let line = text.lines().find(|line| line.starts_with("cpu0 "));
    let number = line.and_then(|line| line.split_whitespace().nth(RUNNING));
    Ok(number
        .with_context(|| format!("no time in {FILE}"))?
        .parse()?)
}

/// Counters of the crossings between the halves of a split driver.
pub(crate) type Counters = BTreeMap<String, u64>;

/// Where the counters of a card are; the file is there only for a split driver.
#[derive(Debug, Clone)]
pub(crate) struct Crossings(PathBuf);

impl Crossings {
    /// The counters of the card at a PCI address.
    pub(crate) fn of(address: &str) -> Self {
        let folder = format!("/sys/class/misc/microdriver-{address}");
        Self(PathBuf::from(folder).join("crossings"))
    }

    /// The counters now; empty if there are none.
    pub(crate) fn read(&self) -> Counters {
        parse(&std::fs::read_to_string(&self.0).unwrap_or_default())
    }

    /// What changed since `before`; counters that did not change are left out.
    pub(crate) fn since(&self, before: &Counters) -> Counters {
        let mut now = self.read();
        for (key, value) in &mut now {
            *value = value.saturating_sub(before.get(key).copied().unwrap_or(0));
        }
        now.retain(|_, value| *value != 0);
        now
    }
}

fn parse(text: &str) -> Counters {
    text.lines()
        .filter_map(|line| {
            let (key, value) = line.split_once(' ')?;
            Some((key.to_owned(), value.trim().parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_not_the_mean() {
        let cost = Cost::of(vec![10, 900, 11]);
        assert_eq!((cost.min, cost.median, cost.calls), (10, 11, 3));
    }

    #[test]
    fn one_in_a_hundred_is_beyond_the_99th() {
        let p99 = |count| Cost::of((1..=count).collect()).p99;
        assert_eq!((p99(200), p99(100), p99(3), p99(0)), (198, 99, 3, 0));
    }

    #[test]
    fn counters_are_read() {
        let counters = parse("upcalls 3\ndowncalls 4\nbad\n");
        assert_eq!(counters["upcalls"], 3);
        assert_eq!(counters.len(), 2);
    }
}
