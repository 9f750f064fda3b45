//! Guards that are alive on some ways: branches, loops, blocks with a label.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    (
        "dropped on one way only",
        "let g = self.counters.lock(); if self.number() > 1 { drop(g); } self.sleep();",
        true,
    ),
    (
        "dropped on both",
        "let g = self.counters.lock(); if self.number() > 1 { drop(g); } else { drop(g); } self.sleep();",
        false,
    ),
    (
        "dropped on one, and the other returns",
        "let g = self.counters.lock(); if self.number() > 1 { drop(g); } else { return; } self.sleep();",
        false,
    ),
    (
        "or panics",
        "let g = self.counters.lock(); match self.number() { 0 => drop(g), _ => panic!() } self.sleep();",
        false,
    ),
    (
        "dropped in some arms",
        "let g = self.counters.lock(); match self.number() { 0 => drop(g), _ => {} } self.sleep();",
        true,
    ),
    (
        "taken on one way only",
        "let mut g = None; if self.number() > 1 { g = Some(self.counters.lock()); } self.sleep();",
        true,
    ),
    (
        "the way that returns does not count",
        "if self.number() > 1 { let g = self.counters.lock(); return; } self.sleep();",
        false,
    ),
    (
        "a value of both ways",
        "let g = if self.number() > 1 { Some(self.counters.lock()) } else { None }; self.sleep();",
        true,
    ),
    (
        "the right of && may not run",
        "let g = self.counters.lock(); let _ = self.number() > 1 && { drop(g); true }; self.sleep();",
        true,
    ),
    (
        "the right of && drops its own",
        "let b = self.number() > 1 && self.counters.lock().packets > 1; self.sleep();",
        false,
    ),
    (
        "a guard of the last round",
        "let mut g = None; for _ in 0..2 { self.sleep(); g = Some(self.counters.lock()); }",
        true,
    ),
    (
        "that the round ends",
        "for _ in 0..2 { self.sleep(); let g = self.counters.lock(); }",
        false,
    ),
    (
        "with continue",
        "let mut g = None; for _ in 0..2 { if self.number() > 1 { self.sleep(); continue; } g = Some(self.counters.lock()); continue; }",
        true,
    ),
    (
        "what a for loop goes over",
        "for _ in 0..self.counters.lock().packets { self.sleep(); }",
        true,
    ),
    (
        "break takes it out",
        "let g = loop { break self.counters.lock(); }; self.sleep();",
        true,
    ),
    (
        "break ends what is inside",
        "loop { let g = self.counters.lock(); break; } self.sleep();",
        false,
    ),
    (
        "break before a drop",
        "let mut g = Some(self.counters.lock()); loop { if self.number() > 1 { break; } g = None; } self.sleep();",
        true,
    ),
    (
        "a label says which",
        "'a: loop { let g = self.counters.lock(); loop { break 'a; } } self.sleep();",
        false,
    ),
    (
        "a block with a label",
        "let g = self.counters.lock(); 'a: { if self.number() > 1 { break 'a; } drop(g); } self.sleep();",
        true,
    ),
];
