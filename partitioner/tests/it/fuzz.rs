//! Whatever a reader is given, it returns a value or an error: arbitrary bytes, and mutations of what is
//! valid. `PROPTEST_CASES` makes the runs longer.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use partitioner::driver::{self, state};
use partitioner::plan::given::Given;
use partitioner::profile::import::{self, From, Options};
use partitioner::profile::{Profile, Subject};
use partitioner::resolve::Resolver;
use partitioner::source::Sources;
use partitioner::types::Types;
use partitioner::{api, diagnostics, graph, load, place};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// Valid inputs to start from.
const RECORDINGS: &[&str] = &[
    "# os release : 6.12.0\nsh 1 [000] 1.000000: 250000 cycles:P: \n\tffffffffc0a01234 \
     small::chip::light+0x24 ([small_md])\n\tffffffff81234567 napi+0x2e ([kernel.kallsyms])\n\nip 9/9 [000] \
     1.000000: probe:open: (ffffffffc0a01230)\n\tffffffffc0a01230 small::chip::light+0x0 ([small_md])\n\n",
    "# tracer: function\n# entries-in-buffer/entries-written: 4/250   #P:2\n  <idle>-0 [000] d.s1. 123.000000: \
     small::chip::light [small_md] <-__napi_poll\nCPU:1 [LOST 7 EVENTS]\n  ip-12 [001] d.... 123.500001: \
     hit: (small::chip::light+0x0/0x40 [small_md])\n",
    "# tracer: function_graph\n 0)               |  small::chip::light() {\n 0)   ==========> |\n 0)   5.000 us    \
     |    small::chip::read();\n 0)   <========== |\n 0) + 15.000 us   |  } /* x */\n ------\n 0)    ip-12     \
     =>    sh-13\n ------\n  12.000001 |   3)  1.000 us    |  small::chip::light();\n",
    "Attaching 3 probes...\n@[small::chip::light]: 12\n@s[\n    small::chip::light+4\n    x+1\n]: 5\n@ns[small::chip::read]:\
     \n[1K, 2K)   12 |@@@@ |\n",
    "# event histogram\n{ ip: [ffffffffc0a01234] small::chip::light+0x0 [small_md] } hitcount:   3\n{ \
     common_stacktrace:\n   small::chip::light+0x0/0x120 [small_md]\n} hitcount: 4\nTotals:\n    Dropped: 2\n",
];

/// Pieces that mean something to one of the formats.
pub(crate) const PIECES: &[&str] = &[
    "",
    " ",
    "\n",
    "\t",
    "\0",
    "\u{fffd}",
    "é",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "::",
    "<-",
    " <- ",
    "=>",
    "|",
    "@",
    "@[",
    "]:",
    "} hitcount:",
    "# ",
    "+0x",
    "+",
    "0x",
    "ffffffffffffffff",
    "99999999999999999999",
    "1.000000:",
    "0.000 us",
    "\"",
    ",",
    "null",
    "-1",
    "1e999",
    "[[[[[[[[",
    "{\"a\":",
    "_RNv",
    "_ZN3foo17h",
    "`",
    "'",
    "/*",
    "//",
    "r#\"",
    "#![",
    "fn f() {",
    "match x {",
    "impl",
    "self",
    "as",
    "..",
    "=",
    ";",
];

/// As many cases as usual, or as the environment says.
pub(crate) fn config() -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A change of a text: at a place, so much goes, and this comes instead.
pub(crate) type Edit = (prop::sample::Index, usize, prop::sample::Index);

pub(crate) fn edits() -> impl Strategy<Value = Vec<Edit>> {
    vec(
        (
            any::<prop::sample::Index>(),
            0..40_usize,
            any::<prop::sample::Index>(),
        ),
        1..6,
    )
}

/// The text with changes; always text.
pub(crate) fn changed(text: &str, edits: &[Edit]) -> String {
    let mut text = text.to_owned();
    for (at, gone, piece) in edits {
        let floor = |mut at: usize| {
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = floor(at.index(text.len() + 1));
        let end = floor((start + gone).min(text.len())).max(start);
        text.replace_range(start..end, PIECES[piece.index(PIECES.len())]);
    }
    text
}

fn subject() -> &'static Subject {
    static SUBJECT: OnceLock<Subject> = OnceLock::new();
    SUBJECT.get_or_init(|| {
        let driver = crate::common::fixture("small");
        Subject::read(&driver, &mut Sources::default()).expect("a driver")
    })
}

/// Reads bytes as each of the formats. What is read is a profile, and can be written and read again.
fn import_all(bytes: &[u8]) {
    for from in [
        None,
        Some(From::Perf),
        Some(From::Ftrace),
        Some(From::Histogram),
    ] {
        let options = Options {
            from,
            kernel: Some("6.12.0".to_owned()),
            ..Options::default()
        };
        match import::import_from(bytes, "fuzz", subject(), None, &options) {
            Ok(imported) => {
                let text = imported.profile.json();
                let again = Profile::parse("fuzz", &text, &mut Sources::default());
                assert_eq!(
                    again.expect("what is written can be read"),
                    imported.profile
                );
            }
            Err(refusal) => {
                let said = diagnostics::human(&refusal.0, &Sources::default(), false);
                assert_eq!(said.matches("help: ").count(), 1, "{said}");
            }
        }
    }
}

/// Reads a text as JSON of each kind, and draws what is wrong with it.
fn read_json(text: &str) {
    let mut sources = Sources::default();
    let profile = Profile::parse("fuzz", text, &mut sources);
    if let Err(refusal) = profile {
        diagnostics::human(&refusal.0, &sources, false);
    }
    match Given::parse("fuzz", text, &mut sources) {
        Ok(given) => {
            if let Err(refusal) = given.check(subject(), &sources) {
                diagnostics::human(&refusal.0, &sources, false);
            }
        }
        Err(refusal) => {
            diagnostics::human(&refusal.0, &sources, false);
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn recordings_of_any_bytes(bytes in vec(any::<u8>(), 0..2_000)) {
        import_all(&bytes);
    }

    #[test]
    fn recordings_of_any_pieces(pieces in vec(prop::sample::select(PIECES), 0..200)) {
        import_all(pieces.concat().as_bytes());
    }

    #[test]
    fn recordings_with_changes(seed in prop::sample::select(RECORDINGS), edits in edits()) {
        import_all(changed(seed, &edits).as_bytes());
    }

    #[test]
    fn json_with_changes(edits in edits(), plan in any::<bool>()) {
        let seed = if plan {
            format!(
                "{{\n  \"schema\": 1,\n  \"driver\": \"small\",\n  \"source\": \"{}\",\n  \"placements\": {{\n    \
                 \"Small::open\": \"user\"\n  }}\n}}\n",
                subject().source
            )
        } else {
            format!(
                "{{\"schema\": 1, \"driver\": \"small\", \"source\": \"{}\", \"workload\": \"w\", \"origin\": \"perf\",\n\
                 \"kernel\": \"k\", \"milliseconds\": 1, \"unit\": \"samples\", \"functions\": {{\"Small::open\": {{\"calls\": 1,\n\
                 \"callees\": {{\"chip::read\": 2}}}}}}}}",
                subject().source
            )
        };
        read_json(&changed(&seed, &edits));
    }

    #[test]
    fn json_of_any_pieces(pieces in vec(prop::sample::select(PIECES), 0..100)) {
        read_json(&format!("{{\"schema\": 1, {}", pieces.concat()));
    }
}

/// The small driver, copied, with its package and those of the API.
struct Copy {
    package: load::Package,
    packages: Vec<load::Package>,
}

fn copy(directory: &Path) -> Copy {
    let (from, root) = (crate::common::fixture("small"), crate::common::root());
    for (path, text) in crate::common::files(&from) {
        let text = text.replace("../../../", &format!("{}/", root.display()));
        let path = directory.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a directory")).expect("created");
        fs::write(path, text).expect("written");
    }
    let manifest = directory.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).expect("readable");
    if !text.contains("[workspace]") {
        fs::write(&manifest, text + "\n[workspace]\n").expect("written");
    }
    let package = load::package(directory).unwrap_or_else(|refusal| panic!("{refusal:#?}"));
    let packages = load::api(&package).unwrap_or_else(|refusal| panic!("{refusal:#?}"));
    Copy { package, packages }
}

/// The stages up to the placement. Cargo is not asked again: the manifest is as it was.
fn stages(copy: &Copy, sources: &mut Sources) -> diagnostics::Outcome<()> {
    let tree = load::strict(sources, &copy.package)?;
    let api = api::read(sources, &copy.packages)?;
    let driver = driver::collect(tree, &api)?;
    let resolver = Resolver::new(&driver.tree);
    driver::check_names(&driver, &api, &resolver)?;
    let mut report = partitioner::diagnostics::Report::default();
    let fields = state::fields(&driver, &api, &mut report)?;
    report.finish()?;
    let graph = graph::build(&driver, &api, &resolver, &fields, &copy.package.edition)?;
    let types = Types {
        driver: &driver,
        api: &api,
    };
    place::place(types, &graph, sources, &place::Options::default()).map(drop)
}

#[test]
fn sources_with_changes() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let copy = copy(directory.path());
    let files: Vec<(PathBuf, String)> = crate::common::files(&directory.path().join("src"))
        .into_iter()
        .collect();
    let mut config = config();
    // A case takes as long as an analysis.
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 96;
    }
    let mut runner = TestRunner::new(config);
    let strategy = (0..files.len(), edits());
    // As the command does: what is let through may be deep.
    let worker = std::thread::Builder::new().stack_size(1 << 30);
    let work = move || {
        runner.run(&strategy, |(file, edits)| {
            let (path, text) = &files[file];
            let path = copy.package.directory.join("src").join(path);
            fs::write(&path, changed(text, &edits)).expect("written");
            let mut sources = Sources::default();
            if let Err(refusal) = stages(&copy, &mut sources) {
                assert!(!diagnostics::human(&refusal.0, &sources, false).is_empty());
                diagnostics::json(&refusal.0, &sources);
            }
            fs::write(&path, text).expect("written");
            Ok(())
        })
    };
    let outcome = worker.spawn(work).expect("a thread").join();
    outcome.expect("no panic").expect("no failure");
}

#[test]
fn manifests_that_are_garbage() {
    for manifest in [
        &b""[..],
        b"\xff\xfe",
        b"[package]",
        b"[package]\nname = 3",
        b"[package]\nname = \"a\"\nversion = \"0.1.0\"\n[dependencies]\nmicrodriver = { path = \"nowhere\" }\n[workspace]\n",
        b"[[[[[[[[[[",
    ] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::write(directory.path().join("Cargo.toml"), manifest).expect("written");
        fs::create_dir(directory.path().join("src")).expect("created");
        fs::write(directory.path().join("src/lib.rs"), "").expect("written");
        let run = crate::common::run(&["analyze", &directory.path().to_string_lossy()]);
        let message = crate::common::stderr(&run);
        assert_eq!(run.status.code(), Some(1), "{message}");
        assert_eq!(message.matches("help: ").count(), 1, "{message}");
    }
}

/// The command is given its input by a person: it has a stack that is large enough for what is let
/// through, and what is not let through has a message.
#[test]
fn syntax_as_deep_as_it_may_be_and_deeper() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    copy(directory.path());
    let file = directory.path().join("src/chip.rs");
    let text = fs::read_to_string(&file).expect("readable");
    let analyze = |body: &str| {
        fs::write(
            &file,
            format!("{text}\npub(crate) fn deep(x: u32) -> u32 {{ {body} }}\n"),
        )
        .expect("written");
        let run = crate::common::run(&["analyze", &directory.path().to_string_lossy()]);
        (run.status.code(), crate::common::stderr(&run))
    };
    for (open, close, count) in [
        ("(", ")", 480),
        ("!", "", 980),
        ("1 + ", "", 480),
        ("if x == 1 { 1 } else ", "", 140),
    ] {
        let close = if open.starts_with("if") {
            "{ 1 }".to_owned()
        } else {
            format!("1{}", close.repeat(count))
        };
        let (code, message) = analyze(&format!("{}{close}", open.repeat(count)));
        assert_eq!(code, Some(0), "{open} {message}");
    }
    for (open, close) in [("(", ")"), ("!", ""), ("1 + ", "")] {
        let (code, message) = analyze(&format!("{}1{}", open.repeat(10_000), close.repeat(10_000)));
        assert_eq!(code, Some(3), "{open} {message}");
        assert!(message.contains("error[MD0065]"), "{message}");
    }
}
