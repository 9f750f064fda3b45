//! The linked kernel half: a way from an atomic root to a crossing is found, however it goes.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::process::Command;
use std::time::{Duration, Instant};

use partitioner::oracle::object::{self, Reached};
use proptest::collection::vec;
use proptest::prelude::*;

/// Compiles a crate that looks like a runtime with a driver, to an object; `body` is what its `poll` does.
pub(crate) fn compiled(name: &str, body: &str) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let source = directory.path().join(format!("{name}.rs"));
    let object = directory.path().join("half.o");
    let text = format!(
        "#![no_std]
        pub mod channel {{ pub mod upcall {{
            #[inline(never)] pub fn exchange(x: u32) -> u32 {{ core::hint::black_box(x) }}
            #[inline(never)] pub fn name(x: u32) -> u32 {{ core::hint::black_box(x + 1) }}
        }} }}
        #[inline(never)] fn step(x: u32) -> u32 {{ channel::upcall::exchange(x) + 1 }}
        static TABLE: [fn(u32) -> u32; 2] = [step, channel::upcall::name];
        pub struct Entry;
        impl Entry {{
            #[inline(never)] pub fn open(x: u32) -> u32 {{ step(x) }}
            #[inline(never)] pub fn poll(x: u32) -> u32 {{ {body} }}
        }}
        pub fn keep(x: usize) -> u32 {{ TABLE[x & 1](3) + Entry::open(4) + Entry::poll(5) }}"
    );
    std::fs::write(&source, text).unwrap();
    let status = Command::new("rustc")
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "lib",
            "--emit",
            "obj",
            "-Copt-level=1",
        ])
        .args(["-Ccodegen-units=1", "-Crelocation-model=static", "-o"])
        .args([&object, &source])
        .status()
        .unwrap();
    assert!(status.success());
    std::fs::read(&object).unwrap()
}

fn check(name: &str, body: &str) -> Reached {
    let data = compiled(name, body);
    object::check(&data, &BTreeSet::from(["poll".to_owned()]), true).unwrap()
}

#[test]
fn a_root_that_stays_away_from_crossings_is_let_through() {
    let reached = check("good", "channel::upcall::name(x)");
    assert_eq!(reached.path, None);
    assert_eq!((reached.roots, reached.crossings), (1, 1));
    assert!(reached.reached > 1);
}

#[test]
fn a_way_through_calls_is_found() {
    let path = check("calls", "Entry::open(x)").path.unwrap();
    let last: Vec<&str> = path
        .iter()
        .filter_map(|name| name.rsplit("::").next())
        .collect();
    assert_eq!(last, ["poll", "open", "step", "exchange"]);
}

#[test]
fn a_way_through_a_table_is_found() {
    let path = check(
        "table",
        "core::hint::black_box(&TABLE)[(x & 1) as usize](x)",
    )
    .path
    .unwrap();
    assert!(path.last().unwrap().ends_with("::exchange"), "{path:?}");
    assert!(
        path.iter().any(|name| name.starts_with("section ")),
        "{path:?}"
    );
}

#[test]
fn what_is_not_there_is_an_error() {
    let roots = BTreeSet::from(["poll".to_owned()]);
    assert!(object::check(b"no object", &roots, true).is_err());
    let itself = std::fs::read(std::env::current_exe().unwrap()).unwrap();
    let error = object::check(&itself, &BTreeSet::from(["no_such_root".to_owned()]), false);
    assert!(error.unwrap_err().to_string().contains("`no_such_root`"));
    assert!(object::atomic_roots("{}").is_err());
}

/// What is cut off or damaged anywhere is looked at, or an error: never a panic, and soon over.
#[test]
fn damaged_objects_do_no_harm() {
    let whole = compiled("damaged", "Entry::open(x)");
    let roots = BTreeSet::from(["poll".to_owned()]);
    let read = Cell::new(0);
    let config = ProptestConfig {
        cases: 512,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let started = Instant::now();
    proptest!(config, |(
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
        bytes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        // The headers of sections and what they refer to are at the end.
        late in any::<bool>(),
    )| {
        let mut damaged = whole.clone();
        if let Some(cut) = cut {
            damaged.truncate(cut.index(whole.len()));
        }
        let from = if late { damaged.len() / 2 } else { 0 };
        for (at, byte) in bytes {
            if let Some(rest) = damaged.get_mut(from..).filter(|rest| !rest.is_empty()) {
                let at = at.index(rest.len());
                rest[at] = byte;
            }
        }
        if object::check(&damaged, &roots, true).is_ok() {
            read.set(read.get() + 1);
        }
    });
    assert!(read.get() > 50, "some damage is bearable: {}", read.get());
    assert!(started.elapsed() < Duration::from_secs(60));
    for plan in [
        "",
        "{",
        "{}",
        r#"{"functions": 1}"#,
        r#"{"functions": [{"name": 2}]}"#,
    ] {
        assert!(object::against_plan(&whole, plan).is_err(), "{plan}");
    }
}
