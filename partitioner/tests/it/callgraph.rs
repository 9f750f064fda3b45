//! The call graph of small crates, one for each way to call: as reviewed, and complete for the compiler.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use partitioner::callgraph::{self, CallGraph, Features};
use partitioner::oracle::compare::{Comparison, Rules};
use partitioner::oracle::{self, compile::Request};
use partitioner::source::Sources;

use crate::scale::generate;

/// One directory each in `tests/fixtures/graph`.
const CATEGORIES: &[&str] = &[
    "cfg",
    "closure",
    "drop",
    "dynamic",
    "function-pointer",
    "generic",
    "iterator",
    "macro",
    "method",
    "operator",
    "re-export",
    "recursion",
    "static",
    "trait-static",
];

/// What a row of the table in `docs/callgraph.md` says of the edges of one kind of call. The text is compared, so
/// that the document cannot say anything else than what is so.
fn row(name: &str, found: &Comparison) -> String {
    let edges: usize = found.precision.values().map(|part| part.all).sum();
    let both: usize = found.precision.values().map(|part| part.seen).sum();
    let percent = |part: usize, all: usize| {
        // In tenths, and never rounded up to all.
        let tenths = part * 1_000 / all.max(1);
        match tenths % 10 {
            0 => format!("{} %", tenths / 10),
            rest => format!("{}.{rest} %", tenths / 10),
        }
    };
    let demanded = found.seen + found.callbacks;
    let (recall, precision) = (percent(found.matched, demanded), percent(both, edges));
    format!("| {name} | {edges} | {demanded} | {recall} | {precision} |\n")
}

/// The first line of that table.
const TABLE: &str =
    "| kind of call | edges | seen by the compiler | recall | precision |\n|---|---|---|---|---|\n";

/// Compares the rows with those of the document; with `UPDATE_GOLDEN` set, replaces them.
fn documented(rows: &str) {
    let path = crate::common::root().join("docs/callgraph.md");
    let text = fs::read_to_string(&path).expect("readable");
    let (before, rest) = text.split_once(TABLE).expect("the table is there");
    let lines = rest.split_inclusive('\n');
    let end = lines
        .take_while(|line| line.starts_with('|'))
        .map(str::len)
        .sum();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let text = format!("{before}{TABLE}{rows}{}", &rest[end..]);
        fs::write(&path, text).expect("written");
        return;
    }
    assert!(
        rows == &rest[..end],
        "docs/callgraph.md says otherwise: review it, then run with UPDATE_GOLDEN=1\n{rows}"
    );
}

/// The graph has what derives make, and calls of itself.
const RULES: Rules = Rules {
    has_derived: true,
    has_recursion: true,
};

fn build(directory: &Path, sources: &mut Sources) -> CallGraph {
    callgraph::build(directory, &Features::default(), sources)
        .unwrap_or_else(|refusal| panic!("{refusal:#?}"))
}

/// A line for each edge: caller, callee, reason.
fn drawn(graph: &CallGraph) -> String {
    let mut text = String::new();
    for (id, node) in graph.iter() {
        for (callee, edge) in graph.callees(id).iter() {
            let (callee, why) = (&graph.node(*callee).name, edge.why);
            writeln!(text, "{} -> {callee} ({why:?})", node.name).expect("written");
        }
    }
    text
}

#[test]
fn graphs_are_as_reviewed_and_complete() {
    let root = crate::common::root();
    let all = root.join("tests/fixtures/graph");
    let mut directories: Vec<String> = fs::read_dir(&all)
        .expect("readable")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    directories.sort();
    assert_eq!(directories, CATEGORIES);
    let mut rows = String::new();
    for name in CATEGORIES {
        let directory = all.join(name);
        let mut sources = Sources::default();
        let graph = build(&directory, &mut sources);
        let golden = directory.join("graph.txt");
        let text = drawn(&graph);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &text).expect("written");
        }
        let expected = fs::read_to_string(&golden).unwrap_or_default();
        assert!(
            text == expected,
            "{name}: the graph is another one than in {}: review it, then run with UPDATE_GOLDEN=1\n{text}",
            golden.display()
        );
        let witness = oracle::ask(&Request {
            directory: directory.clone(),
            manifest: None,
            features: Vec::new(),
            no_default_features: false,
            target_dir: Some(root.join("target/oracle")),
        })
        .unwrap_or_else(|error| panic!("{name}: {error:#}"));
        let found = oracle::compare(&graph, &sources, &witness, RULES)
            .unwrap_or_else(|error| panic!("{name}: {error:#}"));
        assert!(found.seen > 0, "{name}: the compiler sees nothing");
        assert!(
            found.is_complete(),
            "{name}: {:#?} {:#?}",
            found.missing,
            found.unmatched
        );
        rows += &row(name, &found);
        // An edge that is taken away is missed.
        let cut = cut(&graph, &found.extra);
        let again = oracle::compare(&cut, &sources, &witness, RULES).expect("compared");
        assert!(
            !again.missing.is_empty(),
            "{name}: a missing edge is not seen"
        );
    }
    documented(&rows);
}

/// The graph without the first edge that the compiler sees, too.
fn cut(graph: &CallGraph, extra: &[(callgraph::NodeId, callgraph::NodeId)]) -> CallGraph {
    let mut cut = graph.clone();
    for (caller, _) in graph.iter() {
        let callees = graph.callees(caller).into_owned().into_keys();
        let mut seen = callees.filter(|callee| !extra.contains(&(caller, *callee)));
        if let Some(callee) = seen.next() {
            cut.forget(caller, callee);
            return cut;
        }
    }
    cut
}

/// A call for each reason that the type of its receiver may not be known for; the line says which.
const UNKNOWN: &str = r#"
pub struct S;
impl S { pub fn go(&self) -> u32 { 1 } }
pub trait Makes { type Made; fn make(&self) -> Self::Made; }
impl Makes for S { type Made = S; fn make(&self) -> S { S } }
pub fn known(s: &S) -> u32 { s.go() }
pub fn foreign(s: &S) -> u32 { core::hint::black_box(s).go() } // result of a foreign function
pub fn chained(s: &S) -> u32 { let t = core::hint::black_box((s, 1)); t.0.go() } // result of a foreign function
pub fn elsewhere(s: &std::sync::Weak<S>) -> u32 { s.go() } // type of another crate
pub fn closure() -> u32 { let f = |s: _| S::go(s); let g = |s| { let n = s.go(); f(s) + n }; g(&S) } // closure parameter
pub fn parameter<T: Makes<Made = S>>(x: T) -> u32 { x.make().go() } // type parameter
pub fn value(f: &dyn AsRef<fn() -> S>) -> u32 { (f.as_ref())().go() } // type parameter
pub fn pick(x: bool) -> u32 { let s; if x { s = Some(S) } else { s = None } s.map(|s| s.go()).unwrap_or(2) }
pub fn inferred() -> u32 { let mut all = Vec::new(); all.push(S); all.pop().unwrap().go() } // inferred from later use
pub fn looped() -> u32 { loop { break S }.go() } // expression not followed
pub fn text(s: &S) { foreign_macro!(s => s.go()) } // macro that is not expanded
"#;

/// Why types are not known is told, and where.
#[test]
fn reasons_of_unknown_receivers() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path();
    let manifest =
        "[package]\nname = \"unknown\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    fs::write(path.join("Cargo.toml"), manifest).expect("written");
    fs::create_dir(path.join("src")).expect("created");
    fs::write(path.join("src/lib.rs"), UNKNOWN).expect("written");
    let mut sources = Sources::default();
    let graph = build(path, &mut sources);
    let mut found = Vec::new();
    for (reason, calls) in graph.unknown.iter() {
        assert!(calls.first.len() == calls.count.min(3), "{calls:?}");
        let lines = calls.first.iter().map(|at| sources.line(at.file, at.start));
        found.extend(lines.map(|line| (line, reason.name())));
    }
    found.sort_unstable();
    let lines = UNKNOWN.lines().enumerate();
    let expected: Vec<(usize, &str)> = lines
        .filter_map(|(at, line)| Some((at + 1, line.split_once(" // ")?.1)))
        .collect();
    assert_eq!(found, expected);
    assert_eq!(graph.unknown.count(), expected.len());
}

/// Whatever the numbers, the time grows with them: twice the functions take less than three times as long.
/// `cargo xtask scale` measures crates that are larger by far.
#[test]
fn time_grows_with_the_crate() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut times = Vec::new();
    for modules in [10, 20] {
        let path = directory.path().join(modules.to_string());
        generate(&path, modules).expect("written");
        let mut sources = Sources::default();
        let start = std::time::Instant::now();
        let graph = build(&path, &mut sources);
        times.push(start.elapsed());
        assert!(graph.nodes.len() > modules * 100, "{}", graph.nodes.len());
    }
    // Others may use the machine: the bound is far from linear, and farther from quadratic.
    assert!(
        times[1] < times[0] * 3 + std::time::Duration::from_secs(1),
        "{times:?}"
    );
}

/// What is measured is right: the compiler sees no call in the generated crate that the graph has not.
#[test]
fn the_generated_crate_is_complete() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    generate(directory.path(), 12).expect("written");
    let mut sources = Sources::default();
    let graph = build(directory.path(), &mut sources);
    let witness = oracle::ask(&Request {
        directory: directory.path().to_owned(),
        manifest: None,
        features: Vec::new(),
        no_default_features: false,
        target_dir: Some(directory.path().join("target")),
    })
    .unwrap_or_else(|error| panic!("{error:#}"));
    let found = oracle::compare(&graph, &sources, &witness, RULES).expect("compared");
    assert!(found.seen > 1200, "{}", found.seen);
    assert!(
        found.is_complete(),
        "{:#?} {:#?}",
        found.missing,
        found.unmatched
    );
}
