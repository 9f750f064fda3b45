//! Closures, and who calls them.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    (
        "a closure runs where it is given",
        "let g = self.counters.lock(); under(|| self.sleep());",
        true,
    ),
    (
        "one in a variable where it is called",
        "let f = || self.sleep(); let g = self.counters.lock(); f();",
        true,
    ),
    (
        "and not where it is made",
        "let f = || self.sleep(); f(); let g = self.counters.lock();",
        false,
    ),
    (
        "or handed on",
        "let f = || self.sleep(); let g = self.counters.lock(); under(f);",
        true,
    ),
    (
        "a closure's own guard is its own",
        "under(|| { let g = self.counters.lock(); }); self.sleep();",
        false,
    ),
    (
        "it may let go, or not",
        "let g = self.counters.lock(); under(move || drop(g)); self.sleep();",
        true,
    ),
    (
        "who takes a closure may hold a lock",
        "self.with(|counters| self.sleep());",
        true,
    ),
    (
        "or hand it on to somebody who does",
        "self.hand_on(|counters| self.sleep());",
        true,
    ),
    (
        "who takes one and does not",
        "under(|| self.sleep());",
        false,
    ),
];
