//! An instrumented kernel half is the ordinary one with a line more in each function.

use std::path::Path;

use partitioner::analysis::{self, Analysis, Mode};
use partitioner::emit::{self, Files};
use partitioner::source::Sources;

const CALL: &str = "let _profile = microdriver::profile::enter(crate::split::profile(), ";

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

/// The number of the function that a line counts.
fn number(line: &str) -> Option<usize> {
    let rest = line.trim().strip_prefix(CALL)?;
    Some(rest.strip_suffix(");")?.parse().expect("a number"))
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
            let mut counted = Vec::new();
            for (path, text) in &counting {
                let ends = |end: &str| path.ends_with(end);
                // Provenance tells where emitted lines come from, and there are more of them.
                if ends("kernel/src/split.rs")
                    || ends("kernel/Cargo.toml")
                    || ends("provenance.jsonl")
                {
                    continue;
                }
                counted.extend(text.lines().filter_map(number));
                let state = "    const PROFILE: Option<fn() -> &'static microdriver::profile::ProfileTable> =\n        \
                             Some(crate::split::profile);\n";
                let without: String = text
                    .replace(state, "")
                    .split_inclusive('\n')
                    .filter(|line| number(line).is_none())
                    .collect();
                assert!(without == plain[path], "{driver}: {}", path.display());
            }
            counted.sort_unstable();
            let half = &analysis.halves.kernel;
            let functions = half.functions.iter().chain(&half.stubs);
            let mut expected: Vec<usize> = functions
                .filter(|id| analysis.driver.function(**id).signature.constness.is_none())
                .map(|id| id.0)
                .collect();
            expected.sort_unstable();
            assert_eq!(counted, expected, "{driver}");
        }
    }
}

#[test]
fn the_tables_have_the_functions_by_their_numbers() {
    let (analysis, plain, counting) = emitted("tests/fixtures/small", Mode::Unsplit);
    let table = &counting[Path::new("kernel/src/split.rs")];
    let names = table.split("const NAMES").nth(1).expect("there are names");
    let names: Vec<&str> = names.split('"').skip(1).step_by(2).collect();
    for (id, function) in analysis.driver.iter() {
        assert_eq!(names[id.0], function.name);
    }
    assert!(table.contains(&format!("\"{}\"", analysis.plan.source)));
    assert!(!plain[Path::new("kernel/src/split.rs")].contains("profile"));
    let manifest = &counting[Path::new("kernel/Cargo.toml")];
    assert!(manifest.contains("features = [\"instrument\"]"));
}
