//! The emitted crates are reviewed like code: any change of them shows here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use partitioner::analysis::{self, Mode};
use partitioner::emit;
use partitioner::source::Sources;

/// What a split would write to `out`, without writing it: manifests name the runtimes relative to `out`.
fn emitted(driver: &Path, mode: Mode, out: &Path) -> BTreeMap<PathBuf, String> {
    let mut sources = Sources::default();
    let analysis = analysis::analyse(driver, mode, &mut sources)
        .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    let mut files = emit::emit(&analysis, &sources, out);
    files.retain(|path, _| !path.ends_with("Cargo.lock"));
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

/// Bodies are copied byte for byte, wherever a function goes.
#[test]
fn bodies_are_copied() {
    let driver = crate::common::fixture("small");
    let made = emitted(&driver, Mode::Split, Path::new("/nowhere"));
    let emitted: String = made.values().map(String::as_str).collect();
    for body in [
        "match chip::acknowledge(&self.registers) {\n            0 | 0xffff => IrqReturn::None,",
        "// Read once: reading clears it.\n",
        "// It fits: a version has four digits.\n",
        "// The number that ethtool knows it by.\n",
    ] {
        assert!(emitted.contains(body), "{body}");
    }
}
