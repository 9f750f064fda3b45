//! Kinds of locks: transactions, locks of an unknown type, locks that may be held asleep.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    (
        "a transaction",
        "let t = self.registers.transaction(); self.sleep();",
        true,
    ),
    (
        "that ran",
        "let t = self.registers.transaction(); let _ = t.run(); self.sleep();",
        false,
    ),
    (
        "at once",
        "let _ = self.registers.transaction().run(); self.sleep();",
        false,
    ),
    (
        "one that could be run",
        "let t = self.registers.transaction(); if self.number() > 1 { let _ = t.run(); } self.sleep();",
        true,
    ),
    (
        "a lock of an unknown type",
        "let locks = [&self.counters]; for l in locks.iter() { let g = l.lock(); self.sleep(); }",
        true,
    ),
    (
        "a sleeping lock is not in the way",
        "let s = self.settings.lock(); microdriver::sleep_ms(1);",
        false,
    ),
];
