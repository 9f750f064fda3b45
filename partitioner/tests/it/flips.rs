//! Whatever the solver may decide can be emitted: halves of random placements compile without a warning.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use partitioner::analysis::{self, Analysis, Mode};
use partitioner::diagnostics::Outcome;
use partitioner::emit;
use partitioner::place::{self, Options};
use partitioner::plan::Place;
use partitioner::source::Sources;
use partitioner_syntax::Half;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

fn analyse(driver: &Path, pins: BTreeMap<String, Half>) -> (Outcome<Analysis>, Sources) {
    let mut sources = Sources::default();
    let options = Options {
        pins,
        ..Options::default()
    };
    let analysis = analysis::analyse_with(driver, Mode::Split, &options, &mut sources);
    (analysis, sources)
}

/// Functions that could be in either half.
fn movable(analysis: &Analysis) -> Vec<String> {
    let problem = &analysis.problem;
    let placed = analysis
        .driver
        .iter()
        .filter(|(id, _)| !problem.shared[id.0]);
    placed.map(|(_, function)| function.name.clone()).collect()
}

/// One wish after the other: those that contradict the driver, or each other, are dropped.
fn possible(
    default: &Analysis,
    wishes: impl Iterator<Item = (String, Option<Half>)>,
) -> BTreeMap<String, Half> {
    let mut pins = BTreeMap::new();
    for (name, wish) in wishes {
        let Some(half) = wish else { continue };
        pins.insert(name.clone(), half);
        let mut problem = default.problem.clone();
        place::pin(&default.driver, &mut problem, &pins);
        if problem.solve(Options::default().lambda).is_none() {
            pins.remove(&name);
        }
    }
    pins
}

/// Puts functions into halves at random, as far as the driver lets them, and checks what is emitted.
fn flip(fixture: &str, placements: usize) {
    let driver = crate::common::fixture(fixture);
    let (default, _) = analyse(&driver, BTreeMap::new());
    let default = default.expect("the driver can be split");
    let names = movable(&default);
    let mut runner = TestRunner::deterministic();
    let half = prop_oneof![Just(None), Just(Some(Half::Kernel)), Just(Some(Half::User))];
    let wishes = prop::collection::vec(half, names.len());
    let mut seen = BTreeSet::from([default.plan.placements()]);
    let mut tried = 0;
    while seen.len() <= placements {
        tried += 1;
        assert!(tried < 200, "only {} placements", seen.len());
        let wishes = wishes.new_tree(&mut runner).expect("wishes").current();
        let pins = possible(&default, names.iter().cloned().zip(wishes));
        let (analysis, sources) = analyse(&driver, pins.clone());
        let analysis = analysis.expect("what is possible can be split");
        for (name, half) in &pins {
            let entry = analysis
                .plan
                .functions
                .iter()
                .find(|entry| entry.name == *name);
            let place = entry.expect("it is in the plan").placement;
            let wanted = match half {
                Half::Kernel => Place::Kernel,
                Half::User => Place::User,
            };
            assert!(
                place == wanted || place == Place::Nowhere,
                "{name}: {place:?}"
            );
        }
        if !seen.insert(analysis.plan.placements()) {
            continue;
        }
        let out = crate::emitted::scratch(&format!("flip-{fixture}"));
        let files = emit::emit(&analysis, &sources, &out);
        emit::write(&files, &out).expect("written");
        crate::emitted::check(&out.join("kernel"));
        crate::emitted::check(&out.join("user"));
    }
}

#[test]
fn small() {
    flip("small", 3);
}

#[test]
fn corners() {
    flip("corners", 2);
}
