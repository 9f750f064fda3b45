//! Files without an end: every command that reads a file refuses them with one diagnostic, within bounded
//! memory.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use partitioner::callgraph::{self, Features};
use partitioner::diagnostics::Code;
use partitioner::source::Sources;

use crate::build::Site;
use crate::common::{fixture, run, stderr};

/// A file that never ends.
const ENDLESS: &str = "/dev/zero";

/// What a run may use of memory, in KiB: whoever reads on without a limit ends here, and not the machine.
const MOST_KIB: u64 = 3 << 20;

/// The diagnostic, and the arguments: `SMALL` is the small driver, `MONITOR` a profile of it, `PROFILE` one of
/// another driver, `SPLIT` what a split wrote, `HERE` an empty directory; `MODULE`, `MANIFEST` and `LOCK` are
/// copies of the driver with one endless file, `TEXT`, `EMITTED` and `PLAN` are splits with one,
/// `KERNEL` is what `build` needs of a kernel, `CONFIG` and `RELEASE` are the same with one.
const RUNS: &[(&str, &[&str])] = &[
    ("MD0055", &["analyze", "SMALL", "--profile", ENDLESS]),
    ("MD0062", &["analyze", "SMALL", "--plan", ENDLESS]),
    ("MD0003", &["analyze", "MODULE"]),
    ("MD0001", &["analyze", "MANIFEST"]),
    ("MD0055", &["why", "SMALL", "choose", "--profile", ENDLESS]),
    ("MD0062", &["graph", "SMALL", "--plan", ENDLESS]),
    (
        "MD0070",
        &["report", "SMALL", "--html", "HERE/r", "--against", ENDLESS],
    ),
    (
        "MD0062",
        &["split", "SMALL", "--out", "HERE/out", "--plan", ENDLESS],
    ),
    ("MD0001", &["split", "LOCK", "--out", "HERE/out"]),
    ("MD0055", &["repartition", "SMALL", "--profile", ENDLESS]),
    (
        "MD0062",
        &[
            "repartition",
            "SMALL",
            "--profile",
            "MONITOR",
            "--plan",
            ENDLESS,
        ],
    ),
    ("MD0055", &["profile", "show", ENDLESS]),
    (
        "MD0003",
        &["profile", "show", "PROFILE", "--driver", "MODULE"],
    ),
    ("MD0055", &["profile", "merge", ENDLESS]),
    (
        "MD0058",
        &["profile", "import", ENDLESS, "--driver", "SMALL"],
    ),
    (
        "MD0058",
        &[
            "profile", "import", ENDLESS, "--driver", "SMALL", "--from", "perf",
        ],
    ),
    (
        "MD0061",
        &[
            "profile", "import", "PROFILE", "--driver", "SMALL", "--object", ENDLESS,
        ],
    ),
    (
        "MD0032",
        &["verify", "--object", ENDLESS, "--plan", "SPLIT/plan.json"],
    ),
    (
        "MD0032",
        &["verify", "--object", "SPLIT/plan.json", "--plan", ENDLESS],
    ),
    ("MD0001", &["verify", "MANIFEST"]),
    ("MD0032", &["verify", "SMALL", "--manifest-path", ENDLESS]),
    (
        "MD0080",
        &[
            "build",
            "PLAN",
            "--kernel-dir",
            "KERNEL",
            "--out",
            "HERE/out",
        ],
    ),
    (
        "MD0081",
        &[
            "build",
            "SPLIT",
            "--kernel-dir",
            "CONFIG",
            "--out",
            "HERE/out",
        ],
    ),
    (
        "MD0081",
        &[
            "build",
            "SPLIT",
            "--kernel-dir",
            "RELEASE",
            "--out",
            "HERE/out",
        ],
    ),
    ("MD0022", &["merge", "TEXT", "--out", "HERE/out"]),
    ("MD0022", &["merge", "EMITTED", "--out", "HERE/out"]),
];

/// Puts a file that never ends in another's place.
fn unbound(file: &Path) {
    // There is not always one.
    let _ = fs::remove_file(file);
    symlink(ENDLESS, file).expect("linked");
}

/// A copy of the small driver.
fn driver(here: &Path, name: &str) -> PathBuf {
    let directory = here.join(name);
    crate::errors::copy(&directory, &[]);
    directory
}

/// What a split of the small driver writes.
fn split(here: &Path, name: &str) -> PathBuf {
    let out = here.join(name);
    let small = fixture("small");
    let made = run(&[
        "split",
        &small.to_string_lossy(),
        "--out",
        &out.to_string_lossy(),
    ]);
    assert!(made.status.success(), "{}", stderr(&made));
    out
}

/// What a build needs.
fn site(here: &Path, name: &str) -> Site {
    let directory = here.join(name);
    fs::create_dir(&directory).expect("made");
    Site::new(&directory)
}

/// Runs the command within bounds.
fn bounded(compiler: &Path, arguments: &[String]) -> Output {
    Command::new("sh")
        .arg("-c")
        .arg(format!("ulimit -v {MOST_KIB}; exec \"$0\" \"$@\""))
        .arg(env!("CARGO_BIN_EXE_pcnet-partition"))
        .args(arguments)
        .env("MICRODRIVER_RUSTC", compiler)
        .output()
        .expect("the command runs")
}

#[test]
fn every_command_refuses_a_file_without_an_end() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let here = directory.path();
    let empty = here.join("empty");
    fs::create_dir(&empty).expect("made");
    let module = driver(here, "module");
    unbound(&module.join("src/chip.rs"));
    let manifest = driver(here, "manifest");
    unbound(&manifest.join("Cargo.toml"));
    let lock = driver(here, "lock");
    unbound(&lock.join("Cargo.lock"));
    let text = split(here, "text");
    unbound(&text.join("provenance.jsonl"));
    let emitted = split(here, "emitted");
    unbound(&emitted.join("kernel/src/chip.rs"));
    let monitor = here.join("monitor.json");
    fs::write(&monitor, crate::repartition::monitor().to_string()).expect("written");
    let [built, plan, config, release] =
        ["built", "plan", "config", "release"].map(|name| site(here, name));
    unbound(&plan.split.join("plan.json"));
    unbound(&config.kernel.join("include/config/auto.conf"));
    unbound(&release.kernel.join("include/config/kernel.release"));
    let places = [
        ("MONITOR", monitor),
        ("SMALL", fixture("small")),
        (
            "PROFILE",
            crate::common::root().join("profiles/pcnet32/bulk.json"),
        ),
        ("SPLIT", built.split),
        ("PLAN", plan.split),
        ("KERNEL", built.kernel),
        ("CONFIG", config.kernel),
        ("RELEASE", release.kernel),
        ("HERE", empty.clone()),
        ("MODULE", module),
        ("MANIFEST", manifest),
        ("LOCK", lock),
        ("TEXT", text),
        ("EMITTED", emitted),
    ];
    for (id, arguments) in RUNS {
        let place = |argument: &&str| {
            places
                .iter()
                .fold((*argument).to_owned(), |argument, (name, path)| {
                    argument.replace(name, &path.to_string_lossy())
                })
        };
        let named: Vec<String> = arguments.iter().map(place).collect();
        let made = bounded(&built.compiler, &named);
        let message = stderr(&made);
        assert!(
            message.starts_with(&format!("error[{id}]: ")),
            "{arguments:?}: {:?} {message}",
            made.status
        );
        // Not that there is no memory left; and what no text begins with is not read on.
        let why = ["it has more than ", "it is no text"];
        assert!(why.iter().any(|why| message.contains(why)), "{message}");
        assert_eq!(message.matches("error[").count(), 1, "{message}");
        assert!(message.contains("help: "), "{message}");
        assert!(made.stdout.is_empty(), "{arguments:?}");
        let left = fs::read_dir(&empty).expect("readable").count();
        assert_eq!(left, 0, "{arguments:?}: nothing is written");
    }
}

/// `verify` has the compiler read the crate first; the graph alone has to stop by itself.
#[test]
fn a_call_graph_refuses_a_module_without_an_end() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let module = driver(directory.path(), "module");
    // Only a file is taken for a module: one with far more bytes than there is memory.
    let file = fs::File::create(module.join("src/chip.rs")).expect("made");
    file.set_len(1 << 40).expect("sparse");
    let mut sources = Sources::default();
    let refused = callgraph::build(&module, &Features::default(), &mut sources);
    let found = refused.expect_err("refused").0;
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].code, Code::ModuleFile);
    assert!(found[0].title.contains("it has more than"), "{found:#?}");
}
