//! Names: how long what they stand for lives.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    (
        "a name lives to the end of its block",
        "let g = self.counters.lock(); self.sleep();",
        true,
    ),
    (
        "and not longer",
        "{ let g = self.counters.lock(); } self.sleep();",
        false,
    ),
    (
        "an underscore in front is a name",
        "let _g = self.counters.lock(); self.sleep();",
        true,
    ),
    (
        "an underscore is none",
        "let _ = self.counters.lock(); self.sleep();",
        false,
    ),
    (
        "and moves nothing",
        "let g = self.counters.lock(); let _ = g; self.sleep();",
        true,
    ),
    (
        "but takes the parts of a value",
        "let g = self.counters.lock(); let _ = (g, 1); self.sleep();",
        false,
    ),
    (
        "drop",
        "let g = self.counters.lock(); drop(g); self.sleep();",
        false,
    ),
    (
        "drop by its path",
        "let g = self.counters.lock(); core::mem::drop(g); self.sleep();",
        false,
    ),
    (
        "a drop of a reference is none",
        "let g = self.counters.lock(); drop(&g); self.sleep();",
        true,
    ),
    (
        "drop in a tuple",
        "let g = self.counters.lock(); drop((g, 1)); self.sleep();",
        false,
    ),
    (
        "a shadowed guard lives on",
        "let g = self.counters.lock(); let g = 1; self.sleep();",
        true,
    ),
    (
        "and a drop of the new name is not its",
        "let g = self.counters.lock(); let g = 1; drop(g); self.sleep();",
        true,
    ),
    (
        "nor of a name in a block",
        "let g = self.counters.lock(); { let g = 1; drop(g); } self.sleep();",
        true,
    ),
    (
        "forget",
        "let g = self.counters.lock(); core::mem::forget(g); self.sleep();",
        true,
    ),
    (
        "a move to another name",
        "let g = self.counters.lock(); let h = g; drop(h); self.sleep();",
        false,
    ),
    (
        "the other name holds it",
        "let h = { let g = self.counters.lock(); g }; self.sleep();",
        true,
    ),
];
