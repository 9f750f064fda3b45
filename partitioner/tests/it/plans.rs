//! Plans that are given: what keeps them, and what is wrong with those that cannot be kept.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use partitioner::command::{FAILURE, FINDING};
use serde_json::{Value, json};

use crate::common::{fixture, run, stderr};

/// What `split` writes for a driver, as JSON.
fn plan(driver: &Path, arguments: &[&str]) -> Value {
    let driver = driver.to_string_lossy();
    let mut all = vec!["analyze", &*driver, "--format", "json"];
    all.extend(arguments);
    let run = run(&all);
    assert!(run.status.success(), "{}", stderr(&run));
    serde_json::from_slice(&run.stdout).expect("JSON")
}

fn placements(plan: &Value) -> BTreeMap<String, String> {
    let functions = plan["functions"].as_array().expect("a list");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let pair = |function: &Value| (text(&function["name"]), text(&function["placement"]));
    functions.iter().map(pair).collect()
}

/// A short plan for the small driver.
fn short(placements: Value) -> Value {
    let plan = plan(&fixture("small"), &[]);
    json!({
        "schema": 1,
        "driver": "small",
        "source": plan["source"],
        "placements": placements,
    })
}

/// What a person reads about a plan that is refused.
fn refused(plan: &Value, code: u8) -> String {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("plan.json");
    fs::write(&file, format!("{plan:#}\n")).expect("written");
    let driver = fixture("small");
    let out = directory.path().join("out");
    let arguments = [
        "split",
        &driver.to_string_lossy(),
        "--plan",
        &file.to_string_lossy(),
        "--out",
        &out.to_string_lossy(),
    ];
    let run = run(&arguments);
    let message = stderr(&run);
    assert_eq!(run.status.code(), Some(i32::from(code)), "{message}");
    assert!(!out.exists(), "nothing is written");
    message.replace(&*directory.path().to_string_lossy(), "DIR")
}

#[test]
fn the_plan_of_a_split_is_kept() {
    for driver in [
        "tests/fixtures/small",
        "tests/fixtures/corners",
        "drivers/pcnet32",
    ] {
        let driver = crate::common::root().join(driver);
        let directory = tempfile::tempdir().expect("a temporary directory");
        let file = directory.path().join("plan.json");
        let first = plan(&driver, &[]);
        fs::write(&file, first.to_string()).expect("written");
        let second = plan(&driver, &["--plan", &file.to_string_lossy()]);
        assert_eq!(
            placements(&first),
            placements(&second),
            "{}",
            driver.display()
        );
    }
}

#[test]
fn a_plan_moves_functions() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = directory.path().join("plan.json");
    let driver = fixture("small");
    let wanted = short(json!({ "Small::get_link": "kernel", "Small::set_msglevel": "kernel" }));
    fs::write(&file, wanted.to_string()).expect("written");
    let moved = placements(&plan(&driver, &["--plan", &file.to_string_lossy()]));
    let mut expected = placements(&plan(&driver, &[]));
    for name in ["Small::get_link", "Small::set_msglevel"] {
        assert_eq!(
            expected
                .insert(name.to_owned(), "kernel".to_owned())
                .as_deref(),
            Some("user")
        );
    }
    assert_eq!(moved, expected);
}

#[test]
fn plans_that_cannot_be_kept() {
    let mut cases: BTreeMap<&str, (Value, u8)> = BTreeMap::new();
    let one = |name: &str, place: &str| short(json!({ name: place }));
    cases.insert("unknown-function", (one("Small::nothing", "user"), FINDING));
    cases.insert("needs-the-kernel", (one("Small::start", "user"), FINDING));
    cases.insert(
        "against-an-annotation",
        (one("Small::choose", "kernel"), FINDING),
    );
    cases.insert("atomic-root", (one("Small::interrupt", "user"), FINDING));
    cases.insert(
        "follows-its-callers",
        (one("chip::light", "kernel"), FINDING),
    );
    cases.insert(
        "unknown-place",
        (one("Small::open", "both of them"), FAILURE),
    );
    let mut changed = short(json!({ "Small::open": "user", "Small::gone": "user" }));
    changed["source"] = json!("0123456789abcdef");
    cases.insert("another-source", (changed, FAILURE));
    let mut changed = short(json!({}));
    changed["driver"] = json!("large");
    cases.insert("another-driver", (changed, FAILURE));
    let mut changed = short(json!({}));
    changed["schema"] = json!(9);
    cases.insert("another-version", (changed, FAILURE));
    let mut changed = short(json!({}));
    changed["extra"] = json!(1);
    cases.insert("unknown-field", (changed, FAILURE));
    let mut changed = plan(&fixture("small"), &[]);
    let twice = changed["functions"][0].clone();
    changed["functions"]
        .as_array_mut()
        .expect("a list")
        .push(twice);
    cases.insert("twice", (changed, FAILURE));
    let mut changed = plan(&fixture("small"), &[]);
    changed["split"] = json!(false);
    cases.insert("unsplit", (changed, FAILURE));
    cases.insert("no-plan", (json!([]), FAILURE));
    let source = plan(&fixture("small"), &[])["source"]
        .as_str()
        .expect("text")
        .to_owned();
    let messages = cases.iter().map(|(name, (plan, code))| {
        let message = refused(plan, *code).replace(&source, "SOURCE");
        assert!(message.contains("help: "), "{name}: {message}");
        (format!("{name}.txt").into(), message)
    });
    crate::common::golden("plans", &messages.collect());
}
