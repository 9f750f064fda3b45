//! The call graph of small crates, one for each way to call: as reviewed, and complete for the compiler.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use partitioner::callgraph::{self, CallGraph, Features};
use partitioner::oracle::{self, compare::Rules, compile::Request};
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
        let edges: usize = found.precision.values().map(|part| part.all).sum();
        let seen: usize = found.precision.values().map(|part| part.seen).sum();
        println!("{name}: recall 100 %, precision {seen} of {edges}");
        // An edge that is taken away is missed.
        let cut = cut(&graph, &found.extra);
        let again = oracle::compare(&cut, &sources, &witness, RULES).expect("compared");
        assert!(
            !again.missing.is_empty(),
            "{name}: a missing edge is not seen"
        );
    }
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
