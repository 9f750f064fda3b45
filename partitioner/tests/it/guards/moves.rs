//! Guards that are moved: into calls, structs and options, and out of them.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    (
        "a move into a call",
        "let g = self.counters.lock(); end(g); self.sleep();",
        false,
    ),
    (
        "a temporary moved into a call",
        "end(self.counters.lock()); self.sleep();",
        false,
    ),
    (
        "a move into a struct",
        "let g = self.counters.lock(); let h = Holder { guard: g, number: 1 }; self.sleep();",
        true,
    ),
    (
        "which is dropped",
        "let g = self.counters.lock(); let h = Holder { guard: g, number: 1 }; drop(h); self.sleep();",
        false,
    ),
    (
        "a field of it is the guard's",
        "let h = self.holder(); drop(h.guard); self.sleep();",
        true,
    ),
    (
        "a field that is not",
        "let n = self.holder().number; self.sleep();",
        false,
    ),
    (
        "a move into an option",
        "let g = Some(self.counters.lock()); self.sleep();",
        true,
    ),
    (
        "an option is dropped",
        "let g = Some(self.counters.lock()); drop(g); self.sleep();",
        false,
    ),
    (
        "an option that is matched",
        "match self.perhaps() { Some(g) => self.sleep(), None => {} }",
        true,
    ),
    (
        "and moved out of",
        "match self.perhaps() { Some(g) => { drop(g); self.sleep(); } None => {} }",
        false,
    ),
    (
        "one in a variable, too",
        "let o = self.perhaps(); if let Some(g) = o { drop(g); self.sleep(); }",
        false,
    ),
    (
        "what unwrap returns",
        "let g = self.perhaps().unwrap(); self.sleep();",
        true,
    ),
    (
        "is the same guard",
        "let g = self.perhaps().unwrap(); drop(g); self.sleep();",
        false,
    ),
    (
        "let else",
        "let Some(g) = self.perhaps() else { return; }; self.sleep();",
        true,
    ),
    (
        "its else does not hold it",
        "let Some(_g) = self.perhaps() else { self.sleep(); return; };",
        false,
    ),
    (
        "a guard that a function returns",
        "let g = self.give(); self.sleep();",
        true,
    ),
    (
        "as a temporary",
        "self.give().packets += 1; self.sleep();",
        false,
    ),
    (
        "a struct that a function returns",
        "let h = self.holder(); self.sleep();",
        true,
    ),
    (
        "an assignment ends the old guard",
        "let mut g = Some(self.counters.lock()); g = None; self.sleep();",
        false,
    ),
    (
        "and starts the new one",
        "let mut g = None; g = Some(self.counters.lock()); self.sleep();",
        true,
    ),
    (
        "a variable without a value at first",
        "let g; g = self.counters.lock(); self.sleep();",
        true,
    ),
];
