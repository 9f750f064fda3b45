//! `cargo xtask coverage`: the lines of the driver that the tests on the host run.
//!
//! `tools` finds what reads the compiler's counts, `lines` adds them up, `provenance` leads from the
//! emitted crates back to the driver's source, `functions` to its functions, `reasons` explains what is left.

mod functions;
mod lines;
mod provenance;
mod reasons;
mod tools;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use rig::process::Task;
use serde_json::{Map, json};

use self::lines::Coverage;
use self::tools::Tools;
use crate::Context;
use crate::results::{Results, Verdict};

/// The driver, in the workspace.
const DRIVER: &str = "drivers/pcnet32";
/// The share of its lines that tests on the host have to run.
const LIMIT: f64 = 0.95;

/// What to measure.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  cargo xtask coverage --yes

The results are in target/results/coverage.json. Lines that are not run are explained in docs/coverage.md.")]
pub(crate) struct Options {
    /// Only tests whose name contains this; the limit is likely to be missed then
    filter: Option<String>,
}

/// Does everything; tells whether all verdicts hold.
pub(crate) fn run(context: &Context, options: &Options) -> Result<bool> {
    let tools = Tools::get(context)?;
    let dir = context.layout.target("coverage");
    let raw = dir.join("counts");
    if raw.exists() {
        std::fs::remove_dir_all(&raw)?;
    }
    std::fs::create_dir_all(&raw)?;
    run_tests(context, options, &dir, &raw)?;
    let trace = context
        .progress
        .run("read the counts", || trace(&tools, &dir, &raw))?;

    let root = context.layout.root();
    let mut coverage = Coverage::default();
    coverage.add_trace(&trace, root, Path::new(DRIVER))?;
    let sources = Sources::read(root, &coverage)?;
    coverage.retain(|file, line| sources.is_driver_code(file, line));
    report(context, &coverage, &sources)
}

/// The tests of the driver on the host backend, with halves that count their lines.
fn run_tests(context: &Context, options: &Options, dir: &Path, raw: &Path) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut task = Task::new(cargo, "run the tests of the host")
        .args(["test", "--package", "host-rig"])
        .env("HOST_RIG_COVERAGE", "1")
        .env("RUNTIME_HOST_KEEP", "1")
        .env("CARGO_TARGET_DIR", dir)
        // One file for each program, to which all its processes add.
        .env("LLVM_PROFILE_FILE", raw.join("%8m.profraw"))
        .dir(context.layout.root())
        .deadline(Duration::from_secs(2400))
        .log(context.layout.logs().join("coverage.log"));
    if let Some(filter) = &options.filter {
        task = task.arg(filter);
    }
    context
        .progress
        .run("build and run the tests, counting lines", || task.run())
        .map(drop)
}

/// The counts of all halves, as an LCOV trace.
fn trace(tools: &Tools, dir: &Path, raw: &Path) -> Result<String> {
    let merged = dir.join("merged.profdata");
    Task::new(&tools.profdata, "merge the counts")
        .args(["merge", "--sparse", "--output"])
        .arg(&merged)
        .arg(raw)
        .run()?;
    let mut objects = Vec::new();
    find_objects(&dir.join("host"), &mut objects)?;
    ensure!(!objects.is_empty(), "the build left no halves");
    let mut text = String::new();
    for object in objects {
        let exported = Task::new(&tools.cov, "read the counts of a half")
            .args(["export", "--format=lcov", "--instr-profile"])
            .arg(&merged)
            .arg(&object)
            .run()?;
        text.push_str(&exported.stdout);
    }
    Ok(text)
}

/// The halves: each variant has a folder with its programs and libraries.
fn find_objects(dir: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for variant in entries(dir)?.into_iter().filter(|path| path.is_dir()) {
        for path in entries(&variant)? {
            if path.is_file() && is_elf(&path)? {
                found.push(path);
            }
        }
    }
    Ok(())
}

fn entries(dir: &Path) -> Result<Vec<PathBuf>> {
    std::fs::read_dir(dir)
        .and_then(|entries| {
            entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect()
        })
        .with_context(|| format!("read {}", dir.display()))
}

/// Is it a program or a shared library?
fn is_elf(path: &Path) -> Result<bool> {
    use std::io::Read as _;
    let mut head = [0; 18];
    let mut file = std::fs::File::open(path)?;
    if file.read(&mut head)? < head.len() {
        return Ok(false);
    }
    // ET_EXEC or ET_DYN.
    Ok(head.starts_with(b"\x7fELF") && matches!(head[16], 2 | 3))
}

/// The driver's source files.
struct Sources(Vec<(String, Vec<String>)>);

impl Sources {
    fn read(root: &Path, coverage: &Coverage) -> Result<Self> {
        let read = |file: &String| -> Result<_> {
            let text =
                std::fs::read_to_string(root.join(file)).with_context(|| format!("read {file}"))?;
            Ok((file.clone(), text.lines().map(str::to_owned).collect()))
        };
        coverage
            .files
            .keys()
            .map(read)
            .collect::<Result<_>>()
            .map(Self)
    }

    fn lines(&self, file: &str) -> &[String] {
        let found = self.0.iter().find(|(name, _)| name == file);
        found.map_or(&[], |(_, lines)| lines)
    }

    /// Unit tests, at the end of a file, are not what is to be covered.
    fn is_driver_code(&self, file: &str, line: usize) -> bool {
        let tests = self.lines(file).iter().position(|l| l == "#[cfg(test)]");
        tests.is_none_or(|tests| line <= tests)
    }

    fn code(&self, file: &str, line: usize) -> &str {
        line.checked_sub(1)
            .and_then(|index| self.lines(file).get(index))
            .map_or("", |code| code.trim())
    }
}

fn report(context: &Context, coverage: &Coverage, sources: &Sources) -> Result<bool> {
    let reasons = reasons::read(context.layout.root())?;
    let (all, run) = coverage.totals();
    let mut uncovered = Vec::new();
    let mut unexplained = 0;
    for (file, lines) in &coverage.files {
        for line in lines
            .iter()
            .filter(|(_, count)| **count == 0)
            .map(|(line, _)| *line)
        {
            let code = sources.code(file, line);
            let function = functions::around(sources.lines(file), line);
            let reason = reasons::find(&reasons, file, function, code);
            unexplained += u64::from(reason.is_none());
            uncovered.push(json!({
                "file": file, "line": line, "function": function, "code": code, "reason": reason
            }));
        }
    }
    let files: Vec<_> = coverage
        .files
        .iter()
        .map(|(file, lines)| {
            let run = lines.values().filter(|count| **count > 0).count();
            json!({ "file": file, "lines": lines.len(), "run": run })
        })
        .collect();
    let share = (all > 0).then(|| run as f64 / all as f64);
    let verdicts = vec![
        Verdict::at_least(
            "coverage.lines",
            "share of the driver's lines that tests on the host run",
            share,
            LIMIT,
        ),
        Verdict::at_most(
            "coverage.unexplained",
            "lines that they do not run and docs/coverage.md does not explain",
            Some(unexplained),
            0,
        ),
    ];
    let mut data = Map::new();
    data.insert("files".to_owned(), json!(files));
    data.insert("uncovered".to_owned(), json!(uncovered));
    let (results, path) = Results::new("coverage", verdicts, data).write(context)?;
    print(&results);
    println!("report  {}", context.layout.shown(&path));
    Ok(results.none_fails())
}

fn print(results: &Results) {
    let list = |key: &str| results.data.get(key).and_then(|v| v.as_array()).cloned();
    println!("{:40} {:>6} {:>6}", "file", "lines", "run");
    for row in list("files").unwrap_or_default() {
        let file = row["file"].as_str().unwrap_or_default();
        println!("{file:40} {:>6} {:>6}", row["lines"], row["run"]);
    }
    println!();
    for row in list("uncovered").unwrap_or_default() {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let reason = row["reason"].as_str().unwrap_or("NOT EXPLAINED");
        println!(
            "{}:{}: {}: {}  # {reason}",
            text("file"),
            row["line"],
            text("function"),
            text("code")
        );
    }
    println!();
    results.print_verdicts();
    println!();
}
