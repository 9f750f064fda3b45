//! `verify`: the call graph against what the compiler sees.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::cli::Format;
use super::{FINDING, SUCCESS, print, receivers, refuse};
use crate::analysis::{self, Analysis, Mode};
use crate::callgraph::{self, CallGraph, Features, NodeId, Why};
use crate::diagnostics::{self, Code, Diagnostic, Outcome, Refusal};
use crate::input;
use crate::load;
use crate::oracle::compare::{Comparison, Evidence, Missing, Rules, Unmatched};
use crate::oracle::compile::Request;
use crate::oracle::{self, driver, fields, locks};
use crate::source::Sources;

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

/// Looks at a linked kernel half.
fn linked(object: &Path, plan: &Path, format: Format, styled: bool) -> Outcome<u8> {
    let no_witness = |text: &str| {
        let linked = "name the kernel half as it was linked, and the plan.json of its split";
        let is_module = object
            .extension()
            .is_some_and(|extension| extension == "ko");
        let help = if is_module {
            let debug = object.with_extension("debug.o");
            format!(
                "{linked}: a module is stripped, `build` leaves `{}` beside it",
                debug.display()
            )
        } else {
            linked.to_owned()
        };
        Refusal::from(Diagnostic::new(Code::NoWitness, text, help))
    };
    let unreadable = |path: &Path, error: std::io::Error| {
        no_witness(&format!("cannot read {}: {error}", path.display()))
    };
    let text = input::text(plan, input::MOST_JSON).map_err(|error| unreadable(plan, error))?;
    let data =
        input::read(object, oracle::object::LARGEST).map_err(|error| unreadable(object, error))?;
    let reached = oracle::object::against_plan(&data, &text)
        .map_err(|error| no_witness(&format!("{}: {error:#}", object.display())))?;
    if let Some(diagnostic) = oracle::object::finding(&reached) {
        return Ok(refuse(
            &diagnostic.into(),
            &Sources::default(),
            format,
            styled,
        ));
    }
    let printed = match format {
        Format::Human => format!("{reached}\n"),
        Format::Json => {
            let (roots, crossings) = (reached.roots, reached.crossings);
            format!(
                "{:#}\n",
                json!({ "schema": 1, "atomic_roots": roots, "crossings": crossings, "reached": reached.reached })
            )
        }
    };
    Ok(print(&printed))
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

/// Takes something out of the graph, if it is there.
fn forget(subject: &mut Subject, what: &str) -> Option<()> {
    let graph = &mut subject.graph;
    let named = |graph: &CallGraph, name: &str| {
        let found = graph.iter().find(|(_, node)| node.name == name.trim());
        found.map(|(id, _)| id)
    };
    if let Some((caller, callee)) = what.split_once("->") {
        let (caller, callee) = (named(graph, caller)?, named(graph, callee)?);
        return graph.forget(caller, callee).then_some(());
    }
    if let Some((function, field)) = what.split_once('.') {
        let function = named(graph, function)?;
        // The functions of the split's graph are the driver's.
        let facts = &mut subject.analysis.as_mut()?.graph.facts[function.0];
        if let Some(lock) = field.strip_suffix("()") {
            let before = facts.takes.len();
            facts.takes.retain(|taken, _| taken.name != lock);
            return (facts.takes.len() < before).then_some(());
        }
        if let Some(field) = field.strip_suffix('=') {
            let before = facts.writes.len();
            facts
                .writes
                .retain(|place| place.split('.').next() != Some(field));
            return (facts.writes.len() < before).then_some(());
        }
        return facts.fields.remove(field).then_some(());
    }
    // Others refer to it by its number; without a name it is none that the compiler could mean.
    let function = named(graph, what)?;
    graph.nodes[function.0].ident.clear();
    Some(())
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

fn findings(graph: &CallGraph, comparison: &Comparison) -> Vec<Diagnostic> {
    let missing = comparison.missing.iter().map(|found| missing(graph, found));
    let unmatched = comparison
        .unmatched
        .iter()
        .map(|found| unmatched(graph, found));
    missing.chain(unmatched).collect()
}

fn names(graph: &CallGraph, ids: impl IntoIterator<Item = NodeId>) -> String {
    let names: Vec<String> = ids
        .into_iter()
        .map(|id| format!("`{}`", graph.node(id).name))
        .collect();
    names.join(" or ")
}

fn missing(graph: &CallGraph, found: &Missing) -> Diagnostic {
    let caller = graph.node(found.caller);
    let callees = names(graph, found.callees.iter().copied());
    let title = match found.evidence {
        Evidence::Seen => format!(
            "`{}` calls {callees}, and the graph does not know",
            caller.name
        ),
        Evidence::Callback => {
            format!(
                "`{}` may lead to {callees}, and the graph does not know",
                caller.name
            )
        }
    };
    let help = "name the type of the receiver or call by path, and report this";
    let mut diagnostic = Diagnostic::new(Code::MissingEdge, title, help).at(
        found.span.unwrap_or(caller.span),
        format!("in `{}`", caller.name),
    );
    for callee in &found.callees {
        let callee = graph.node(*callee);
        diagnostic = diagnostic.with(callee.span, format!("`{}` is defined here", callee.name));
    }
    diagnostic.note(format!("the compiler sees {}", found.printed))
}

fn unmatched(graph: &CallGraph, found: &Unmatched) -> Diagnostic {
    let title = match found.within {
        Some(within) => format!(
            "`{}` names a function that the graph does not have",
            graph.node(within).name
        ),
        None => format!("the graph does not have the function `{}`", found.printed),
    };
    let help = "write out what a macro makes, and report this";
    let mut diagnostic = Diagnostic::new(Code::UnmatchedFunction, title, help);
    match (found.span, found.within) {
        (Some(span), _) => diagnostic = diagnostic.at(span, "seen here"),
        (None, Some(within)) => diagnostic = diagnostic.at(graph.node(within).span, "in here"),
        (None, None) => {}
    }
    diagnostic.note(format!("the compiler sees {}", found.printed))
}

fn why(why: Why) -> &'static str {
    match why {
        Why::Path => "path",
        Why::Method => "method",
        Why::Trait => "trait",
        Why::UnknownReceiver => "unknown receiver",
        Why::Indirect => "indirect",
        Why::Operator => "operator",
        Why::Drop => "drop",
        Why::Callback => "callback",
    }
}

fn percent(value: f64) -> String {
    // Never rounded up to all.
    format!("{:.2} %", (value * 10_000.0).floor() / 100.0)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of edges are far below 2^52"
)]
fn ratio(part: usize, all: usize) -> f64 {
    if all == 0 {
        1.0
    } else {
        part as f64 / all as f64
    }
}

fn table(
    subject: &Subject,
    verbose: bool,
    found: &Comparison,
    touched: Option<&fields::Touched>,
    taken: Option<&locks::Taken>,
) -> String {
    let graph = &subject.graph;
    let edges: usize = found.precision.values().map(|count| count.all).sum();
    let mut rows: Vec<(String, String)> = vec![
        (
            "functions in the graph".into(),
            graph.nodes.len().to_string(),
        ),
        (
            "  seen by the compiler".into(),
            found.functions.len().to_string(),
        ),
        (
            "edges that the compiler sees".into(),
            found.seen.to_string(),
        ),
        (
            "edges that other crates may add".into(),
            found.callbacks.to_string(),
        ),
        ("  of both, in the graph".into(), found.matched.to_string()),
        ("  missing".into(), found.missing.len().to_string()),
        (
            "  one of several is meant".into(),
            found.ambiguous.to_string(),
        ),
        ("not understood".into(), found.unmatched.len().to_string()),
        (
            "edges of the graph alone".into(),
            found.extra.len().to_string(),
        ),
        (
            "drops of any type, not compared".into(),
            found.open_drops.to_string(),
        ),
    ];
    if found.derived > 0 {
        rows.push((
            "functions of derives, not in the graph".into(),
            found.derived.to_string(),
        ));
    }
    rows.push(("recall".into(), percent(found.recall())));
    let precise = percent(ratio(edges - found.extra.len(), edges));
    rows.push(("precision".into(), precise));
    for (reason, count) in &found.precision {
        let part = percent(ratio(count.seen, count.all));
        rows.push((
            format!("  {}", why(*reason)),
            format!("{part} of {}", count.all),
        ));
    }
    // The graph of a split does not say why an edge is there.
    if subject.analysis.is_none() {
        let sources = verbose.then_some(&subject.sources);
        rows.extend(receivers::rows(&graph.unknown, sources));
    }
    if let Some(touched) = touched {
        let (seen, missing) = (touched.seen, touched.missing.len());
        rows.push((
            "fields of the state touched".into(),
            format!("{seen}, {missing} missing"),
        ));
        let (written, missing) = (touched.written, touched.unwritten.len());
        rows.push(("  written".into(), format!("{written}, {missing} missing")));
    }
    if let Some(taken) = taken {
        let (seen, missing) = (taken.seen, taken.missing.len());
        let (unknown, extra) = (taken.unknown, taken.extra);
        rows.push((
            "locks of the state taken".into(),
            format!("{seen}, {missing} missing; {unknown} of which it is not seen, {extra} of the analysis alone"),
        ));
    }
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    rows.iter()
        .map(|(name, value)| format!("{name:<width$}  {value}\n"))
        .collect()
}

fn data(subject: &Subject, found: &Comparison, findings: &[Diagnostic]) -> Value {
    let (graph, sources) = (&subject.graph, &subject.sources);
    let name = |id: NodeId| graph.node(id).name.as_str();
    let precision: BTreeMap<&str, Value> = found
        .precision
        .iter()
        .map(|(reason, count)| {
            (
                why(*reason),
                json!({ "edges": count.all, "seen": count.seen }),
            )
        })
        .collect();
    let missing: Vec<Value> = found
        .missing
        .iter()
        .map(|missing| {
            json!({
                "caller": name(missing.caller),
                "callees": missing.callees.iter().map(|id| name(*id)).collect::<Vec<_>>(),
                "seen": missing.evidence == Evidence::Seen,
                "printed": missing.printed,
            })
        })
        .collect();
    let extra: Vec<Value> = found
        .extra
        .iter()
        .map(|(caller, callee)| json!([name(*caller), name(*callee)]))
        .collect();
    let unmatched: Vec<&str> = found
        .unmatched
        .iter()
        .map(|found| found.printed.as_str())
        .collect();
    let mut data = json!({
        "graph": subject.name,
        "functions": graph.nodes.len(),
        "functions_seen": found.functions.len(),
        "bodies": found.bodies,
        "derived": found.derived,
        "edges_seen": found.seen,
        "callbacks": found.callbacks,
        "matched": found.matched,
        "ambiguous": found.ambiguous,
        "open_drops": found.open_drops,
        "missing": missing,
        "unmatched": unmatched,
        "extra": extra,
        "recall": found.recall(),
        "precision": precision,
        "diagnostics": diagnostics::json(findings, sources)["diagnostics"],
    });
    if subject.analysis.is_none() {
        data["unknown_receivers"] = receivers::data(&graph.unknown, sources);
    }
    data
}
