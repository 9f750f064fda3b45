//! How long a guard lives: one rule of the language each, in a body of the small driver that sleeps while a
//! guard may be alive, or just after it is gone.

mod closures;
mod kinds;
mod moves;
mod names;
mod temporaries;
mod ways;

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
type Rule = (&'static str, &'static str, bool);

#[test]
fn each_rule() {
    let rules = || {
        let lists = [
            names::RULES,
            moves::RULES,
            temporaries::RULES,
            ways::RULES,
            closures::RULES,
            kinds::RULES,
        ];
        lists.into_iter().flatten()
    };
    let bodies: Vec<&str> = rules().map(|(_, body, _)| *body).collect();
    let wrong: Vec<String> = held(&bodies, "2024")
        .iter()
        .zip(rules())
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
