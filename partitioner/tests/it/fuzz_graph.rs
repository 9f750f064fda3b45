//! Whatever a crate's source says, its call graph is built or refused, and soon: mutations of the fixtures of the
//! graph, and of macros. `PROPTEST_CASES` makes the runs longer.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;
use std::{fs, thread};

use partitioner::callgraph::{self, Features};
use partitioner::diagnostics;
use partitioner::expand::{Definition, parse};
use partitioner::source::Sources;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::fuzz::{Edit, changed, config, edits};

/// As long as one case may take on a machine that others use, too: they take a tenth of a second.
const LONGEST: Duration = Duration::from_secs(60);

/// Runs cases one after another. What is tested neither panics nor takes longer than [`LONGEST`] for any.
fn every_case<T: std::fmt::Debug + 'static>(
    cases: u32,
    strategy: impl Strategy<Value = T> + Send + 'static,
    test: impl Fn(T) + Send + 'static,
) {
    let mut config = config();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    let (started, next) = mpsc::channel();
    // As the command does: what is let through may be deep.
    let worker = thread::Builder::new().stack_size(1 << 30);
    let work = move || {
        let outcome = TestRunner::new(config).run(&strategy, |case| {
            started.send(format!("{case:?}")).expect("it is heard");
            test(case);
            Ok(())
        });
        outcome.unwrap_or_else(|failure| panic!("{failure}"));
    };
    let worker = worker.spawn(work).expect("a thread");
    watch(&next);
    worker.join().expect("no failure");
}

/// Waits for the end of all cases, each of which is told when it starts, and not for long.
fn watch(next: &Receiver<String>) {
    let mut last = String::new();
    loop {
        match next.recv_timeout(LONGEST) {
            Ok(case) => last = case,
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("no end after {LONGEST:?}: {last}"),
        }
    }
}

/// A crate and its files.
struct Crate {
    directory: PathBuf,
    files: Vec<(PathBuf, String)>,
}

/// Copies the fixtures of the graph, and a crate that has those of macros in it.
fn crates(to: &Path) -> Vec<Crate> {
    let fixtures = crate::common::root().join("tests/fixtures");
    let mut crates = Vec::new();
    for entry in fs::read_dir(fixtures.join("graph")).expect("readable") {
        let from = entry.expect("an entry").path();
        let directory = to.join(from.file_name().expect("a name"));
        let mut files = Vec::new();
        for (path, text) in crate::common::files(&from) {
            let is_source = path.extension().is_some_and(|end| end == "rs");
            let path = directory.join(path);
            fs::create_dir_all(path.parent().expect("a directory")).expect("created");
            fs::write(&path, &text).expect("written");
            files.extend(is_source.then_some((path, text)));
        }
        crates.push(Crate { directory, files });
    }
    // In the order of their names, so that a case is the same again.
    crates.sort_by(|one, other| one.directory.cmp(&other.directory));
    let directory = to.join("macros");
    let text = fs::read_to_string(fixtures.join("macros/calls.rs")).expect("readable");
    fs::create_dir_all(directory.join("src")).expect("created");
    let manifest =
        "[package]\nname = \"macros\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(directory.join("Cargo.toml"), manifest).expect("written");
    let path = directory.join("src/lib.rs");
    fs::write(&path, &text).expect("written");
    let files = vec![(path, text)];
    crates.push(Crate { directory, files });
    crates
}

/// Builds a graph and looks at all of it, or draws what is wrong; tells whether there is a graph.
fn build(directory: &Path) -> bool {
    let mut sources = Sources::default();
    match callgraph::build(directory, &Features::default(), &mut sources) {
        Ok(graph) => {
            let edges: usize = graph.iter().map(|(id, _)| graph.callees(id).len()).sum();
            assert_eq!(edges, graph.edges());
            true
        }
        Err(refusal) => {
            assert!(!diagnostics::human(&refusal.0, &sources, false).is_empty());
            diagnostics::json(&refusal.0, &sources);
            false
        }
    }
}

/// Builds the graph of a crate with another text in one of its files.
fn build_with(found: &Crate, path: &Path, text: &str, changed: &str) -> bool {
    fs::write(path, changed).expect("written");
    let is_built = build(&found.directory);
    fs::write(path, text).expect("written");
    is_built
}

#[test]
fn graphs_of_sources_with_changes() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let crates = crates(directory.path());
    assert!(crates.iter().all(|found| build(&found.directory)));
    let strategy = (0..crates.len(), any::<prop::sample::Index>(), edits());
    every_case(64, strategy, move |(at, file, edits)| {
        let found = &crates[at];
        let (path, text) = &found.files[file.index(found.files.len())];
        build_with(found, path, text, &changed(text, &edits));
    });
}

/// Where the words of a text are.
fn words(text: &str) -> Vec<Range<usize>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = Vec::new();
    let mut at = 0;
    for part in text.split_inclusive(|c: char| !is_word(c)) {
        let word = part.trim_end_matches(|c: char| !is_word(c)).len();
        words.extend((word > 0).then_some(at..at + word));
        at += part.len();
    }
    words
}

/// Most of these can be parsed, and then mean what nobody would write: imports, aliases, types, macros and
/// implementations that lead to themselves.
#[test]
fn graphs_of_sources_with_other_names() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let crates = crates(directory.path());
    let built = Arc::new(AtomicUsize::new(0));
    let index = any::<prop::sample::Index>;
    let strategy = (
        0..crates.len(),
        index(),
        prop::collection::vec((index(), index()), 1..6),
    );
    let count = built.clone();
    every_case(96, strategy, move |(at, file, swaps)| {
        let found = &crates[at];
        let (path, text) = &found.files[file.index(found.files.len())];
        let mut changed = text.clone();
        for (to, from) in swaps {
            let words = words(&changed);
            let from = changed[words[from.index(words.len())].clone()].to_owned();
            changed.replace_range(words[to.index(words.len())].clone(), &from);
        }
        let is_built = build_with(found, path, text, &changed);
        count.fetch_add(usize::from(is_built), Ordering::Relaxed);
    });
    assert!(built.load(Ordering::Relaxed) > 10, "{built:?}");
}

/// No compiler takes these; a person may be in the middle of writing them.
const CIRCLES: &[&str] = &[
    "type A = A; fn f(a: A) { a.x(); A::z(); A::V; A { x: 1 }; }",
    "type A = B; type B = A; fn f(a: A) { a.x(); A::z(); let A(x) = a; }",
    "type B<T> = C<T>; type C<T> = B<Vec<T>>; fn f(a: B<u8>) { a.x(); B::<u8>::z(); }",
    "mod a { pub use crate::b::*; } mod b { pub use crate::a::*; pub use self::b::x; } use a::x; fn f() { x(); b::y() }",
    "use crate::f as g; use g as f; use self::f::h; fn k() { f(); g(); h() }",
    "struct P; struct Q; use core::ops::Deref;
     impl Deref for P { type Target = Q; fn deref(&self) -> &Q { self } }
     impl Deref for Q { type Target = P; fn deref(&self) -> &P { self } }
     fn f(p: P) { p.y(); p.a.b.x(); p[1]; *p; **p; p + 1; P::zz(); P::z(p); for x in p {} p?; p(); format!(\"{p}\") }",
    "struct S<T>(S<S<T>>); impl<T> core::ops::Deref for S<T> { type Target = S<S<T>>; fn deref(&self) -> &Self { self } }
     fn f(p: S<u8>) { p.y(); p.0.0.0.x(); p[1]; *p; S::zz(p); }",
    "trait X { type T; fn x(self) -> Self::T; } struct P;
     impl X for P { type T = Self::T; fn x(self) -> Self::T { self.x().x() } }",
    "trait X { type T; type U; } struct P; impl X for P { type T = Self::U; type U = Vec<Self::T>; }
     impl P { fn x(self) -> <Self as X>::T { self.y().x() } fn y(self) -> Self::T { self.x() } }",
    "macro_rules! m { () => { m!(); m!() } } fn f() { m!() } m!();",
    "macro_rules! a { ($($x:tt)*) => { b!($($x)* $($x)*) } } macro_rules! b { ($($x:tt)*) => { a!($($x)*) } } fn f() { a!(1) } a!(1);",
    "mod m; #[path = \"../src/./lib.rs\"] mod l; mod n { #[path = \"lib.rs\"] mod k; } fn f() {}",
    "enum E { E(E) } use E::*; fn f(e: E) { match e { E(E(E(x))) => x.y(), E::E::E => E(E) } }",
    "const A: [u8; A[0]] = A; static F: fn() = F; fn f() { A.x(); F(); }",
    "fn f() -> impl Fn() -> impl Iterator<Item = f> { f()().next() }",
];

#[test]
fn what_leads_to_itself() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().to_owned();
    let manifest =
        "[package]\nname = \"circles\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(path.join("Cargo.toml"), manifest).expect("written");
    fs::create_dir(path.join("src")).expect("created");
    let (started, next) = mpsc::channel();
    let worker = thread::spawn(move || {
        for text in CIRCLES {
            started.send((*text).to_owned()).expect("it is heard");
            fs::write(path.join("src/lib.rs"), text).expect("written");
            build(&path);
        }
    });
    watch(&next);
    worker.join().expect("no failure");
}

/// Macros that call themselves, that make many calls, that repeat what they have none of.
const MACROS: &[(&str, &str)] = &[
    (
        "() => { 0 }; ($a:expr $(, $b:expr)*) => { $a + m!($($b),*) };",
        "1, 2, f(3), g!{4}",
    ),
    (
        "($($n:ident: $t:ty),* $(,)?) => { $(fn $n(x: $t) -> $t { $n(x) })* }",
        "a: u8, b: [T; 3]",
    ),
    ("($($a:tt)*) => { $( $( $a )* )* };", "a (b) [c {d}]"),
    (
        "($v:vis struct $n:ident { $($f:ident : $t:ty = $d:expr;)* }) => { $v struct $n { $($f: $t),* } }",
        "pub(crate) struct S { a: u8 = 1; b: &'static str = \"x\"; }",
    ),
    (
        "($a:literal | $p:pat => $b:block) => { match $a { $p => $b } }",
        "1 | Some(2..=3) | None => { 4 }",
    ),
    (
        "(@ $($a:lifetime)+ $l:path ; $s:stmt) => { $s }",
        "@ 'a 'b ::core::mem::drop ; let x = 1",
    ),
];

fn expand(rules: &str, input: &str) {
    let (Ok(rules), Ok(input)) = (rules.parse(), input.parse()) else {
        return;
    };
    let Ok(definition) = Definition::parse(rules) else {
        return;
    };
    match definition.expand(input) {
        Ok(tokens) => {
            drop(parse::items(tokens.clone()));
            drop(parse::statements(tokens.clone()));
            drop(parse::impl_items(tokens.clone()));
            drop(parse::expression(tokens));
        }
        Err(failure) => assert!(!failure.to_string().is_empty()),
    }
}

#[test]
fn macros_with_changes() {
    let strategy = (
        prop::sample::select(MACROS),
        edits(),
        edits(),
        any::<[bool; 2]>(),
    );
    type Case = (
        (&'static str, &'static str),
        Vec<Edit>,
        Vec<Edit>,
        [bool; 2],
    );
    every_case(4_000, strategy, |(seed, rules, input, which): Case| {
        let change = |text: &str, edits: &[Edit], is: bool| match is {
            true => changed(text, edits),
            false => text.to_owned(),
        };
        expand(
            &change(seed.0, &rules, which[0]),
            &change(seed.1, &input, which[1]),
        );
    });
}
