//! `profile`: the table, sums, imports, and what each of them says about bad input.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use partitioner::command::FAILURE;
use serde_json::Value;

use crate::common::{fixture, run, stderr};

const GRAPH: &str = "\
# tracer: function_graph
#
# CPU  DURATION                  FUNCTION CALLS
# |     |   |                     |   |   |   |
 0)               |  <small::state::Small as m::NetOperations>::open [small_md]() {
 0)               |    <small::state::Small>::start [small_md]() {
 0)   3.000 us    |      small::chip::light [small_md]();
 0) + 10.000 us   |    }
 0)   2.000 us    |    kfree();
 0) + 20.000 us   |  }
what is this
 0)               |  <small::state::Small as m::NetOperations>::open [small_md]() {
";

/// Runs `profile` in a directory; returns the exit code, data and words.
fn profile(directory: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut all = vec!["profile"];
    all.extend(arguments);
    let run = run(&all);
    let hide = |text: String| text.replace(&*directory.to_string_lossy(), "DIR");
    let data = String::from_utf8(run.stdout.clone()).expect("text");
    (run.status.code(), hide(data), hide(stderr(&run)))
}

#[test]
fn an_import_is_a_profile_that_can_be_shown_and_merged() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
    let (text, made, sum) = (path("trace.txt"), path("made.json"), path("sum.json"));
    let driver = fixture("small").to_string_lossy().into_owned();
    fs::write(&text, GRAPH).expect("written");
    let arguments = [
        "import",
        &text,
        "--driver",
        &driver,
        "--kernel",
        "6.12.0",
        "--milliseconds",
        "50",
        "--workload",
        "open once",
        "--out",
        &made,
    ];
    let (code, data, message) = profile(directory.path(), &arguments);
    assert_eq!((code, data.as_str()), (Some(0), ""), "{message}");
    let mut golden = BTreeMap::new();
    golden.insert("import.txt".into(), message);
    let arguments = ["merge", &made, &made, "--out", &sum];
    let (code, _, message) = profile(directory.path(), &arguments);
    assert_eq!(code, Some(0), "{message}");
    let (code, table, message) = profile(directory.path(), &["show", &sum, "--driver", &driver]);
    assert_eq!((code, message.as_str()), (Some(0), ""));
    let read: Value = serde_json::from_slice(&fs::read(&sum).expect("readable")).expect("JSON");
    let source = read["source"].as_str().expect("text");
    golden.insert("show.txt".into(), table.replace(source, "SOURCE"));
    assert_eq!(read["functions"]["Small::open"]["cost"], 16_000);
    let (_, data, _) = profile(directory.path(), &["show", &sum, "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&data).expect("JSON"), read);
    crate::common::golden("profiles", &golden);
}

#[test]
fn every_mistake_has_a_message() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
    let write = |name: &str, text: &str| {
        fs::write(directory.path().join(name), text).expect("written");
        path(name)
    };
    let driver = fixture("small").to_string_lossy().into_owned();
    let text = write("map.txt", "@[small::chip::light]: 12\n");
    let other = write("other.txt", "@[netif_rx]: 12\n");
    let strange = write("strange.txt", "once upon a time\n");
    let perf = write(
        "perf.txt",
        "# os release : 6.1.0\nsh 1 [000] 1.000000: cycles: 1 small::chip::light+0x1 ([small])\n",
    );
    let (one, two) = (path("one.json"), path("two.json"));
    let import = |text: &str, rest: &[&str]| {
        let mut all = vec!["import", text, "--driver", &driver];
        all.extend(rest);
        profile(directory.path(), &all)
    };
    for (text, out) in [(&text, &one), (&perf, &two)] {
        let kernel = if text == &perf { "6.1.0" } else { "6.12.0" };
        let (code, _, message) = import(text, &["--kernel", kernel, "--out", out]);
        assert_eq!(code, Some(0), "{message}");
    }
    let broken = fs::read_to_string(&one)
        .expect("readable")
        .replace("\"calls\": 12", "\"calls\": 1.5");
    let broken = write("broken.json", &broken);
    let mut golden = BTreeMap::new();
    for (name, id, (code, data, message)) in [
        (
            "broken",
            "MD0055",
            profile(directory.path(), &["show", &broken]),
        ),
        (
            "missing",
            "MD0055",
            profile(directory.path(), &["show", &path("nothing.json")]),
        ),
        (
            "units",
            "MD0056",
            profile(directory.path(), &["merge", &one, &two]),
        ),
        ("unknown-format", "MD0058", import(&strange, &[])),
        (
            "missing-recording",
            "MD0058",
            import(&path("nothing.txt"), &[]),
        ),
        (
            "another-kernel",
            "MD0059",
            import(&perf, &["--kernel", "6.12.0"]),
        ),
        ("no-kernel", "MD0059", import(&text, &[])),
        (
            "nothing-of-it",
            "MD0060",
            import(&other, &["--kernel", "6.12.0"]),
        ),
        ("no-object", "MD0061", import(&text, &["--object", &text])),
        (
            "not-written",
            "MD0017",
            import(
                &text,
                &["--kernel", "6.12.0", "--out", &path("no/directory.json")],
            ),
        ),
    ] {
        assert_eq!(code, Some(i32::from(FAILURE)), "{name}: {message}");
        assert_eq!(data, "", "{name}");
        assert!(
            message.contains(&format!("error[{id}]")),
            "{name}: {message}"
        );
        assert_eq!(message.matches("help: ").count(), 1, "{name}: {message}");
        golden.insert(format!("{name}.txt").into(), message);
    }
    crate::common::golden("profile-errors", &golden);
}

#[test]
fn every_id_is_explained() {
    for number in 55..=66 {
        let id = format!("MD{number:04}");
        let run = run(&["--explain", &id]);
        assert_eq!(run.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&run.stdout).starts_with(&id));
    }
}
