//! `cargo xtask test`: every test, on the host and in virtual machines.
//!
//! `host` runs what cargo knows as tests, `instruments` those that need a tool around them, `corpus` compares the
//! call graphs of published crates, `bench` measures, `warm` times the partitioner, `cases` says what is run in machines,
//! `check` what has to come of it.

mod bench;
mod cases;
mod check;
mod corpus;
mod host;
mod instruments;
mod warm;

use anyhow::Result;
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use crate::results::{Results, Verdict};
use crate::{Context, setup};

/// Which tests to run.
#[derive(Debug, Args)]
#[command(after_help = "\
Tests in machines are named <what>/<kernel>/<driver>; those of the host are named host.

Examples:
  cargo xtask test --yes            all
  cargo xtask test kill/6.12        one
  cargo xtask test host             only those of the host
  cargo xtask test loom             the host backend's threads, in every order
  cargo xtask test memcheck         both halves on the host backend, under valgrind
  cargo xtask test report           the partitioner's report, in a browser
  cargo xtask test corpus           the call graph of published crates, against what the compiler sees
  cargo xtask test bench            the bench, against tests/bench/baseline.json
  cargo xtask test analyze.warm     how long the partitioner takes after a save
  cargo xtask test --list           only their names")]
pub(crate) struct Options {
    /// Only tests whose name has these words, in this order: kill, or kill/6.12
    filter: Option<String>,
    /// Print the names and stop
    #[arg(long)]
    list: bool,
}

/// What became of a test.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Outcome {
    name: String,
    what: String,
    /// Why it failed; nothing if it passed.
    failure: Option<String>,
    seconds: f64,
}

/// Runs the tests; tells whether all passed.
pub(crate) fn run(context: &Context, options: &Options) -> Result<bool> {
    let wanted = |name: &str| options.filter.as_ref().is_none_or(|f| has_words(name, f));
    let cases: Vec<cases::Case> = cases::all()
        .into_iter()
        .filter(|c| wanted(&c.name()))
        .collect();
    let host = wanted(host::NAME);
    let corpus = wanted(corpus::NAME);
    let bench = wanted(bench::NAME);
    let warm = wanted(warm::NAME);
    let instruments = instruments::Instrument::ALL.into_iter();
    let instruments: Vec<_> = instruments.filter(|i| wanted(i.name())).collect();
    if options.list {
        for name in host
            .then(|| host::NAME.to_owned())
            .into_iter()
            .chain(instruments.iter().map(|i| i.name().to_owned()))
            .chain(corpus.then(|| corpus::NAME.to_owned()))
            .chain(bench.then(|| bench::NAME.to_owned()))
            .chain(warm.then(|| warm::NAME.to_owned()))
            .chain(cases.iter().map(cases::Case::name))
        {
            println!("{name}");
        }
        return Ok(true);
    }
    if !host && !corpus && !bench && !warm && instruments.is_empty() && cases.is_empty() {
        return Err(rig::problem(
            "no test has such a name",
            "cargo xtask test --list prints all",
        ));
    }
    setup::packages(context)?;
    let mut outcomes = Vec::new();
    if host {
        outcomes.extend(host::run(context)?);
    }
    for instrument in instruments {
        outcomes.push(instruments::run(context, instrument)?);
    }
    if corpus {
        outcomes.extend(corpus::run(context)?);
    }
    if bench {
        outcomes.push(bench::run(context)?);
    }
    let timed = warm.then(|| warm::run(context)).transpose()?;
    outcomes.extend(cases::run(context, &cases)?);

    let mut verdicts: Vec<Verdict> = outcomes
        .iter()
        .map(|outcome| Verdict {
            id: outcome.name.clone(),
            what: outcome.what.clone(),
            value: json!(if outcome.failure.is_none() {
                "passed"
            } else {
                "failed"
            }),
            limit: json!("passed"),
            ok: outcome.failure.is_none(),
            missing: false,
        })
        .collect();
    if let Some((outcome, verdict)) = timed {
        outcomes.push(outcome);
        verdicts.push(verdict);
    }
    let mut data = Map::new();
    data.insert("tests".to_owned(), json!(outcomes));
    let (results, path) = Results::new("test", verdicts, data).write(context)?;
    summary(&results)?;
    eprintln!("report: {}", context.layout.shown(&path));
    eprintln!("logs:   {}", context.layout.shown(&context.layout.logs()));
    let passed = results.verdicts.iter().filter(|verdict| verdict.ok).count();
    println!(
        "{passed} passed, {} failed",
        results.verdicts.len() - passed
    );
    Ok(results.none_fails())
}

/// Are the words of `filter` among those of `name`, side by side?
fn has_words(name: &str, filter: &str) -> bool {
    format!("/{name}/").contains(&format!("/{}/", filter.trim_matches('/')))
}

fn summary(results: &Results) -> Result<()> {
    let outcomes: Vec<Outcome> = serde_json::from_value(results.data["tests"].clone())?;
    println!();
    for outcome in &outcomes {
        let mark = if outcome.failure.is_none() {
            "ok"
        } else {
            "FAIL"
        };
        // Those of the host are many, and all quick.
        if outcome.failure.is_some() || outcome.seconds > 0.0 {
            println!("{mark:>4}  {} ({:.1} s)", outcome.name, outcome.seconds);
        }
        if let Some(failure) = &outcome.failure {
            for line in failure.lines() {
                println!("      {line}");
            }
        }
    }
    println!();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        assert!(has_words("kill/6.12/split", "kill"));
        assert!(has_words("kill/6.12/split", "6.12/split"));
        assert!(!has_words("kill/6.12/split", "6.1"));
        assert!(!has_words("hostile/6.1/split", "host"));
    }
}
