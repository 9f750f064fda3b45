//! What placement costs, why it is as it is, and what else could be: the options and commands about it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use partitioner::analysis::{self, Mode};
use partitioner::command::{FAILURE, USAGE};
use partitioner::place::problem::Lambda;
use partitioner::place::{Options, predict};
use partitioner::profile::Profile;
use partitioner::source::Sources;
use serde_json::{Value, json};

fn stdout(arguments: &[&str]) -> String {
    let run = crate::common::run(arguments);
    assert!(run.status.success(), "{}", crate::common::stderr(&run));
    String::from_utf8(run.stdout).expect("output is UTF-8")
}

fn small() -> String {
    crate::common::fixture("small")
        .to_string_lossy()
        .into_owned()
}

fn plan(arguments: &[&str]) -> Value {
    let driver = small();
    let mut all = vec!["analyze", &driver, "--format", "json"];
    all.extend(arguments);
    serde_json::from_str(&stdout(&all)).expect("JSON")
}

fn place<'a>(plan: &'a Value, name: &str) -> &'a str {
    let functions = plan["functions"].as_array().expect("a list");
    let found = functions.iter().find(|function| function["name"] == name);
    found.expect("it is in the plan")["placement"]
        .as_str()
        .expect("a word")
}

/// Counts of ten seconds in which somebody asks for the link a hundred times a second and changes the
/// filter once; written to a file.
fn profile(directory: &Path, total: u64) -> PathBuf {
    let functions = json!({
        "Small::get_link": { "calls": 1000, "callees": { "Small::choose": 1000 },
                             "services": { "Device::carrier": 1000 } },
        "Small::choose": { "calls": 1000, "services": { "Mutex::lock": 2000 } },
        "Small::get_msglevel": { "calls": 500, "services": { "Mutex::lock": 500 } },
        "Small::set_rx_mode": { "calls": 10, "services": { "AtomicU32::store": 10 } },
        "Small::open": { "calls": 1, "callees": { "Small::start": 1 },
                         "services": { "Mutex::lock": 2 } },
        "Small::start": { "calls": 1, "callees": { "Port::number": 1 },
                          "services": { "AtomicU32::store": 1 } },
        "Port::number": { "calls": 1 },
        "chip::light": { "calls": 30, "callees": { "chip::control": 30 },
                         "services": { "Transaction::run": 30 } },
        "chip::control": { "calls": 31 },
        "Small::set_phys_id": { "calls": 30, "callees": { "chip::light": 30 } },
        "Small::interrupt": { "calls": 1, "callees": { "chip::acknowledge": 1 } },
        "chip::acknowledge": { "calls": 1, "callees": { "chip::control": 1 },
                               "services": { "Transaction::run": 1 } },
    });
    let profile = json!({
        "schema": 1,
        "driver": "small",
        "source": plan(&[])["source"],
        "workload": "a monitor",
        "origin": "instrumented",
        "kernel": "6.12.0",
        "milliseconds": 10_000,
        "total": total,
        "unit": "instructions",
        "functions": functions,
    });
    let path = directory.join("profile.json");
    fs::write(&path, profile.to_string()).expect("written");
    path
}

/// Everything that is printed about a small driver, as reviewed.
#[test]
fn what_is_printed() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let profile = profile(directory.path(), 2_000_000_000);
    let (driver, profile) = (small(), profile.to_string_lossy().into_owned());
    let recorded = ["--profile", &profile];
    let mut made = BTreeMap::new();
    let mut keep = |name: &str, arguments: &[&str]| {
        made.insert(PathBuf::from(name), stdout(arguments));
    };
    keep("sweep-assumed.txt", &["analyze", &driver, "--sweep"]);
    keep(
        "sweep.txt",
        &["analyze", &driver, "--sweep", recorded[0], recorded[1]],
    );
    let json = [
        "analyze",
        &driver,
        "--sweep",
        "--format",
        "json",
        recorded[0],
        recorded[1],
    ];
    keep("sweep.json", &json);
    keep(
        "sweep-budget.txt",
        &[
            "analyze",
            &driver,
            "--sweep",
            recorded[0],
            recorded[1],
            "--budget",
            "0.9%",
        ],
    );
    keep(
        "why-budget.txt",
        &[
            "why",
            &driver,
            "Small::set_rx_mode",
            recorded[0],
            recorded[1],
            "--budget",
            "0.9%",
        ],
    );
    keep("why-kernel.txt", &["why", &driver, "start"]);
    keep("why-atomic.txt", &["why", &driver, "Small::interrupt"]);
    keep("why-user.txt", &["why", &driver, "get_link"]);
    keep("why-annotated.txt", &["why", &driver, "choose"]);
    keep("why-copied.txt", &["why", &driver, "chip::control"]);
    keep(
        "why-price.txt",
        &["why", &driver, "get_msglevel", recorded[0], recorded[1]],
    );
    keep("why.json", &["why", &driver, "start", "--format", "json"]);
    crate::common::golden("placement", &made);
}

#[test]
fn a_profile_and_a_price_move_functions() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let profile = profile(directory.path(), 2_000_000_000);
    let recorded = ["--profile", &*profile.to_string_lossy()];
    let with = |more: &[&str]| plan(&[&recorded, more].concat());
    assert_eq!(place(&plan(&[]), "Small::get_msglevel"), "user");
    // 50 calls a second with a service each cost 755,000; three lines are worth 30,000.
    assert_eq!(place(&with(&[]), "Small::get_msglevel"), "kernel");
    assert_eq!(
        place(&with(&["--lambda", "251666.7"]), "Small::get_msglevel"),
        "user"
    );
    assert_eq!(
        place(&with(&["--lambda", "251666.6"]), "Small::get_msglevel"),
        "kernel"
    );
    assert_eq!(
        place(&plan(&["--lambda", "0"]), "Small::get_msglevel"),
        "kernel"
    );
    // What is annotated stays.
    assert_eq!(place(&with(&[]), "Small::choose"), "user");
}

#[test]
fn a_budget_buys_the_fewest_lines() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let profile = profile(directory.path(), 2_000_000_000);
    let (driver, profile) = (small(), profile.to_string_lossy().into_owned());
    let json = [
        "analyze",
        &driver,
        "--sweep",
        "--format",
        "json",
        "--profile",
        &profile,
    ];
    let points: Value = serde_json::from_str(&stdout(&json)).expect("JSON");
    let points = points["points"].as_array().expect("a list").clone();
    assert!(points.len() > 3, "{points:?}");
    // The plans of the front are best among all of which they are the last; between two of them there may
    // be a plan that is best at no price, and has fewer lines than the first.
    let mut between = 0;
    for pair in points.windows(2) {
        let overhead = |point: &Value| point["overhead_percent"].as_f64().expect("a number");
        let (less, more) = (overhead(&pair[0]), overhead(&pair[1]));
        // Just enough for one, and not for the next.
        let budget = format!("{:.4}%", f64::midpoint(less, more));
        let swept = [&json[..], &["--budget", &budget]].concat();
        let swept: Value = serde_json::from_str(&stdout(&swept)).expect("JSON");
        let swept = swept["points"].as_array().expect("a list");
        let chosen = swept.iter().find(|point| point["chosen"] == true);
        let chosen = chosen.expect("one");
        assert!(
            overhead(chosen) >= less && overhead(chosen) <= f64::midpoint(less, more),
            "{budget}"
        );
        if chosen["lambda"].is_null() {
            between += 1;
            let lines = |point: &Value| point["kernel_lines"].as_u64().expect("a number");
            let (before, now, after) = (lines(&pair[0]), lines(chosen), lines(&pair[1]));
            assert!(
                after < now && now < before,
                "{budget}: {before} {now} {after}"
            );
            assert_eq!(swept.len(), points.len() + 1);
        } else {
            assert_eq!(chosen["kernel_lines"], pair[0]["kernel_lines"], "{budget}");
            assert_eq!(swept.len(), points.len());
        }
    }
    assert!(between > 0, "the budget buys more than the front has");
}

#[test]
fn an_edit_that_pays_is_suggested() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    crate::errors::copy(
        directory.path(),
        &[
            (
                "src/interface.rs",
                "        self.running.store(0);\n        Ok(())",
                "        self.device.stop_queue();\n        self.running.store(0);\n        let mut settings = \
             self.settings.lock();\n        settings.level = 0;\n        settings.port = Port::Auto;\n        Ok(())",
            ),
            (
                "src/state.rs",
                "    /// Chooses a connector.\n    #[user_path]",
                "    /// Chooses a connector.\n    #[microdriver::kernel_path]",
            ),
        ],
    );
    let driver = directory.path().to_string_lossy().into_owned();
    let text = stdout(&["analyze", &driver, "--suggest"]);
    let mut made = BTreeMap::new();
    made.insert(PathBuf::from("suggest.txt"), text);
    crate::common::golden("suggest", &made);
    let text = stdout(&["analyze", &driver, "--suggest", "--format", "json"]);
    let json: Value = serde_json::from_str(&text).expect("JSON");
    let gains = json["suggestions"].as_array().expect("a list").iter();
    let gains: Vec<u64> = gains
        .map(|found| found["gain"].as_u64().expect("a number"))
        .collect();
    assert!(
        gains.is_sorted_by(|one, next| one >= next) && gains.len() >= 2,
        "{text}"
    );
}

#[test]
fn predictions_count_what_was_recorded() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = profile(directory.path(), 2_000_000_000);
    let mut sources = Sources::default();
    let profile = Profile::read(&path, &mut sources).expect("a profile");
    let options = Options {
        profile: Some(profile.clone()),
        // As without a profile: everything that can be out is out.
        lambda: Lambda::whole(1_000_000_000),
        ..Options::default()
    };
    let driver = crate::common::fixture("small");
    let analysis = analysis::analyse_with(&driver, Mode::Split, &options, &mut sources);
    let analysis = analysis.expect("the driver can be split");
    let predicted = predict::predict(&analysis.problem, &analysis.placement);
    // `get_link`, `get_msglevel`, `set_phys_id` and `open` are called; `choose` is with its caller.
    assert_eq!(predicted.upcalls, 1000 + 500 + 30 + 1);
    assert_eq!(predicted.deferred, 10);
    // `open` calls `start`, which touches the queue.
    assert_eq!(predicted.downcalls, 1);
    // Of the copies of `chip::light` and `chip::acknowledge`, one is in each half.
    assert_eq!(predicted.services, 1000 + 2000 + 500 + 10 + 2 + 30);
    let each = 1531 * 12_500 + 10 * 24_100 + (1 + 3542) * 2_600;
    assert_eq!(predicted.instructions, each);
    assert_eq!(
        predicted.overhead(&profile),
        Some(each * 1_000_000 / 2_000_000_000)
    );
    let solution = analysis.solution.expect("it was solved");
    assert_eq!(predicted, predict::of(&analysis.problem, &solution));
    let names = |id| analysis.placement.in_kernel(id);
    assert_eq!(predicted, predict::predict_where(&analysis.problem, names));
}

/// Every number as large as it can be.
fn most(value: &mut Value) {
    match value {
        Value::Number(_) => *value = json!(u64::MAX),
        Value::Object(fields) => fields.values_mut().for_each(most),
        _ => {}
    }
}

/// Whatever a profile says, sums do not overflow.
#[test]
fn absurd_counts_are_no_crash() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = profile(directory.path(), 1);
    let text = fs::read_to_string(&path).expect("readable");
    let mut value: Value = serde_json::from_str(&text).expect("JSON");
    most(&mut value["functions"]);
    value["milliseconds"] = json!(u64::MAX);
    fs::write(&path, value.to_string()).expect("written");
    let driver = small();
    let path = path.to_string_lossy().into_owned();
    let recorded = ["--profile", &path, "--lambda", "999999999999"];
    let sweep = stdout(&[&["analyze", &driver, "--sweep"], &recorded[..]].concat());
    assert!(sweep.lines().count() > 3, "{sweep}");
    stdout(&[&["analyze", &driver, "--suggest"], &recorded[..]].concat());
    stdout(&[&["why", &driver, "get_link"], &recorded[..]].concat());
}

fn refused(arguments: &[&str], id: &str, words: &str) {
    let run = crate::common::run(arguments);
    let message = crate::common::stderr(&run);
    assert_eq!(run.status.code(), Some(i32::from(FAILURE)), "{message}");
    assert!(
        message.contains(id) && message.contains(words),
        "{arguments:?}\n{message}"
    );
    assert!(run.stdout.is_empty());
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let driver = small();
    let path = profile(directory.path(), 0);
    let without_total = path.to_string_lossy().into_owned();
    let words = "a budget needs a profile";
    refused(&["analyze", &driver, "--budget", "5%"], "MD0041", words);
    let budget = [
        "analyze",
        &driver,
        "--budget",
        "5%",
        "--profile",
        &without_total,
    ];
    refused(&budget, "MD0041", words);
    profile(directory.path(), 1_000_000);
    let budget = [
        "analyze",
        &driver,
        "--budget",
        "0.01%",
        "--profile",
        &without_total,
    ];
    refused(&budget, "MD0042", "no plan stays within 0.01%");
    refused(
        &["why", &driver, "chose"],
        "MD0043",
        "did you mean `Small::choose`",
    );
    refused(&["why", &driver, "zzz"], "MD0043", "lists the functions");
    let text = fs::read_to_string(&path).expect("readable");
    fs::write(
        &path,
        text.replace("\"calls\":", "\"cost\":0,\"callees_\":"),
    )
    .expect("written");
    refused(
        &["analyze", &driver, "--profile", &without_total],
        "MD0055",
        "callees_",
    );
    for bad in [
        &["--lambda", "-1"][..],
        &["--lambda", "much"],
        &["--budget", "5"],
        &["--lambda", "1", "--budget", "5%"],
        &["--sweep", "--suggest"],
    ] {
        let run = crate::common::run(&[&["analyze", &driver], bad].concat());
        assert_eq!(run.status.code(), Some(i32::from(USAGE)), "{bad:?}");
    }
}
