//! `verify`: the compiler and the graph agree, and it is seen when they do not.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use partitioner::analysis::{self, Analysis, Mode};
use partitioner::callgraph::CallGraph;
use partitioner::oracle::compare::{self, Rules};
use partitioner::oracle::compile::Request;
use partitioner::oracle::index::Index;
use partitioner::oracle::{self, Witness};
use partitioner::source::Sources;

use crate::common::{fixture, root, run, stderr};

/// A target directory for each crate: the name of the crate whose MIR is printed is in the environment, and what
/// its dependencies are built of includes that.
pub(crate) fn target(directory: &Path) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("verify")
        .join(directory.file_name().unwrap())
}

fn verify(directory: &Path, more: &[&str]) -> std::process::Output {
    let target = target(directory);
    let (directory, target) = (directory.to_str().unwrap(), target.to_str().unwrap());
    let mut arguments = vec!["verify", directory, "--target-dir", target];
    arguments.extend(more);
    run(&arguments)
}

fn json(output: &std::process::Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).expect("stdout is JSON")
}

#[test]
fn fixtures_and_the_driver_are_complete() {
    for directory in [
        fixture("small"),
        fixture("corners"),
        root().join("drivers/pcnet32"),
    ] {
        let output = verify(&directory, &["--format", "json"]);
        let data = json(&output);
        let [general, split] = data["graphs"].as_array().unwrap().as_slice() else {
            panic!("{data}");
        };
        for graph in [general, split] {
            let count = |name: &str| graph[name].as_u64().unwrap();
            assert!(count("edges_seen") > 10, "{graph}");
            assert_eq!(graph["unmatched"].as_array().unwrap().len(), 0, "{graph}");
            let missing = graph["missing"].as_array().unwrap().len() as u64;
            assert_eq!(
                count("matched") + missing,
                count("edges_seen") + count("callbacks")
            );
        }
        assert_eq!(split["functions"], split["functions_seen"]);
        assert_eq!(split["recall"], 1.0);
        assert!(split["fields_seen"].as_u64().unwrap() > 3, "{split}");
        assert_eq!(split["fields_missing"], 0);
        assert!(split["writes_seen"].as_u64().unwrap() > 1, "{split}");
        assert_eq!(split["writes_missing"], 0);
        assert!(split["locks_seen"].as_u64().unwrap() > 2, "{split}");
        assert_eq!(split["locks_missing"], 0);
        assert_eq!(general["recall"], 1.0, "{general}");
        assert_eq!(output.status.code(), Some(0));
    }
}

/// The same for locks. The analysis may know of more here, too.
fn every_lock_that_is_taken_away_is_missed(
    analysis: &mut Analysis,
    graph: &CallGraph,
    sources: &Sources,
    witness: &Witness,
) {
    let seen = oracle::locks::seen(analysis, graph, sources, witness);
    let taken = oracle::locks::hold_against(analysis, &seen);
    assert!(taken.seen > 2 && taken.missing.is_empty(), "{taken:?}");
    let mut missed = 0;
    for id in 0..graph.nodes.len() {
        for (lock, span) in analysis.graph.facts[id].takes.clone() {
            analysis.graph.facts[id].takes.remove(&lock);
            let less = oracle::locks::hold_against(analysis, &seen);
            let found: Vec<_> = less
                .missing
                .iter()
                .map(|(node, name)| (node.0, name))
                .collect();
            assert!(found.is_empty() || found == [(id, &lock.name)], "{found:?}");
            missed += found.len();
            analysis.graph.facts[id].takes.insert(lock, span);
        }
    }
    assert_eq!(missed, taken.seen);
}

#[test]
fn every_edge_that_is_taken_away_is_missed() {
    for name in ["small", "corners"] {
        let mut sources = Sources::default();
        let analysis = analysis::analyse(&fixture(name), Mode::Split, &mut sources).unwrap();
        let graph = oracle::driver::graph(&analysis);
        let request = Request {
            directory: fixture(name),
            manifest: None,
            features: Vec::new(),
            no_default_features: false,
            target_dir: Some(target(&fixture(name))),
        };
        let witness = oracle::ask(&request).unwrap();
        let rules = Rules {
            has_derived: false,
            has_recursion: false,
        };
        let index = Index::new(&graph, &sources, &witness.relative_to);
        let demands = compare::demands(&index, &witness.bodies, &witness.foreign, rules);
        let whole = demands.hold_against(&graph);
        assert!(whole.is_complete());
        let mut analysis = analysis;
        let touched = oracle::fields::seen(&analysis, &graph, &sources, &witness);
        let written = oracle::fields::written(&analysis, &graph, &sources, &witness);
        let fields = oracle::fields::hold_against(&analysis, &touched, &written);
        assert!(fields.seen > 3 && fields.missing.is_empty());
        // The analysis may know of more than the compiler sees, and never of less.
        let mut missed = 0;
        for id in 0..graph.nodes.len() {
            for field in analysis.graph.facts[id].fields.clone() {
                analysis.graph.facts[id].fields.remove(&field);
                let less = oracle::fields::hold_against(&analysis, &touched, &written);
                let found: Vec<_> = less
                    .missing
                    .iter()
                    .map(|(node, name)| (node.0, name))
                    .collect();
                assert!(found.is_empty() || found == [(id, &field)], "{found:?}");
                missed += found.len();
                analysis.graph.facts[id].fields.insert(field);
            }
        }
        assert_eq!(missed, fields.seen);
        assert!(
            fields.written > 1 && fields.unwritten.is_empty(),
            "{fields:?}"
        );
        for (node, field) in &written {
            let all = analysis.graph.facts[node.0].writes.clone();
            let writes = &mut analysis.graph.facts[node.0].writes;
            writes.retain(|place| place.split('.').next() != Some(field));
            let less = oracle::fields::hold_against(&analysis, &touched, &written);
            assert_eq!(less.unwritten, [(*node, field.clone())].into());
            assert!(less.missing.is_empty());
            analysis.graph.facts[node.0].writes = all;
        }
        every_lock_that_is_taken_away_is_missed(&mut analysis, &graph, &sources, &witness);
        let extra: BTreeSet<_> = whole.extra.iter().copied().collect();
        for (caller, _) in graph.iter() {
            for callee in graph.callees(caller).keys() {
                let mut less = graph.clone();
                less.forget(caller, *callee);
                let found = demands.hold_against(&less);
                if extra.contains(&(caller, *callee)) {
                    assert!(found.is_complete());
                    continue;
                }
                let [missing] = found.missing.as_slice() else {
                    panic!("{:?} -> {:?}", graph.node(caller), graph.node(*callee));
                };
                assert_eq!(missing.caller, caller);
                assert!(missing.callees.contains(callee));
                assert!(found.recall() < 1.0);
            }
        }
    }
}

#[test]
fn a_missing_edge_is_shown_with_both_places() {
    let directory = fixture("small");
    let graph = json(&run(&[
        "graph",
        directory.to_str().unwrap(),
        "--format",
        "json",
    ]));
    let edge = &graph["edges"][0];
    let (from, to) = (edge["from"].as_str().unwrap(), edge["to"].as_str().unwrap());
    let output = verify(&directory, &["--forget", &format!("{from}->{to}")]);
    assert_eq!(output.status.code(), Some(3), "{from} -> {to}");
    let text = stderr(&output);
    let title = format!("error[MD0030]: `{from}` calls `{to}`, and the graph does not know");
    assert!(text.contains(&title), "{text}");
    assert!(text.contains(&format!("in `{from}`")), "{text}");
    assert!(text.contains(&format!("`{to}` is defined here")), "{text}");
}

/// For each reason that a receiver's type is not known, `verify` tells how often, and where if it is asked.
#[test]
fn calls_of_unknown_receivers_are_counted_by_reason() {
    let directory = fixture("corners");
    let data = json(&verify(&directory, &["--format", "json"]));
    let [general, split] = data["graphs"].as_array().unwrap().as_slice() else {
        panic!("{data}");
    };
    assert!(split["unknown_receivers"].is_null());
    let unknown = &general["unknown_receivers"];
    let reasons = unknown["reasons"].as_object().unwrap();
    let calls = |reason: &serde_json::Value| reason["calls"].as_u64().unwrap();
    assert_eq!(reasons.values().map(calls).sum::<u64>(), calls(unknown));
    assert!(calls(unknown) > 0, "{unknown}");
    let output = verify(&directory, &["--verbose"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let short = String::from_utf8(verify(&directory, &[]).stdout).unwrap();
    for (name, reason) in reasons {
        let first = &reason["first"][0];
        let (file, line) = (first["file"].as_str().unwrap(), &first["line"]);
        let row = |text: &str| {
            let row = text
                .lines()
                .find(|row| row.trim_start().starts_with(name.as_str()));
            row.unwrap_or_else(|| panic!("{name}: {text}")).to_owned()
        };
        let place = format!("{}: {file}:{line}", calls(reason));
        assert!(row(&text).contains(&place), "{place}: {text}");
        assert!(row(&short).ends_with(&calls(reason).to_string()), "{short}");
    }
}

#[test]
fn what_does_not_compile_cannot_be_verified() {
    let directory = fixture("small");
    let output = verify(&directory, &["--features", "no-such-feature"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stderr(&output);
    assert!(text.contains("error[MD0032]"), "{text}");
    assert!(text.contains("no-such-feature"), "{text}");
}

/// A lock is seen through a reference, in a closure, in a function that returns the guard; and where a function
/// is given one, it is counted that the compiler does not say which.
#[test]
fn locks_are_seen_however_they_are_taken() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let driver = crate::common::changed(
        "tests/fixtures/small",
        &[
            (
                "src/ethtool.rs",
                "Ok(self.settings.lock().level)",
                "Ok(referred(self) + closed(self) + moved(self) + given(&self.settings) + returned(self).level)",
            ),
            (
                "src/ethtool.rs",
                "const VERSION",
                "use microdriver::{Mutex, MutexGuard};
use crate::state::Settings;

fn referred(small: &Small) -> u32 {
    let lock = &small.settings;
    let again = &*lock;
    again.lock().level
}

fn closed(small: &Small) -> u32 {
    let level = || small.settings.lock().level;
    level()
}

fn moved(small: &Small) -> u32 {
    let guard = small.settings.lock();
    let moved = guard;
    moved.level
}

fn returned(small: &Small) -> MutexGuard<'_, Settings> {
    small.settings.lock()
}

fn given(lock: &Mutex<Settings>) -> u32 {
    lock.lock().level
}

const VERSION",
            ),
        ],
        &directory.path().join("locks"),
    );
    let count = |forget: &[&str]| {
        let arguments: Vec<&str> = ["--format", "json"].iter().chain(forget).copied().collect();
        let data = json(&verify(&driver, &arguments));
        assert!(data["graphs"].is_array(), "{data}");
        let split = data["graphs"][1].clone();
        ["locks_seen", "locks_missing", "locks_unknown"].map(|name| split[name].as_u64().unwrap())
    };
    let whole = count(&[]);
    assert_eq!(whole[1..], [0, 1]);
    for function in ["referred", "closed", "moved", "returned"] {
        let lock = format!("ethtool::{function}.settings()");
        assert_eq!(count(&["--forget", &lock]), [whole[0], 1, 1], "{function}");
    }
}
