//! Every diagnostic is explained with an example, and was seen once: its output is a golden file.

use partitioner::command::USAGE;
use partitioner::diagnostics;

fn stdout(arguments: &[&str]) -> String {
    let run = crate::common::run(arguments);
    assert!(run.status.success(), "{}", crate::common::stderr(&run));
    String::from_utf8(run.stdout).expect("output is UTF-8")
}

/// The lines under a heading.
fn under<'a>(text: &'a str, heading: &str) -> Vec<&'a str> {
    let lines = text.lines().skip_while(|line| *line != heading).skip(1);
    lines.take_while(|line| line.starts_with("    ")).collect()
}

#[test]
fn every_id_has_an_example_of_wrong_and_right() {
    for found in diagnostics::all() {
        let id = found.id;
        let (wrong, right) = (under(found.text, "Wrong:"), under(found.text, "Right:"));
        assert!(
            !wrong.is_empty() && !right.is_empty(),
            "{id} has no example: end its text in `diagnostics/catalogue/` with the lines `Wrong:` and \
             `Right:`, under each a few lines of source (or of a shell), indented by four spaces"
        );
        assert_ne!(
            wrong, right,
            "{id}: what is wrong in its example is what is right"
        );
        assert!(
            found.title.starts_with(|first: char| !first.is_uppercase()),
            "{id}: the first line of its text is a lowercase fragment"
        );
        let too_long = found.text.lines().find(|line| line.chars().count() > 130);
        assert_eq!(
            too_long, None,
            "{id}: a line of its text is longer than 130 characters"
        );
    }
}

#[test]
fn every_id_was_seen() {
    let golden = crate::common::files(&crate::common::root().join("tests/golden"));
    for found in diagnostics::all() {
        let id = found.id;
        let level = if found.warning { "warning" } else { "error" };
        let drawn = format!("{level}[{id}]");
        let seen = golden.values().any(|text| text.contains(&drawn));
        assert!(
            seen,
            "no golden file has `{drawn}`: add a case for {id} to `tests/it/errors` (CASES break the small \
             driver, RUNS are for arguments) or `tests/it/rare.rs`, then run `UPDATE_GOLDEN=1 cargo test -p partitioner` and read \
             what is new in `tests/golden/errors`"
        );
    }
}

#[test]
fn ids_are_explained_and_listed() {
    let list = stdout(&["--explain"]);
    assert_eq!(list, stdout(&["explain"]));
    let all: serde_json::Value =
        serde_json::from_str(&stdout(&["explain", "--format", "json"])).expect("JSON");
    let all = all["diagnostics"].as_array().expect("a list");
    assert_eq!(all.len(), diagnostics::all().count());
    for (found, line) in diagnostics::all().zip(list.lines()) {
        assert!(
            line.starts_with(found.id) && line.ends_with(found.title),
            "{line}"
        );
        let text = stdout(&["--explain", found.id]);
        assert!(
            text.starts_with(&format!("{}: {}", found.id, found.title)),
            "{text}"
        );
        assert_eq!(text, stdout(&["explain", &found.id.to_lowercase()]));
    }
    for unknown in [&["--explain", "MD9999"][..], &["explain", "nonsense"], &[]] {
        let run = crate::common::run(unknown);
        assert_eq!(run.status.code(), Some(i32::from(USAGE)), "{unknown:?}");
    }
}

/// `--color` wins over `CARGO_TERM_COLOR`, that over `NO_COLOR` and the terminal, which there is none of here.
#[test]
fn colours_follow_the_rules_of_cargo() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let driver = directory.path().to_string_lossy();
    let is_coloured = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pcnet-partition"));
        command.args(["analyze", &driver]).args(arguments);
        command
            .env_remove("CARGO_TERM_COLOR")
            .env_remove("NO_COLOR");
        let run = command
            .envs(environment.iter().copied())
            .output()
            .expect("the command runs");
        let message = crate::common::stderr(&run);
        assert!(
            message.contains("MD0001") || message.contains("possible values"),
            "{message}"
        );
        message.contains("\u{1b}[")
    };
    assert!(!is_coloured(&[], &[]));
    assert!(is_coloured(&["--color", "always"], &[]));
    assert!(is_coloured(
        &["--color", "always"],
        &[("NO_COLOR", "1"), ("CARGO_TERM_COLOR", "never")]
    ));
    assert!(is_coloured(
        &[],
        &[("CARGO_TERM_COLOR", "always"), ("NO_COLOR", "1")]
    ));
    assert!(!is_coloured(
        &["--color", "never"],
        &[("CARGO_TERM_COLOR", "always")]
    ));
    assert!(!is_coloured(
        &["--color", "auto"],
        &[("CARGO_TERM_COLOR", "always")]
    ));
}

/// What people read before anything else is reviewed like code; so are the man page and completions.
#[test]
fn help_is_as_reviewed() {
    let mut made = std::collections::BTreeMap::new();
    made.insert("help.txt".into(), stdout(&["--help"]));
    let commands = [
        "analyze",
        "why",
        "graph",
        "report",
        "split",
        "merge",
        "verify",
        "profile",
        "repartition",
        "build",
        "explain",
    ];
    for command in commands {
        made.insert(
            format!("help-{command}.txt").into(),
            stdout(&[command, "--help"]),
        );
    }
    for (what, file) in [
        ("man", "pcnet-partition.1"),
        ("bash", "pcnet-partition.bash"),
        ("fish", "pcnet-partition.fish"),
        ("zsh", "_pcnet-partition"),
    ] {
        made.insert(file.into(), stdout(&["generate", what]));
    }
    crate::common::golden("command", &made);
    let help = &made[std::path::Path::new("help.txt")];
    let subcommands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    for line in subcommands.take_while(|line| !line.is_empty()) {
        let name = line.split_whitespace().next().unwrap_or_default();
        assert!(
            name == "help" || commands.contains(&name),
            "`{name}` is not among the commands whose help is reviewed: add it to `tests/it/explanations.rs`"
        );
    }
}
