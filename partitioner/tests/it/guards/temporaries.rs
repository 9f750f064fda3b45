//! Guards without a name.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    (
        "a temporary lives to the end of its statement",
        "self.counters.lock().packets.max(self.settings.lock().level.into());",
        true,
    ),
    (
        "of an assignment the right side is first",
        "self.counters.lock().packets = self.settings.lock().level.into();",
        false,
    ),
    (
        "before it is made it is not",
        "let n = self.settings.lock().level; self.counters.lock().packets = n.into();",
        false,
    ),
    (
        "an argument made before",
        "u64::max(self.counters.lock().packets, self.settings.lock().level.into());",
        true,
    ),
    (
        "of a let, too",
        "let n = self.counters.lock().packets; self.sleep();",
        false,
    ),
    (
        "a borrowed temporary lives as long as the block",
        "let n = &self.counters.lock().packets; self.sleep();",
        true,
    ),
    (
        "so does a borrowed guard",
        "let g = &self.counters.lock(); drop(g); self.sleep();",
        true,
    ),
    (
        "a scrutinee's lives through the match",
        "match self.counters.lock().packets { 0 => {} _ => self.sleep() }",
        true,
    ),
    (
        "and not longer",
        "match self.counters.lock().packets { 0 => {} _ => {} } self.sleep();",
        false,
    ),
    (
        "a condition's does not",
        "if self.counters.lock().packets > 1 { self.sleep(); }",
        false,
    ),
    (
        "a condition that matches does",
        "if let 1 = self.counters.lock().packets { self.sleep(); }",
        true,
    ),
    (
        "in a chain, too",
        "if self.number() > 1 && let 1 = self.counters.lock().packets { self.sleep(); }",
        true,
    ),
    (
        "but not after it",
        "if let 1 = self.counters.lock().packets {} self.sleep();",
        false,
    ),
    (
        "while",
        "while self.counters.lock().packets > 1 { self.sleep(); }",
        false,
    ),
    (
        "while let",
        "while let 1 = self.counters.lock().packets { self.sleep(); }",
        true,
    ),
    (
        "after while let",
        "while let 1 = self.counters.lock().packets {} self.sleep();",
        false,
    ),
    (
        "an arm's",
        "match self.number() { 0 => { self.counters.lock().packets += 1; } _ => {} } self.sleep();",
        false,
    ),
];
