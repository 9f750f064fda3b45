//! How a graph compares, for people and for programs: counts, shares, and for which reasons edges are there.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Subject;
use crate::callgraph::{NodeId, Why};
use crate::command::receivers;
use crate::diagnostics::{self, Diagnostic};
use crate::oracle::compare::{Comparison, Evidence};
use crate::oracle::{fields, locks};

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

pub(super) fn table(
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

pub(super) fn data(subject: &Subject, found: &Comparison, findings: &[Diagnostic]) -> Value {
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
