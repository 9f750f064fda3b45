//! The figures that were committed: a figure that got worse is a change that says so.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use super::figures::Figures;
use crate::Context;

/// Where they are, below the root of the tree.
const FILE: &str = "tests/bench/baseline.json";

/// How much more a figure may be without being changed in the same commit: this share, and what one
/// wake-up more or less takes, as two builds of the same code differ by that. A control operation that crosses
/// comes after a pause, and is woken from it, or is not.
const TOLERANCE: f64 = 1.02;
const WAKE_UP: f64 = 400.0;
const FROM_A_PAUSE: f64 = 2_000.0;

/// Crossings more of an operation that waits: the link's watchdog looked twice more meanwhile, or a worker came
/// between deferred calls.
const LOOKS: f64 = 4.0;

/// Operations that wait for the kernel's grace periods or wake its workers, sometimes for one more than at
/// other times.
const WAITING: [&str; 12] = [
    "MTU 68",
    "add multicast",
    "all multicast off",
    "all multicast on",
    "deferred",
    "deferred, 9 times before it is made",
    "down",
    "promiscuous off",
    "promiscuous on",
    "remove multicast",
    "set rings",
    "up",
];

/// What is committed.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Baseline {
    /// The release of the kernel: figures of another one are no better and no worse.
    pub(super) kernel: String,
    pub(super) figures: Figures,
}

fn path(context: &Context) -> PathBuf {
    context.layout.root().join(FILE)
}

pub(super) fn read(context: &Context) -> Result<Baseline> {
    let path = path(context);
    let text = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("read {}", path.display()))
}

pub(super) fn write(context: &Context, baseline: &Baseline) -> Result<()> {
    let mut text = serde_json::to_vec_pretty(baseline)?;
    text.push(b'\n');
    rig::fs::replace(&path(context), &text)
}

/// The figures that are worse, or gone, in words.
pub(super) fn worse(baseline: &Figures, now: &Figures) -> Vec<String> {
    let mut worse = Vec::new();
    for (key, &before) in baseline.0.iter().filter(|(key, _)| is_held(key)) {
        let (factor, slack) = allowed(baseline, key);
        match now.0.get(key) {
            None => worse.push(format!("{key}: {before}, and now it is not measured")),
            Some(&now) if now as f64 > before as f64 * factor + slack => {
                worse.push(format!("{key}: {before}, and now {now}"));
            }
            Some(_) => {}
        }
    }
    worse
}

/// By which factor, and how much more than that, a figure may be what it is not in the baseline.
fn allowed(baseline: &Figures, key: &str) -> (f64, f64) {
    let mut parts = key.split('/');
    let (kind, what) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let whose = parts.next().unwrap_or("");
    match kind {
        "control crossings" | "crossing crossings" if WAITING.contains(&what) => (1.0, LOOKS),
        "control crossings" | "crossing crossings" => (1.0, 0.0),
        "control"
            if baseline
                .get("control crossings", what, whose)
                .is_some_and(|crossings| crossings > 0) =>
        {
            (TOLERANCE, FROM_A_PAUSE)
        }
        _ => (TOLERANCE, WAKE_UP),
    }
}

/// Whether a figure is what our code makes it: not what other means take, the in-tree driver, or waiting;
/// nor start-up, in which the link's watchdog may look once more.
fn is_held(key: &str) -> bool {
    let mut parts = key.split('/');
    let (Some(kind), Some(what), Some(whose)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    match kind {
        "control crossings" | "crossing crossings" => true,
        "control" | "crossing" | "packet" | "pktgen" => {
            whose != "in-tree" && !WAITING.contains(&what)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &str, value: u64) -> Figures {
        Figures([(key.to_owned(), value)].into())
    }

    #[test]
    fn two_in_a_hundred_and_a_wake_up_are_allowed() {
        let control = |value| of("control/link/split", value);
        assert!(worse(&control(10_000), &control(10_600)).is_empty());
        assert_eq!(worse(&control(10_000), &control(10_601)).len(), 1);
        assert_eq!(worse(&control(10_000), &Figures::default()).len(), 1);
        let generated = |value| of("pktgen/transmit 64 bytes/split", value);
        assert_eq!(worse(&generated(3_000), &generated(3_461)).len(), 1);
    }

    #[test]
    fn what_crosses_may_be_woken_from_a_pause() {
        let mut baseline = of("control/link/split", 10_000);
        baseline
            .0
            .insert("control crossings/link/split".to_owned(), 2);
        let now = |value| {
            let mut now = baseline.clone();
            now.0.insert("control/link/split".to_owned(), value);
            worse(&baseline, &now).len()
        };
        assert_eq!((now(12_200), now(12_201)), (0, 1));
    }

    #[test]
    fn a_look_of_the_watchdog_is_nobodys() {
        let up = |value| of("control crossings/up/split", value);
        assert!(worse(&up(9), &up(13)).is_empty());
        assert_eq!(worse(&up(9), &up(14)).len(), 1);
        let deferred = |value| of("crossing crossings/deferred/nothing-split", value);
        assert!(worse(&deferred(1), &deferred(5)).is_empty());
        assert_eq!(worse(&deferred(1), &deferred(6)).len(), 1);
    }

    #[test]
    fn no_crossing_more_is_allowed() {
        for kind in [
            "control crossings/link/split",
            "crossing crossings/nothing/split",
        ] {
            assert!(worse(&of(kind, 3), &of(kind, 3)).is_empty());
            assert_eq!(worse(&of(kind, 3), &of(kind, 4)).len(), 1);
            assert_eq!(worse(&of(kind, 0), &of(kind, 1)).len(), 1);
        }
    }

    #[test]
    fn what_is_not_ours_is_not_held() {
        for key in [
            "primitive/pipe/least",
            "startup crossings/up/split",
            "packet/transmit 64 bytes/in-tree",
            "pktgen/transmit 64 bytes/in-tree",
            "crossing/deferred/nothing-split",
            "crossing p99/nothing/nothing-split",
            "control/up/split",
        ] {
            assert!(worse(&of(key, 1), &of(key, 90_000)).is_empty());
        }
    }
}
