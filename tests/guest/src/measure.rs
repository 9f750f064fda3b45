//! Costs in executed instructions, and counts of crossings.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
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
    /// How many calls were counted.
    pub(crate) calls: usize,
}

impl Cost {
    fn of(mut samples: Vec<u64>) -> Self {
        samples.sort_unstable();
        Self {
            min: samples.first().copied().unwrap_or(0),
            median: samples.get(samples.len() / 2).copied().unwrap_or(0),
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
    let mut samples = Vec::with_capacity(calls);
    for round in 0..WARM_UP + calls {
        let (outcome, spent) = once(&mut call);
        outcome?;
        undo()?;
        if round >= WARM_UP {
            samples.push(spent);
        }
    }
    Ok(Cost::of(samples))
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
    fn counters_are_read() {
        let counters = parse("upcalls 3\ndowncalls 4\nbad\n");
        assert_eq!(counters["upcalls"], 3);
        assert_eq!(counters.len(), 2);
    }
}
