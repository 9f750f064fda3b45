//! `cargo xtask corpus`: the call graph of crates that nobody here wrote, against what the compiler sees.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use partitioner::callgraph::{self, Edge, Features, Why};
use partitioner::oracle::{self, compare::Rules, compile::Request};
use partitioner::source::Sources;
use rig::process::Task;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Context;
use crate::results::{Results, Verdict};

/// Crates whose paths are given, instead of those of `tests/corpus`
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Directories of other crates to compare instead
    crates: Vec<PathBuf>,
    /// Features of these crates to turn on
    #[arg(long, value_delimiter = ',', requires = "crates")]
    features: Vec<String>,
    /// Turn the default features of these crates off
    #[arg(long, requires = "crates")]
    no_default_features: bool,
}

/// A crate to compare.
pub(crate) struct Subject {
    name: String,
    version: String,
    directory: PathBuf,
    manifest: Option<PathBuf>,
    features: Vec<String>,
    default: bool,
}

/// A row of the table.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    name: String,
    version: String,
    functions: usize,
    edges: usize,
    seen: usize,
    missing: usize,
    unmatched: usize,
    recall: f64,
    precision: f64,
    unknown_receivers: usize,
    milliseconds: u128,
}

impl Subject {
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Row {
    /// What the graph has not; nothing if it is complete.
    pub(crate) fn failure(&self) -> Option<String> {
        (self.missing + self.unmatched > 0).then(|| {
            let (missing, unmatched) = (self.missing, self.unmatched);
            format!("{missing} calls are missing, {unmatched} are not understood")
        })
    }
}

/// Runs the comparison; tells whether no edge is missing in any crate.
pub(crate) fn run(context: &Context, options: &Options) -> Result<bool> {
    let subjects = match options.crates.is_empty() {
        true => published(context)?,
        false => given(options),
    };
    let mut rows = Vec::new();
    let mut verdicts = Vec::new();
    for subject in &subjects {
        rig::cancel::check()?;
        let row = compare(context, subject)?;
        verdicts.push(Verdict::at_least(
            &format!("recall.{}", row.name),
            "calls that the compiler sees and the graph has",
            Some(match row.failure() {
                None => row.recall,
                // What is not understood may be anything.
                Some(_) => row.recall.min(1.0 - f64::EPSILON),
            }),
            1.0,
        ));
        rows.push(row);
    }
    let data = [("crates".to_owned(), json!(rows))].into_iter().collect();
    let (results, path) = Results::new("corpus", verdicts, data).write(context)?;
    print(&results.data["crates"])?;
    results.print_verdicts();
    eprintln!("report: {}", context.layout.shown(&path));
    Ok(results.none_fails())
}

fn given(options: &Options) -> Vec<Subject> {
    let named = |directory: &PathBuf| Subject {
        name: directory
            .file_name()
            .map_or("crate".into(), |name| name.to_string_lossy().into_owned()),
        version: String::new(),
        directory: directory.clone(),
        manifest: None,
        features: options.features.clone(),
        default: !options.no_default_features,
    };
    options.crates.iter().map(named).collect()
}

/// The dependencies of `tests/corpus`, where cargo unpacked them.
pub(crate) fn published(context: &Context) -> Result<Vec<Subject>> {
    let manifest = context.layout.root().join("tests/corpus/Cargo.toml");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut task = Task::new(cargo, "find the crates of the corpus")
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--manifest-path",
        ])
        .arg(&manifest)
        .deadline(Duration::from_secs(300));
    if context.offline {
        task = task.args(["--offline"]);
    }
    let metadata: Value = serde_json::from_str(&task.run()?.stdout)?;
    let packages = metadata["packages"].as_array().context("no packages")?;
    let nodes = metadata["resolve"]["nodes"]
        .as_array()
        .context("no graph")?;
    let root = packages
        .iter()
        .find(|package| package["name"] == "corpus")
        .context("the corpus names itself otherwise")?;
    let mut subjects = Vec::new();
    for wanted in root["dependencies"].as_array().into_iter().flatten() {
        let package = packages
            .iter()
            .find(|package| package["name"] == wanted["name"])
            .with_context(|| format!("{} was not resolved", wanted["name"]))?;
        let node = nodes.iter().find(|node| node["id"] == package["id"]);
        let features = node.and_then(|node| node["features"].as_array());
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let directory = Path::new(&text(&package["manifest_path"]))
            .parent()
            .map(Path::to_owned)
            .unwrap_or_default();
        subjects.push(Subject {
            name: text(&package["name"]),
            version: text(&package["version"]),
            directory,
            manifest: Some(manifest.clone()),
            features: features.into_iter().flatten().map(text).collect(),
            default: false,
        });
    }
    Ok(subjects)
}

/// Compares one crate.
pub(crate) fn compare(context: &Context, subject: &Subject) -> Result<Row> {
    let step = context.progress.step(format!("compare {}", subject.name));
    let row = row(context, subject).with_context(|| format!("compare {}", subject.name))?;
    step.done(&format!("recall {:.2} %", row.recall * 100.0));
    Ok(row)
}

fn row(context: &Context, subject: &Subject) -> Result<Row> {
    let mut sources = Sources::default();
    let features = Features {
        wanted: subject.features.clone(),
        default: subject.default,
    };
    let start = Instant::now();
    let graph = match callgraph::build(&subject.directory, &features, &mut sources) {
        Ok(graph) => graph,
        Err(refusal) => bail!(
            "{}",
            partitioner::diagnostics::human(&refusal.0, &sources, false)
        ),
    };
    let milliseconds = start.elapsed().as_millis();
    let witness = oracle::ask(&Request {
        directory: subject.directory.clone(),
        manifest: subject.manifest.clone(),
        features: subject.features.clone(),
        no_default_features: !subject.default,
        target_dir: Some(context.layout.target("corpus")),
    })?;
    let rules = Rules {
        has_derived: true,
        has_recursion: true,
    };
    let found = oracle::compare(&graph, &sources, &witness, rules)?;
    let all = graph.edges();
    let unknown = |edge: &&Edge| edge.why == Why::UnknownReceiver;
    let unknown_receivers = graph
        .iter()
        .map(|(id, _)| graph.callees(id).values().filter(unknown).count())
        .sum();
    let seen: usize = found.precision.values().map(|part| part.seen).sum();
    Ok(Row {
        name: subject.name.clone(),
        version: subject.version.clone(),
        functions: graph.nodes.len(),
        edges: all,
        seen: found.seen + found.callbacks,
        missing: found.missing.len(),
        unmatched: found.unmatched.len(),
        recall: found.recall(),
        precision: seen as f64 / all.max(1) as f64,
        unknown_receivers,
        milliseconds,
    })
}

fn print(rows: &Value) -> Result<()> {
    let rows: Vec<Row> = serde_json::from_value(rows.clone())?;
    println!(
        "{:<18} {:<8} {:>9} {:>8} {:>8} {:>8} {:>14} {:>9} {:>9}  unknown receivers",
        "crate",
        "version",
        "functions",
        "edges",
        "seen",
        "missing",
        "not understood",
        "recall",
        "precision"
    );
    for row in rows {
        println!(
            "{:<18} {:<8} {:>9} {:>8} {:>8} {:>8} {:>14} {:>7.2} % {:>7.2} %  {}",
            row.name,
            row.version,
            row.functions,
            row.edges,
            row.seen,
            row.missing,
            row.unmatched,
            row.recall * 100.0,
            row.precision * 100.0,
            row.unknown_receivers
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_not_understood_is_a_failure() {
        let row = |missing, unmatched| Row {
            name: "a".to_owned(),
            version: "1.0.0".to_owned(),
            functions: 2,
            edges: 1,
            seen: 1,
            missing,
            unmatched,
            recall: 1.0,
            precision: 1.0,
            unknown_receivers: 0,
            milliseconds: 0,
        };
        assert_eq!(row(0, 0).failure(), None);
        assert!(row(1, 0).failure().is_some() && row(0, 1).failure().is_some());
    }
}
