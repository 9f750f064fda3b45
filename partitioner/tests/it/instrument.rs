//! Instrumented halves are the ordinary ones with a line more in each function.

use std::collections::BTreeSet;
use std::path::Path;

use partitioner::analysis::{self, Analysis, Mode};
use partitioner::driver::FunctionId;
use partitioner::emit::{self, Files, Watch};
use partitioner::source::Sources;

const ENTER: &str = "let _profile = microdriver::profile::enter(crate::split::profile(), ";
const LEAVE: &str = "let _profile = microdriver::profile::leave(crate::split::profile(), ";

fn emitted(driver: &str, mode: Mode) -> (Analysis, Files, Files) {
    let mut sources = Sources::default();
    let analysis = analysis::analyse(&crate::common::root().join(driver), mode, &mut sources)
        .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    let out = Path::new("/nowhere");
    let plain = emit::emit(&analysis, &sources, out);
    let counting = emit::emit_instrumented(&analysis, &sources, out)
        .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    (analysis, plain, counting)
}

/// The number of the function that a line counts, after such a start.
fn number(line: &str, start: &str) -> Option<usize> {
    let rest = line.trim().strip_prefix(start)?;
    Some(rest.strip_suffix(");")?.parse().expect("a number"))
}

/// The numbers that the lines of one half count.
fn numbers(files: &Files, half: &str, start: &str) -> Vec<usize> {
    let files = files.iter().filter(|(path, _)| path.starts_with(half));
    let lines = files.flat_map(|(_, text)| text.lines());
    let mut numbers: Vec<usize> = lines.filter_map(|line| number(line, start)).collect();
    numbers.sort_unstable();
    numbers
}

#[test]
fn nothing_but_a_line_in_each_function_is_added() {
    for driver in [
        "tests/fixtures/small",
        "tests/fixtures/corners",
        "drivers/pcnet32",
    ] {
        for mode in [Mode::Split, Mode::Unsplit] {
            let (analysis, plain, counting) = emitted(driver, mode);
            assert!(plain.keys().eq(counting.keys()));
            for (path, text) in &counting {
                let ends = |end: &str| path.ends_with(end);
                // Provenance tells where emitted lines come from, and there are more of them.
                if ends("src/split.rs") || ends("Cargo.toml") || ends("provenance.jsonl") {
                    continue;
                }
                let state = "    const PROFILE: Option<fn() -> &'static microdriver::profile::ProfileTable> =\n        \
                             Some(crate::split::profile);\n";
                let without: String = text
                    .replace(state, "")
                    .split_inclusive('\n')
                    .filter(|line| number(line, ENTER).is_none() && number(line, LEAVE).is_none())
                    .collect();
                assert!(without == plain[path], "{driver}: {}", path.display());
            }
            let ids = |list: &BTreeSet<FunctionId>| {
                let counted = |id: &&FunctionId| {
                    let function = analysis.driver.function(**id);
                    function.signature.constness.is_none()
                };
                let mut ids: Vec<usize> = list.iter().filter(counted).map(|id| id.0).collect();
                ids.sort_unstable();
                ids
            };
            let (kernel, user) = (&analysis.halves.kernel, &analysis.halves.user);
            // The kernel half counts all calls that cross, and the user half who made those into the kernel.
            let all: BTreeSet<FunctionId> =
                kernel.functions.union(&kernel.stubs).copied().collect();
            assert_eq!(numbers(&counting, "kernel", ENTER), ids(&all), "{driver}");
            assert_eq!(numbers(&counting, "kernel", LEAVE), [0; 0], "{driver}");
            if mode == Mode::Split {
                assert_eq!(
                    numbers(&counting, "user", ENTER),
                    ids(&user.functions),
                    "{driver}"
                );
                assert_eq!(
                    numbers(&counting, "user", LEAVE),
                    ids(&user.stubs),
                    "{driver}"
                );
            }
        }
    }
}

#[test]
fn the_tables_have_the_functions_by_their_numbers() {
    let (analysis, plain, counting) = emitted("tests/fixtures/small", Mode::Split);
    for half in ["kernel", "user"] {
        let split = Path::new(half).join("src/split.rs");
        let table = &counting[&split];
        let names = table.split("const NAMES").nth(1).expect("there are names");
        let names: Vec<&str> = names.split('"').skip(1).step_by(2).collect();
        for (id, function) in analysis.driver.iter() {
            assert_eq!(names[id.0], function.name);
        }
        assert!(table.contains(&format!("\"{}\"", analysis.plan.source)));
        assert!(!plain[&split].contains("profile"));
        let manifest = &counting[&Path::new(half).join("Cargo.toml")];
        assert!(manifest.contains("features = [\"instrument\"]"));
    }
}

/// What the kernel's tracers see is the ordinary kernel half, and none of its functions is inlined.
#[test]
fn traceable_functions_are_never_inlined_and_otherwise_the_same() {
    const NEVER: &str = "#[inline(never)]";
    let is_inline = |line: &str| line.trim().starts_with("#[inline");
    for driver in ["tests/fixtures/small", "drivers/pcnet32"] {
        for mode in [Mode::Split, Mode::Unsplit] {
            let mut sources = Sources::default();
            let root = crate::common::root().join(driver);
            let analysis = analysis::analyse(&root, mode, &mut sources)
                .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
            let out = Path::new("/nowhere");
            let plain = emit::emit(&analysis, &sources, out);
            let watch = Watch {
                trace: true,
                ..Watch::default()
            };
            let traceable = emit::emit_watched(&analysis, &sources, out, watch)
                .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
            assert!(plain.keys().eq(traceable.keys()));
            let mut never = 0;
            for (path, text) in &traceable {
                if path.ends_with("provenance.jsonl") {
                    continue;
                }
                if path.ends_with("kernel/Cargo.toml") {
                    let asks = "[package.metadata.microdriver]\ntraceable = true\n";
                    assert!(text.contains(asks) && !plain[path].contains(asks));
                    continue;
                }
                let without = |text: &str| -> String {
                    let lines = text.split_inclusive('\n');
                    lines.filter(|line| !is_inline(line)).collect()
                };
                assert!(
                    without(text) == without(&plain[path]),
                    "{driver}: {}",
                    path.display()
                );
                if path.starts_with("kernel") {
                    never += text.lines().filter(|line| line.trim() == NEVER).count();
                } else {
                    assert!(*text == plain[path], "{driver}: {}", path.display());
                }
            }
            let half = &analysis.halves.kernel;
            let functions = half.functions.iter().chain(&half.stubs);
            let expected = functions
                .filter(|id| analysis.driver.function(**id).signature.constness.is_none())
                .count();
            assert_eq!(never, expected, "{driver}");
        }
    }
}
