//! Diagnostics that no small broken driver shows: each is brought about here, and what it says is a golden file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{changed, fixture, golden, root, run, stderr};

/// Runs the command, which must fail with a diagnostic; returns what it says, without the paths of this machine.
fn said(id: &str, code: i32, arguments: &[&str], here: &Path) -> String {
    let made = run(arguments);
    let message = stderr(&made);
    assert_eq!(made.status.code(), Some(code), "{message}");
    assert!(message.contains(&format!("error[{id}]")), "{message}");
    let errors = message.matches("error[").count();
    assert_eq!(message.matches("help: ").count(), errors, "{message}");
    message
        .replace(&*here.to_string_lossy(), "HERE")
        .replace(&*root().to_string_lossy(), "ROOT")
}

/// A half that somebody edited after the split.
fn edited_half(here: &Path) -> String {
    let (out, merged) = (here.join("out"), here.join("merged"));
    let (out_name, merged_name) = (out.to_string_lossy(), merged.to_string_lossy());
    let small = fixture("small");
    let split = run(&["split", &small.to_string_lossy(), "--out", &out_name]);
    assert!(split.status.success(), "{}", stderr(&split));
    let chip = out.join("kernel/src/chip.rs");
    let text = fs::read_to_string(&chip).unwrap();
    fs::write(&chip, text.replacen("fn ", "fn new_", 1)).unwrap();
    said(
        "MD0022",
        1,
        &["merge", &out_name, "--out", &merged_name],
        here,
    )
}

/// A linked half that is none.
fn no_witness(here: &Path) -> String {
    let something = here.join("something");
    fs::write(&something, r#"{"functions": []}"#).unwrap();
    let something = something.to_string_lossy();
    let arguments = ["verify", "--object", &something, "--plan", &something];
    said("MD0032", 1, &arguments, here)
}

/// A kernel half in which a root that may not sleep has a way to a crossing.
fn linked_crossing(here: &Path) -> String {
    let (object, plan) = (here.join("half.o"), here.join("plan.json"));
    fs::write(&object, crate::linked::compiled("half", "Entry::open(x)")).unwrap();
    let functions = r#"{"functions": [{"name": "half::Entry::poll", "root": true, "context": "atomic"}], "upcalls": [1]}"#;
    fs::write(&plan, functions).unwrap();
    let (object, plan) = (object.to_string_lossy(), plan.to_string_lossy());
    let arguments = ["verify", "--object", &object, "--plan", &plan];
    said("MD0034", 3, &arguments, here)
}

/// What `verify` says of the small driver, with something taken out of the graph of the split.
fn forgotten(id: &str, what: &str, here: &Path) -> String {
    let small = fixture("small");
    let target = crate::verify::target(&small);
    let (small, target) = (small.to_string_lossy(), target.to_string_lossy());
    let arguments = ["verify", &small, "--target-dir", &target, "--forget", what];
    said(id, 3, &arguments, here)
}

/// A call that the compiler sees, and the graph has not.
fn missing_edge(here: &Path) -> String {
    forgotten("MD0030", "Small::get_link->Small::choose", here)
}

/// A function that the compiler sees, and the graph has not.
fn unmatched_function(here: &Path) -> String {
    forgotten("MD0031", "chip::acknowledge", here)
}

/// A field that the compiler sees a function touch, and the analysis has not.
fn missing_field(here: &Path) -> String {
    forgotten("MD0033", "Small::choose.settings", here)
}

/// A lock that the compiler sees a function take, and the analysis has not.
fn missing_lock(here: &Path) -> String {
    forgotten("MD0035", "Small::choose.settings()", here)
}

/// More functions than the tables of an instrumented build count.
fn too_many_functions(here: &Path) -> String {
    let constant = "const STATUS: u16 = 0;";
    let mut functions = constant.to_owned();
    for number in 0..32_768 {
        write!(functions, "\nfn f{number}() {{}}").unwrap();
    }
    let edit = ("src/chip.rs", constant, functions.as_str());
    let driver = changed("tests/fixtures/small", &[edit], &here.join("driver"));
    let (driver, out) = (driver.to_string_lossy(), here.join("out"));
    let arguments = [
        "split",
        &driver,
        "--instrument",
        "--out",
        &out.to_string_lossy(),
    ];
    said("MD0050", 3, &arguments, here)
}

/// Source that would cost more stack than there is.
fn nested_too_deeply(here: &Path) -> String {
    let text = format!(
        "const STATUS: u16 = {}0{};",
        "(".repeat(2_000),
        ")".repeat(2_000)
    );
    let edit = ("src/chip.rs", "const STATUS: u16 = 0;", text.as_str());
    let driver = changed("tests/fixtures/small", &[edit], &here.join("driver"));
    let message = said("MD0065", 3, &["analyze", &driver.to_string_lossy()], here);
    message.replace(&"(".repeat(100), "")
}

#[test]
fn what_is_said() {
    type Scene = fn(&Path) -> String;
    let scenes: [(&str, Scene); 9] = [
        ("edited-half", edited_half),
        ("missing-edge", missing_edge),
        ("unmatched-function", unmatched_function),
        ("no-witness", no_witness),
        ("missing-field", missing_field),
        ("missing-lock", missing_lock),
        ("linked-crossing", linked_crossing),
        ("too-many-functions", too_many_functions),
        ("nested-too-deeply", nested_too_deeply),
    ];
    let mut messages: BTreeMap<PathBuf, String> = BTreeMap::new();
    for (name, scene) in scenes {
        let directory = tempfile::tempdir().unwrap();
        messages.insert(format!("{name}.txt").into(), scene(directory.path()));
    }
    golden("rare", &messages);
}
