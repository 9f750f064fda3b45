//! Whatever stands in a plan that `verify --plan` or `report --against` reads, it is used or refused: mutations of
//! the plan of the small driver, and of the linked half that is held against it.

use std::fs;
use std::sync::OnceLock;

use partitioner::analysis::{self, Mode};
use partitioner::diagnostics;
use partitioner::oracle::object;
use partitioner::plan::Plan;
use partitioner::report::diff;
use partitioner::source::Sources;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::fuzz::{PIECES, changed, config, edits};

/// The plan of the small driver, and as it is written.
fn plan() -> &'static (Plan, String) {
    static PLAN: OnceLock<(Plan, String)> = OnceLock::new();
    PLAN.get_or_init(|| {
        let driver = crate::common::fixture("small");
        let analysis = analysis::analyse(&driver, Mode::Split, &mut Sources::default())
            .unwrap_or_else(|refusal| panic!("{refusal:#?}"));
        let text = serde_json::to_string_pretty(&analysis.plan).expect("JSON");
        (analysis.plan, text)
    })
}

/// A plan that speaks of the linked half below.
const LINKED: &str = r#"{ "functions": [{ "name": "Entry::poll", "root": true, "context": "atomic" },
    { "name": "Entry::open", "root": true, "context": "sleeping" }], "upcalls": ["name"] }"#;

fn half() -> &'static [u8] {
    static HALF: OnceLock<Vec<u8>> = OnceLock::new();
    HALF.get_or_init(|| crate::linked::compiled("fuzzed", "channel::upcall::name(x)"))
}

/// Compares with a plan that has this text.
fn compare(text: &str) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("plan.json");
    fs::write(&path, text).expect("written");
    let mut sources = Sources::default();
    match diff::against(&plan().0, &path, &mut sources) {
        Ok(diff) => drop(serde_json::to_string(&diff).expect("JSON")),
        Err(refusal) => {
            let said = diagnostics::human(&refusal.0, &sources, false);
            assert!(said.contains("MD0070"), "{said}");
            assert_eq!(said.matches("help: ").count(), 1, "{said}");
        }
    }
}

/// Holds a linked half against a plan that has this text.
fn hold(half: &[u8], text: &str) {
    match object::against_plan(half, text) {
        Ok(reached) => {
            object::finding(&reached);
            assert!(!reached.to_string().is_empty());
        }
        Err(error) => assert!(!format!("{error:#}").is_empty()),
    }
}

#[test]
fn the_seeds_are_valid() {
    let (plan, text) = plan();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = directory.path().join("plan.json");
    fs::write(&path, text).expect("written");
    let diff = diff::against(plan, &path, &mut Sources::default()).expect("a plan");
    assert!(diff.changes.is_empty(), "{diff:?}");
    let reached = object::against_plan(half(), LINKED).expect("a plan and its half");
    assert_eq!((reached.roots, reached.path), (1, None));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn plans_to_compare_with_with_changes(edits in edits()) {
        compare(&changed(&plan().1, &edits));
    }

    #[test]
    fn plans_to_compare_with_of_any_pieces(pieces in vec(prop::sample::select(PIECES), 0..100)) {
        compare(&format!("{{\"schema\": 1, \"driver\": \"small\", {}", pieces.concat()));
    }

    #[test]
    fn plans_of_a_linked_half_with_changes(edits in edits()) {
        hold(half(), &changed(LINKED, &edits));
    }

    #[test]
    fn plans_of_a_linked_half_of_any_pieces(pieces in vec(prop::sample::select(PIECES), 0..100)) {
        hold(half(), &format!("{{\"functions\": [{}", pieces.concat()));
    }

    #[test]
    fn both_with_changes(edits in edits(), bytes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut half = half().to_vec();
        for (at, byte) in bytes {
            let at = at.index(half.len());
            half[at] = byte;
        }
        hold(&half, &changed(LINKED, &edits));
    }
}
