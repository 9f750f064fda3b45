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

/// A module instead of what it was linked from: it has lost the names.
fn stripped_module(here: &Path) -> String {
    let (object, plan) = (here.join("half_md.ko"), here.join("plan.json"));
    fs::write(&object, crate::linked::compiled("half", "x")).unwrap();
    let functions =
        r#"{"functions": [{"name": "half::Entry::stripped", "root": true, "context": "atomic"}]}"#;
    fs::write(&plan, functions).unwrap();
    let (object, plan) = (object.to_string_lossy(), plan.to_string_lossy());
    let arguments = ["verify", "--object", &object, "--plan", &plan];
    said("MD0032", 1, &arguments, here)
}

/// A plan to compare with that is of another version of the source.
fn other_version(here: &Path) -> String {
    let edit = (
        "src/chip.rs",
        "fn light(",
        "fn lamp() {}\n\npub(crate) fn light(",
    );
    let driver = changed("tests/fixtures/small", &[edit], &here.join("small"));
    let (driver, small) = (driver.to_string_lossy(), fixture("small"));
    let (page, plan) = (here.join("report.html"), here.join("plan.json"));
    let made = run(&["analyze", &small.to_string_lossy(), "--format", "json"]);
    fs::write(&plan, made.stdout).unwrap();
    let (html, plan) = (page.to_string_lossy(), plan.to_string_lossy());
    let arguments = ["report", &driver, "--html", &html, "--against", &plan];
    let message = said("MD0063", 1, &arguments, here);
    assert!(!page.exists());
    message
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

/// What a run warns of that comes to its end.
fn warned(id: &str, arguments: &[&str], here: &Path) -> String {
    let made = run(arguments);
    let message = stderr(&made);
    assert!(made.status.success(), "{message}");
    assert!(
        message.starts_with(&format!("warning[{id}]: ")),
        "{message}"
    );
    assert_eq!(message.matches("help: ").count(), 1, "{message}");
    message.replace(&*here.to_string_lossy(), "HERE")
}

/// Functions that all cost as much for a line, each with an even number of lines: an odd number of them is within
/// the budget, and that no choice comes to it only shows when all were tried.
fn search_given_up(here: &Path) -> String {
    let (mut calls, mut functions, mut counts) = (String::new(), String::new(), BTreeMap::new());
    for number in 0..40 {
        let lines = 6 + 2 * (number * 7 % 19);
        writeln!(calls, "        self.item{number}()?;").unwrap();
        let body = "        self.running.store(1);\n".repeat(lines - 3);
        write!(functions, "    pub(crate) fn item{number}(&self) -> Result<()> {{\n{body}        Ok(())\n    }}\n\n").unwrap();
        counts.insert(format!("Small::item{number}"), lines * 100);
    }
    let calls = format!("    #[kernel_path]\n    fn stop(&self) -> Result<()> {{\n{calls}");
    let functions = format!("impl Small {{\n{functions}}}\n\nimpl NetOperations for Small {{");
    let edits = [
        (
            "src/interface.rs",
            "    fn stop(&self) -> Result<()> {\n",
            calls.as_str(),
        ),
        (
            "src/interface.rs",
            "impl NetOperations for Small {",
            functions.as_str(),
        ),
    ];
    let driver = changed("tests/fixtures/small", &edits, &here.join("small"));
    let mut profile = crate::repartition::monitor();
    let driver = driver.to_string_lossy();
    let made = run(&["analyze", &driver, "--format", "json"]);
    let plan: serde_json::Value = serde_json::from_slice(&made.stdout).unwrap();
    profile["source"] = plan["source"].clone();
    profile["total"] = 6_943_750_000_000_u64.into();
    let each = counts.iter();
    profile["functions"] = each
        .map(|(name, calls)| (name.clone(), serde_json::json!({ "calls": calls })))
        .collect::<serde_json::Map<_, _>>()
        .into();
    profile["functions"]["Small::stop"] = serde_json::json!({ "calls": 100, "callees": counts });
    let file = here.join("profile.json");
    fs::write(&file, profile.to_string()).unwrap();
    let file = file.to_string_lossy();
    let arguments = ["analyze", &driver, "--profile", &file, "--budget", "0.01%"];
    warned("MD0090", &arguments, here)
}

/// A profile with functions of elsewhere.
fn strangers(here: &Path) -> String {
    let mut profile = crate::repartition::monitor();
    profile["functions"]["Small::gone"] = serde_json::json!({ "calls": 1 });
    profile["functions"]["Small::lost"] = serde_json::json!({ "calls": 2 });
    let (file, small) = (here.join("profile.json"), fixture("small"));
    fs::write(&file, profile.to_string()).unwrap();
    let (file, small) = (file.to_string_lossy(), small.to_string_lossy());
    let show = ["profile", "show", &file, "--driver", &small];
    let shown = warned("MD0091", &show, here);
    let analyze = ["analyze", &small, "--profile", &file];
    assert_eq!(shown, warned("MD0091", &analyze, here));
    shown
}

/// A recording that is whole.
const TRACE: &str = "\
# tracer: function_graph
#
 0)               |  <small::state::Small>::start [small_md]() {
 0)   3.000 us    |    small::chip::light [small_md]();
 0) + 10.000 us   |  }
";

/// An object that was stripped, or made without debug information.
fn no_debug_information(here: &Path) -> String {
    let (object, trace) = (here.join("half.o"), here.join("trace.txt"));
    fs::write(&object, crate::linked::compiled("half", "x")).unwrap();
    fs::write(&trace, TRACE).unwrap();
    let (object, trace) = (object.to_string_lossy(), trace.to_string_lossy());
    let made = here.join("made.json").to_string_lossy().into_owned();
    let small = fixture("small");
    let arguments = [
        "profile",
        "import",
        &trace,
        "--driver",
        &small.to_string_lossy(),
        "--object",
        &object,
        "--kernel",
        "6.12.0",
        "--out",
        &made,
    ];
    warned("MD0093", &arguments, here)
}

#[test]
fn what_is_said() {
    type Scene = fn(&Path) -> String;
    let scenes: [(&str, Scene); 14] = [
        ("edited-half", edited_half),
        ("missing-edge", missing_edge),
        ("unmatched-function", unmatched_function),
        ("no-witness", no_witness),
        ("stripped-module", stripped_module),
        ("other-version", other_version),
        ("missing-field", missing_field),
        ("missing-lock", missing_lock),
        ("linked-crossing", linked_crossing),
        ("too-many-functions", too_many_functions),
        ("nested-too-deeply", nested_too_deeply),
        ("search-given-up", search_given_up),
        ("strangers", strangers),
        ("no-debug-information", no_debug_information),
    ];
    let mut messages: BTreeMap<PathBuf, String> = BTreeMap::new();
    for (name, scene) in scenes {
        let directory = tempfile::tempdir().unwrap();
        messages.insert(format!("{name}.txt").into(), scene(directory.path()));
    }
    golden("rare", &messages);
}
