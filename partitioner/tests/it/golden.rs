//! The emitted crates are reviewed like code: any change of them shows here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use partitioner::analysis::{self, Mode};
use partitioner::emit;
use partitioner::source::{Sources, Span};

/// What a split would write to `out`, without writing it: manifests name the runtimes relative to `out`.
fn emitted(driver: &Path, mode: Mode, out: &Path) -> BTreeMap<PathBuf, String> {
    let mut sources = Sources::default();
    let analysis = analysis::analyse(driver, mode, &mut sources)
        .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    let mut files = emit::emit(&analysis, &sources, out);
    // Versions of the day, and numbers of bytes that the round trip tests.
    files.retain(|path, _| !path.ends_with("Cargo.lock") && !path.ends_with("provenance.jsonl"));
    files
}

fn compare(driver: &Path, mode: Mode, name: &str) {
    let out = crate::common::root().join("tests/golden").join(name);
    let made = emitted(driver, mode, &out);
    assert_eq!(
        made,
        emitted(driver, mode, &out),
        "the same input gives the same bytes"
    );
    crate::common::golden(name, &made);
}

#[test]
fn small() {
    compare(&crate::common::fixture("small"), Mode::Split, "small");
}

#[test]
fn small_unsplit() {
    compare(
        &crate::common::fixture("small"),
        Mode::Unsplit,
        "small-unsplit",
    );
}

#[test]
fn corners() {
    compare(&crate::common::fixture("corners"), Mode::Split, "corners");
}

#[test]
fn pcnet32() {
    let driver = crate::common::root().join("drivers/pcnet32");
    compare(&driver, Mode::Split, "pcnet32");
}

/// Bodies are copied byte for byte, wherever a function goes, and say where they are from.
#[test]
fn bodies_are_copied() {
    let root = crate::common::root();
    for driver in [
        "tests/fixtures/small",
        "tests/fixtures/corners",
        "drivers/pcnet32",
    ] {
        let mut sources = Sources::default();
        let analysis = analysis::analyse(&root.join(driver), Mode::Split, &mut sources)
            .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
        let files = emit::emit(&analysis, &sources, Path::new("/nowhere"));
        let halves = [
            ("kernel", &analysis.halves.kernel),
            ("user", &analysis.halves.user),
        ];
        for (name, half) in halves {
            for id in &half.functions {
                let function = analysis.driver.function(*id);
                let module = analysis.driver.tree.module(function.module);
                let emitted = &files[&Path::new(name).join(&module.relative)];
                let body = sources.text(Span::of(function.span.file, &function.block));
                let place = format!("// from {}\n", sources.place(function.code));
                let name = &function.name;
                assert!(
                    emitted.contains(body),
                    "{driver}: `{name}` is not there as it was"
                );
                assert!(
                    emitted.contains(&place),
                    "{driver}: `{name}` is not from {place}"
                );
            }
        }
    }
}
