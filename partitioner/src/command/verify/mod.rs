//! `verify`: the call graph against what the compiler sees.

mod figures;
mod findings;
mod forget;
mod linked;

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::analysis::{self, Analysis, Mode};
use crate::callgraph::{self, CallGraph, Features};
use crate::command::cli::Format;
use crate::command::{FINDING, SUCCESS, print, refuse};
use crate::diagnostics::{Code, Diagnostic, Outcome, Refusal};
use crate::load;
use crate::oracle::compare::Rules;
use crate::oracle::compile::Request;
use crate::oracle::{self, driver, fields, locks};
use crate::source::Sources;
use figures::{data, table};
use findings::findings;
use forget::forget;
use linked::linked;

/// Arguments of `verify`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  pcnet-partition verify drivers/pcnet32")]
pub struct VerifyArgs {
    /// The directory of the crate.
    #[arg(required_unless_present = "object")]
    pub dir: Option<PathBuf>,
    /// A linked kernel half: does something that may not sleep reach a crossing in it?
    #[arg(long, value_name = "FILE", requires = "plan")]
    pub object: Option<PathBuf>,
    /// The plan of that kernel half.
    #[arg(long, value_name = "FILE", requires = "object")]
    pub plan: Option<PathBuf>,
    /// A manifest through which to compile the crate, if not by its own.
    #[arg(long, value_name = "FILE")]
    pub manifest_path: Option<PathBuf>,
    /// Features to turn on.
    #[arg(long, value_name = "FEATURES", value_delimiter = ',')]
    pub features: Vec<String>,
    /// Turns the default features off.
    #[arg(long)]
    pub no_default_features: bool,
    /// Cargo's target directory [default: `oracle` in the workspace's].
    #[arg(long, value_name = "DIR")]
    pub target_dir: Option<PathBuf>,
    /// Takes an edge (`CALLER->CALLEE`), a function (`FUNCTION`), a field that one touches (`FUNCTION.FIELD`) or
    /// writes (`FUNCTION.FIELD=`), or a lock that it takes (`FUNCTION.FIELD()`) out of the graph before it is compared: does the oracle see it?
    #[arg(long, value_name = "WHAT", hide = true)]
    pub forget: Vec<String>,
    /// Shows where the first calls are whose receiver's type is not known.
    #[arg(long)]
    pub verbose: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

/// A graph with the sources that it was made of, and how it compares.
struct Subject {
    name: &'static str,
    graph: CallGraph,
    sources: Sources,
    rules: Rules,
    analysis: Option<Analysis>,
}

pub(super) fn command(args: &VerifyArgs, styled: bool) -> u8 {
    let mut status = SUCCESS;
    if let (Some(object), Some(plan)) = (&args.object, &args.plan) {
        status = match linked(object, plan, args.format, styled) {
            Ok(status) => status,
            Err(refusal) => refuse(&refusal, &Sources::default(), args.format, styled),
        };
    }
    let (Some(dir), SUCCESS | FINDING) = (&args.dir, status) else {
        return status;
    };
    let mut sources = Sources::default();
    match run(args, dir, &mut sources, styled) {
        Ok(found) => found.max(status),
        Err(refusal) => refuse(&refusal, &sources, args.format, styled),
    }
}

fn run(args: &VerifyArgs, dir: &Path, sources: &mut Sources, styled: bool) -> Outcome<u8> {
    load::package(dir)?;
    let request = Request {
        directory: dir.to_owned(),
        manifest: args.manifest_path.clone(),
        features: args.features.clone(),
        no_default_features: args.no_default_features,
        target_dir: args.target_dir.clone(),
    };
    let witness = oracle::ask(&request).map_err(|error| no_witness(&format!("{error:#}")))?;
    let subjects = subjects(args, dir, &witness.features, sources)?;
    let mut status = SUCCESS;
    let mut all = Vec::new();
    for subject in &subjects {
        let compared = oracle::compare(&subject.graph, &subject.sources, &witness, subject.rules);
        let found = compared.map_err(|error| no_witness(&format!("{error:#}")))?;
        let mut findings = findings(&subject.graph, &found);
        let touched = subject
            .analysis
            .as_ref()
            .map(|analysis| fields::compare(analysis, &subject.graph, &subject.sources, &witness));
        if let Some(touched) = &touched {
            findings.extend(fields::findings(&subject.graph, touched));
        }
        let taken = subject
            .analysis
            .as_ref()
            .map(|analysis| locks::compare(analysis, &subject.graph, &subject.sources, &witness));
        if let Some(taken) = &taken {
            findings.extend(locks::findings(&subject.graph, taken));
        }
        if !findings.is_empty() {
            status = FINDING;
        }
        if args.format == Format::Json {
            let mut data = data(subject, &found, &findings);
            if let Some(touched) = &touched {
                data["fields_seen"] = touched.seen.into();
                data["fields_missing"] = touched.missing.len().into();
                data["writes_seen"] = touched.written.into();
                data["writes_missing"] = touched.unwritten.len().into();
            }
            if let Some(taken) = &taken {
                data["locks_seen"] = taken.seen.into();
                data["locks_missing"] = taken.missing.len().into();
                data["locks_unknown"] = taken.unknown.into();
                data["locks_extra"] = taken.extra.into();
            }
            all.push(data);
            continue;
        }
        let printed = print(&format!(
            "{}\n{}\n",
            subject.name,
            table(
                subject,
                args.verbose,
                &found,
                touched.as_ref(),
                taken.as_ref()
            )
        ));
        if printed != SUCCESS {
            return Ok(printed);
        }
        if !findings.is_empty() {
            refuse(&Refusal(findings), &subject.sources, args.format, styled);
        }
    }
    if args.format == Format::Json {
        let all = json!({ "schema": 1, "compiler": witness.compiler, "graphs": all });
        let printed = print(&format!("{all:#}\n"));
        if printed != SUCCESS {
            return Ok(printed);
        }
    }
    Ok(status)
}

/// The call graph of the crate; and that by which it is split, if it is a driver.
fn subjects(
    args: &VerifyArgs,
    dir: &Path,
    features: &[String],
    sources: &mut Sources,
) -> Outcome<Vec<Subject>> {
    let features = Features {
        wanted: features.to_vec(),
        default: false,
    };
    let graph = callgraph::build(dir, &features, sources)?;
    let package = load::package(dir)?;
    let mut subjects = vec![Subject {
        name: "call graph",
        graph,
        sources: std::mem::take(sources),
        rules: Rules {
            has_derived: true,
            has_recursion: true,
        },
        analysis: None,
    }];
    if package
        .dependencies
        .iter()
        .any(|(name, _)| name == load::API)
    {
        let analysis = analysis::analyse(dir, Mode::Split, sources)?;
        subjects.push(Subject {
            name: "graph of the split",
            graph: driver::graph(&analysis),
            sources: std::mem::take(sources),
            rules: Rules {
                has_derived: false,
                has_recursion: false,
            },
            analysis: Some(analysis),
        });
    }
    for what in &args.forget {
        let mut forgotten = 0;
        for subject in &mut subjects {
            forgotten += usize::from(forget(subject, what).is_some());
        }
        if forgotten == 0 {
            return Err(no_witness(&format!("no graph has `{what}` to forget")));
        }
    }
    Ok(subjects)
}

fn no_witness(text: &str) -> Refusal {
    let mut lines = text.splitn(2, '\n');
    let title = lines.next().unwrap_or_default();
    let help = "see that `cargo build` can build the crate for this machine";
    let mut diagnostic = Diagnostic::new(Code::NoWitness, title, help);
    if let Some(rest) = lines.next() {
        diagnostic = diagnostic.note(rest);
    }
    diagnostic.into()
}
