//! Plans from profiles: the difference that people read, and what `--apply` writes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use partitioner::command::FAILURE;
use serde_json::{Value, json};

use crate::common::{fixture, run, stderr};

/// The fingerprint of the small driver.
fn source() -> String {
    let driver = fixture("small");
    let run = run(&["analyze", &driver.to_string_lossy(), "--format", "json"]);
    let plan: Value = serde_json::from_slice(&run.stdout).expect("JSON");
    plan["source"].as_str().expect("text").to_owned()
}

/// A monitor that reads statistics and the link ten times a second while packets go out.
pub(crate) fn monitor() -> Value {
    json!({
        "schema": 1,
        "driver": "small",
        "source": source(),
        "workload": "monitor",
        "origin": "instrumented",
        "kernel": "host",
        "milliseconds": 60_000,
        "total": 6_000_000_000_u64,
        "unit": "instructions",
        "functions": {
            "Small::get_link": { "calls": 600, "callees": { "Small::choose": 600 } },
            "Small::get_drvinfo": { "calls": 6_000 },
            "Small::set_phys_id": { "calls": 30_000, "callees": { "chip::light": 30_000 } },
            "Small::choose": { "calls": 600, "services": { "Mutex::lock": 600 } },
            "chip::light": { "calls": 30_000, "services": { "Transaction::run": 30_000 } },
            "Small::start_xmit": { "calls": 600_000 },
        },
    })
}

fn written(directory: &Path, name: &str, profile: &Value) -> PathBuf {
    let file = directory.join(name);
    fs::write(&file, format!("{profile:#}\n")).expect("written");
    file
}

fn repartition(profile: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let (driver, profile) = (fixture("small"), profile.to_string_lossy());
    let driver = driver.to_string_lossy();
    let mut all = vec!["repartition", &*driver, "--profile", &*profile];
    all.extend(arguments);
    let run = run(&all);
    let text = String::from_utf8(run.stdout.clone()).expect("text");
    (run.status.code(), text, stderr(&run))
}

#[test]
fn the_difference_is_for_people() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = written(directory.path(), "monitor.json", &monitor());
    let mut made = BTreeMap::new();
    for (name, arguments) in [
        ("monitor", &[][..]),
        ("monitor-cheap-lines", &["--lambda", "0"]),
        ("monitor-dear-lines", &["--lambda", "1000000"]),
        ("monitor-budget", &["--budget", "2%"]),
        ("monitor-threshold", &["--pin-threshold", "1000000000"]),
    ] {
        let (code, text, message) = repartition(&file, arguments);
        assert_eq!(code, Some(0), "{name}: {message}");
        let text = text.replace(&source(), "SOURCE");
        made.insert(format!("{name}.txt").into(), text);
    }
    crate::common::golden("repartition", &made);
}

#[test]
fn a_plan_that_is_applied_is_what_was_predicted() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = written(directory.path(), "monitor.json", &monitor());
    let out = directory.path().join("plan.json");
    let arguments = [
        "--apply",
        "--out",
        &*out.to_string_lossy(),
        "--format",
        "json",
    ];
    let (code, text, message) = repartition(&file, &arguments);
    assert_eq!(code, Some(0), "{message}");
    let said: Value = serde_json::from_str(&text).expect("JSON");
    let plan: Value = serde_json::from_slice(&fs::read(&out).expect("readable")).expect("JSON");
    assert_eq!(said["plan"], plan);
    assert_eq!(plan["workload"], "monitor");
    let moves = said["moves"].as_array().expect("a list");
    assert!(!moves.is_empty());
    for moved in moves {
        let name = moved["function"].as_str().expect("text");
        assert_eq!(plan["placements"][name], moved["to"], "{name}");
    }
    // Against itself, nothing moves, and it costs the same.
    let arguments = ["--plan", &*out.to_string_lossy(), "--format", "json"];
    let (code, text, message) = repartition(&file, &arguments);
    assert_eq!(code, Some(0), "{message}");
    let again: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(again["moves"], json!([]));
    assert_eq!(again["old"], again["new"]);
    assert_eq!(again["new"], said["new"]);
    // The old plan is no obstacle to a budget for the new one.
    let budget = [
        "--plan",
        &*out.to_string_lossy(),
        "--budget",
        "100%",
        "--format",
        "json",
    ];
    let (code, text, message) = repartition(&file, &budget);
    assert_eq!(code, Some(0), "{message}");
    let other: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        (&other["budget"], &again["budget"]),
        (&json!(1.0), &Value::Null)
    );
    assert!(other["new"]["kernel_lines"].as_u64() <= again["new"]["kernel_lines"].as_u64());
    assert!(other["new"]["overhead"].as_f64() <= Some(1.0));
    assert!(said["new"]["instructions"].as_f64() < said["old"]["instructions"].as_f64());
    // And a split takes it.
    let (driver, halves) = (fixture("small"), directory.path().join("halves"));
    let run = run(&[
        "split",
        &driver.to_string_lossy(),
        "--plan",
        &out.to_string_lossy(),
        "--out",
        &halves.to_string_lossy(),
    ]);
    assert!(run.status.success(), "{}", stderr(&run));
}

#[test]
fn several_profiles_add_up() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let one = written(directory.path(), "one.json", &monitor());
    let two = one.to_string_lossy().into_owned();
    let (_, alone, _) = repartition(&one, &["--format", "json"]);
    let (code, both, message) = repartition(&one, &["--profile", &two, "--format", "json"]);
    assert_eq!(code, Some(0), "{message}");
    let (alone, both): (Value, Value) = (
        serde_json::from_str(&alone).expect("JSON"),
        serde_json::from_str(&both).expect("JSON"),
    );
    assert_eq!(both["milliseconds"], 120_000);
    assert_eq!(both["new"], alone["new"], "for each second, it is the same");
}

#[test]
fn profiles_that_predict_nothing_are_refused() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut silent = monitor();
    for (_, activity) in silent["functions"].as_object_mut().expect("a map") {
        activity["calls"] = json!(0);
    }
    let mut short = monitor();
    short["milliseconds"] = json!(0);
    let mut stale = monitor();
    stale["source"] = json!("0123456789abcdef");
    let mut foreign = monitor();
    foreign["driver"] = json!("large");
    let mut broken = monitor();
    broken["functions"]["Small::open"] = json!({ "calls": -1 });
    let mut made = BTreeMap::new();
    for (name, profile, arguments) in [
        ("silent", &silent, &[][..]),
        ("no-time", &short, &[]),
        ("stale", &stale, &[]),
        ("another-driver", &foreign, &[]),
        ("broken", &broken, &[]),
        (
            "no-plan-is-so-cheap",
            &monitor(),
            &["--budget", "0.000001%"],
        ),
    ] {
        let file = written(directory.path(), "profile.json", profile);
        let (code, text, message) = repartition(&file, arguments);
        assert_eq!(code, Some(i32::from(FAILURE)), "{name}: {message}");
        assert_eq!(text, "", "{name}");
        let message = message
            .replace(&*directory.path().to_string_lossy(), "DIR")
            .replace(&source(), "SOURCE");
        made.insert(format!("{name}.txt").into(), message);
    }
    crate::common::golden("repartition-errors", &made);
}

#[test]
fn strangers_in_a_profile_are_counted() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut profile = monitor();
    profile["functions"]["Small::gone"] = json!({ "calls": 1 });
    let file = written(directory.path(), "monitor.json", &profile);
    let (code, _, message) = repartition(&file, &[]);
    assert_eq!(code, Some(0), "{message}");
    assert!(
        message.starts_with("warning[MD0091]: 1 functions of "),
        "{message}"
    );
    assert!(message.contains("`Small::gone`"), "{message}");
}
