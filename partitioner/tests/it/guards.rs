//! How long a guard lives: one rule of the language each, in a body of the small driver that sleeps while a
//! guard may be alive, or just after it is gone.

use partitioner::diagnostics::Outcome;
use partitioner::resolve::Resolver;
use partitioner::source::Sources;
use partitioner::{api, driver, graph, load};

/// Of each body, whether it may sleep under a guard.
fn held(bodies: &[&str], edition: &str) -> Vec<bool> {
    let mut methods = TOOLS.to_owned();
    for (number, body) in bodies.iter().enumerate() {
        methods.push_str(&format!("    fn rule_{number}(&self) {{ {body} }}\n"));
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    let edits = [("src/state.rs", "impl Small {", methods.as_str())];
    let path = crate::common::changed("tests/fixtures/small", &edits, directory.path());
    let mut sources = Sources::default();
    let graph = || -> Outcome<Vec<bool>> {
        let package = load::package(&path)?;
        let tree = load::strict(&mut sources, &package)?;
        let api = api::read(&mut sources, &load::api(&package)?)?;
        let driver = driver::collect(tree, &api)?;
        let resolver = Resolver::new(&driver.tree);
        let mut report = partitioner::diagnostics::Report::default();
        let fields = driver::state::fields(&driver, &api, &mut report)?;
        report.finish()?;
        let graph = graph::build(&driver, &api, &resolver, &fields, edition)?;
        let sleeps =
            |id| !graph.facts(id).sleeps.is_empty() || !graph.facts(id).held_sleeps.is_empty();
        let reaches = |from| {
            driver
                .iter()
                .any(|(id, _)| sleeps(id) && graph.path(&[from], id, |_| true).is_some())
        };
        let holds = |number| {
            let name = format!("Small::rule_{number}");
            let mut found = driver.iter().filter(|(_, function)| function.name == name);
            let (id, _) = found.next().expect("the function is there");
            let facts = graph.facts(id);
            !facts.held_sleeps.is_empty() || facts.held_calls.keys().any(|id| reaches(*id))
        };
        Ok((0..bodies.len()).map(holds).collect())
    };
    let mut graph = graph;
    graph().unwrap_or_else(|refusal| panic!("{:#?}", refusal.0))
}

/// What the bodies use. `sleep` may sleep; `give` returns a guard, `take` takes one.
const TOOLS: &str = "
pub(crate) struct Holder<'a> {
    pub(crate) guard: microdriver::SpinLockGuard<'a, Counters>,
    pub(crate) number: u32,
}

pub(crate) fn end(_guard: microdriver::SpinLockGuard<'_, Counters>) {}

pub(crate) fn under(action: impl FnOnce()) {
    action();
}

impl Small {
    pub(crate) fn sleep(&self) {
        self.settings.lock().level = 1;
    }

    pub(crate) fn give(&self) -> microdriver::SpinLockGuard<'_, Counters> {
        self.counters.lock()
    }

    pub(crate) fn perhaps(&self) -> Option<microdriver::SpinLockGuard<'_, Counters>> {
        Some(self.counters.lock())
    }

    pub(crate) fn holder(&self) -> Holder<'_> {
        Holder { guard: self.counters.lock(), number: 1 }
    }

    pub(crate) fn with(&self, action: impl FnOnce(&mut Counters)) {
        let mut counters = self.counters.lock();
        action(&mut counters);
    }

    pub(crate) fn hand_on(&self, action: impl FnOnce(&mut Counters)) {
        self.with(action);
    }

    pub(crate) fn number(&self) -> u32 {
        self.running.load()
    }
";

/// Rule, body, whether the guard may be alive where the body sleeps.
const RULES: &[(&str, &str, bool)] = &[
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

#[test]
fn each_rule() {
    let bodies: Vec<&str> = RULES.iter().map(|(_, body, _)| *body).collect();
    let wrong: Vec<String> = held(&bodies, "2024")
        .iter()
        .zip(RULES)
        .filter(|(is, (_, _, expected))| *is != expected)
        .map(|(is, (rule, body, _))| {
            format!("{rule}: {}: {body}", if *is { "held" } else { "not held" })
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Where the edition of 2024 drops temporaries earlier.
#[test]
fn editions_differ() {
    let bodies = [
        "if let 1 = self.counters.lock().packets {} else { self.sleep(); }",
        "let n = { self.counters.lock().packets } + u64::from(self.settings.lock().level);",
    ];
    assert_eq!(held(&bodies, "2024"), [false, false]);
    assert_eq!(held(&bodies, "2021"), [true, true]);
}
