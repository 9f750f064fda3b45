//! The round trip: what a split wrote makes the source again, and only as it was written.

use std::cell::Cell;
use std::fs;
use std::path::Path;

use partitioner::analysis::{self, Mode};
use partitioner::emit::{self, merge};
use partitioner::source::{Sources, Span};
use proptest::prelude::*;

const DRIVERS: [&str; 3] = [
    "tests/fixtures/small",
    "tests/fixtures/corners",
    "drivers/pcnet32",
];

/// Splits, merges, compares every file that was read; then sees that no half's text is in the provenance.
fn round_trip(driver: &Path, mode: Mode) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let out = directory.path().join("out");
    let mut sources = Sources::default();
    let analysis = analysis::analyse(driver, mode, &mut sources)
        .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    let files = emit::emit(&analysis, &sources, &out);
    emit::write(&files, &out).unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    let merged = merge::merge(&out).unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    let modules: Vec<_> = analysis.driver.tree.iter().map(|(_, m)| m).collect();
    assert_eq!(merged.files.len(), modules.len());
    let halves = [&analysis.halves.kernel, &analysis.halves.user];
    for module in modules {
        let source = fs::read_to_string(driver.join(&module.relative)).expect("readable");
        let name = module.relative.display();
        assert!(
            merged.files[&module.relative] == source,
            "{name} is not the source"
        );
        // What neither half has is nothing that a half has: no body and no item is in it.
        let neither = neither(&files[Path::new("provenance.jsonl")], &module.relative);
        let count: usize = neither.iter().map(|(_, text)| text.len()).sum();
        assert_eq!(merged.counts[&module.relative].neither, count);
        let apart = |span: Span| {
            let other =
                |(at, text): &(usize, String)| span.end <= *at || at + text.len() <= span.start;
            neither.iter().all(other)
        };
        for half in halves {
            for id in &half.functions {
                let function = analysis.driver.function(*id);
                if function.span.file == module.file {
                    let body = Span::of(module.file, &function.block);
                    assert!(apart(body), "`{}` is in a half", function.name);
                }
            }
        }
        for (id, entry) in analysis.driver.entries() {
            let whole = matches!(
                entry.item,
                syn::Item::Enum(_) | syn::Item::Trait(_) | syn::Item::Static(_)
            );
            let there = halves.iter().any(|half| half.items.contains(&id));
            if whole && there && entry.span.file == module.file {
                assert!(apart(entry.span), "{:?} is in a half", entry.name);
            }
        }
    }
}

/// Where a file's parts that neither half has are, and what they are.
fn neither(provenance: &str, file: &Path) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let (mut at, mut ours) = (0, false);
    for line in provenance.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        if let Some(named) = line.get("file") {
            (at, ours) = (0, named["path"].as_str() == file.to_str());
        }
        let length = |half: &serde_json::Value| half[1].as_u64().expect("a length") as usize;
        at += match (line.get("kernel").or(line.get("user")), line.get("neither")) {
            (Some(half), _) => length(half),
            (_, Some(text)) => {
                let text = text.as_str().expect("text").to_owned();
                let length = text.len();
                if ours {
                    found.push((at, text));
                }
                length
            }
            _ => 0,
        };
    }
    found
}

#[test]
fn the_halves_make_the_source_again() {
    for driver in DRIVERS {
        let driver = crate::common::root().join(driver);
        round_trip(&driver, Mode::Split);
        round_trip(&driver, Mode::Unsplit);
    }
}

#[test]
fn so_do_the_halves_of_other_plans() {
    let flips = [
        (
            "tests/fixtures/small",
            "src/interface.rs",
            "    fn stop(",
            "    #[kernel_path]\n    fn stop(",
        ),
        (
            "tests/fixtures/corners",
            "src/net.rs",
            "    #[kernel_path]\n    pub(crate) fn first",
            "    pub(crate) fn first",
        ),
        (
            "drivers/pcnet32",
            "src/ethtool.rs",
            "    fn set_msglevel(",
            "    #[microdriver::kernel_path]\n    fn set_msglevel(",
        ),
    ];
    for (driver, file, from, to) in flips {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let driver = crate::common::changed(
            driver,
            &[(file, from, to)],
            &directory.path().join("driver"),
        );
        round_trip(&driver, Mode::Split);
    }
}

#[test]
fn only_what_a_split_wrote_is_merged() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let out = directory.path().join("out");
    let small = crate::common::fixture("small");
    let run = crate::common::run(&[
        "split",
        &small.to_string_lossy(),
        "--out",
        &out.to_string_lossy(),
    ]);
    assert!(run.status.success(), "{}", crate::common::stderr(&run));
    let provenance = fs::read_to_string(out.join("provenance.jsonl")).expect("readable");
    let chip = fs::read_to_string(out.join("kernel/src/chip.rs")).expect("readable");
    let merged = directory.path().join("merged");
    let refused = |why: &str| {
        let run = crate::common::run(&[
            "merge",
            &out.to_string_lossy(),
            "--out",
            &merged.to_string_lossy(),
        ]);
        let message = crate::common::stderr(&run);
        assert_eq!(run.status.code(), Some(1), "{message}");
        assert!(
            message.contains("error[MD0022]") && message.contains(why),
            "{message}"
        );
        assert_eq!(message.matches("help: ").count(), 1, "{message}");
        assert!(!merged.exists(), "{why}");
    };
    fs::write(
        out.join("kernel/src/chip.rs"),
        chip.replace("0x0001", "0x0002"),
    )
    .expect("written");
    refused("is not as it was emitted");
    fs::remove_file(out.join("kernel/src/chip.rs")).expect("removed");
    refused("cannot read `kernel/src/chip.rs`");
    fs::write(out.join("kernel/src/chip.rs"), chip).expect("written");
    let first = provenance.lines().nth(2).expect("a part").to_owned();
    for (line, why) in [
        (
            "{\"kernel\":[18446744073709551615,2]}",
            "not within the emitted file",
        ),
        ("{\"kernel\":[0,99999999]}", "not within the emitted file"),
        ("{\"neither\":\"else\"}", "do not make up the file"),
        ("{\"kernel\":[0,", "line 3: EOF"),
        ("{\"schema\":2}", "the format is said twice"),
        ("{\"end\":1}", "do not make up the file"),
        (
            "{\"file\":{\"path\":\"../chip.rs\",\"bytes\":1,\"hash\":\"\",\"kernel\":\"\",\"user\":null}}",
            "do not make up the file",
        ),
    ] {
        fs::write(
            out.join("provenance.jsonl"),
            provenance.replacen(&first, line, 1),
        )
        .expect("written");
        refused(why);
    }
    let away = "{\"schema\":2}\n{\"file\":{\"path\":\"../chip.rs\",\"bytes\":0,\"hash\":\"cbf29ce484222325\",\"kernel\":null,\"user\":null}}\n{\"end\":1}\n";
    fs::write(out.join("provenance.jsonl"), away).expect("written");
    refused("leads out of the package");
    let counted = provenance.replacen("{\"end\":", "{\"end\":9", 1);
    fs::write(out.join("provenance.jsonl"), counted).expect("written");
    refused("there should be 9");
    // Cut off between two lines, wherever.
    for end in 1..provenance.lines().count() {
        let lines: Vec<&str> = provenance.lines().take(end).collect();
        fs::write(out.join("provenance.jsonl"), lines.join("\n")).expect("written");
        assert!(merge::merge(&out).is_err(), "{end} lines");
    }
    fs::write(out.join("provenance.jsonl"), "{\"schema\":9}\n").expect("written");
    refused("has format 9");
    fs::write(out.join("provenance.jsonl"), provenance).expect("written");
    let run = crate::common::run(&[
        "merge",
        &out.to_string_lossy(),
        "--out",
        &merged.to_string_lossy(),
    ]);
    assert!(run.status.success(), "{}", crate::common::stderr(&run));
    let table = String::from_utf8(run.stdout).expect("output is UTF-8");
    assert!(
        table.contains("neither\n") && table.contains("src/state.rs"),
        "{table}"
    );
    let source = crate::common::files(&small.join("src"));
    assert_eq!(crate::common::files(&merged.join("src")), source);
}

/// A limit on the length of files kills the process while it writes, as a full disk or a signal would.
#[test]
fn a_split_that_is_killed_leaves_the_old_output() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let out = directory.path().join("out");
    let split = |driver: &Path, limit: &str| {
        std::process::Command::new("sh")
            .args([
                "-c",
                "ulimit -c 0; ulimit -f $1; shift; exec \"$@\"",
                "sh",
                limit,
            ])
            .args([env!("CARGO_BIN_EXE_pcnet-partition"), "split"])
            .arg(driver)
            .arg("--out")
            .arg(&out)
            .output()
            .expect("the shell runs")
    };
    let run = split(&crate::common::fixture("small"), "unlimited");
    assert!(run.status.success(), "{}", crate::common::stderr(&run));
    let old = crate::common::files(&out);
    let run = split(&crate::common::root().join("drivers/pcnet32"), "8");
    assert!(!run.status.success(), "it was stopped");
    assert!(crate::common::files(&out) == old, "the old output is there");
    let run = split(&crate::common::root().join("drivers/pcnet32"), "unlimited");
    assert!(run.status.success(), "{}", crate::common::stderr(&run));
    assert!(crate::common::files(&out) != old, "the new output is there");
}

/// Whatever is done to what a split wrote, merging gives the source or says what is wrong.
#[test]
fn damage_is_noticed() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let out = directory.path().join("out");
    let small = crate::common::fixture("small");
    let mut sources = Sources::default();
    let analysis = analysis::analyse(&small, Mode::Split, &mut sources)
        .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    let files = emit::emit(&analysis, &sources, &out);
    emit::write(&files, &out).unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    let whole = merge::merge(&out)
        .expect("it is as the split left it")
        .files;
    let victims = [
        "provenance.jsonl",
        "provenance.jsonl",
        "kernel/src/chip.rs",
        "user/src/ethtool.rs",
    ];
    let (refused, same) = (Cell::new(0), Cell::new(0));
    proptest!(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() }, |(
        which in 0..victims.len(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..6_u8), 1..4),
    )| {
        let path = out.join(victims[which]);
        let before = fs::read(&path).expect("readable");
        let mut bytes = before.clone();
        for (at, byte, what) in damage {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match what {
                0 => bytes.truncate(at),
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, byte),
                // A digit more or less makes places and lengths of any size.
                3 => bytes.insert(at, b'0' + byte % 10),
                4 => {
                    let rest = bytes.split_off(at);
                    bytes.extend(rest.iter().rev());
                }
                _ => bytes[at] = byte,
            }
        }
        fs::write(&path, &bytes).expect("written");
        let merged = merge::merge(&out);
        fs::write(&path, before).expect("written");
        match merged {
            Ok(merged) => {
                prop_assert!(merged.files == whole, "another source, and nobody noticed");
                same.set(same.get() + 1);
            }
            Err(refusal) => {
                prop_assert_eq!(refusal.0.len(), 1);
                refused.set(refused.get() + 1);
            }
        }
    });
    let (refused, same) = (refused.get(), same.get());
    assert!(refused > 200, "{refused} refused, {same} the same");
}
