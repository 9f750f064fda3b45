//! Calls that go to every function that could be meant: how `verify` shows them.

use serde_json::{Map, Value, json};

use crate::callgraph::Unknown;
use crate::source::Sources;

/// Rows for people: how many there are, for each reason; with the first places of each, if they are wanted.
pub(super) fn rows(unknown: &Unknown, sources: Option<&Sources>) -> Vec<(String, String)> {
    let title = "calls of receivers of unknown type".to_owned();
    let mut rows = vec![(title, unknown.count().to_string())];
    for (reason, calls) in unknown.iter() {
        let mut text = calls.count.to_string();
        if let Some(sources) = sources {
            let places: Vec<String> = calls.first.iter().map(|at| sources.place(*at)).collect();
            let more = if calls.count > places.len() {
                ", …"
            } else {
                ""
            };
            text = format!("{text}: {}{more}", places.join(", "));
        }
        rows.push((format!("  {}", reason.name()), text));
    }
    rows
}

/// The same for programs, the first places always.
pub(super) fn data(unknown: &Unknown, sources: &Sources) -> Value {
    let reasons: Map<String, Value> = unknown
        .iter()
        .map(|(reason, calls)| {
            let first: Vec<Value> = calls
                .first
                .iter()
                .map(|at| {
                    let file = sources.file(at.file);
                    json!({ "file": file.name, "line": sources.line(at.file, at.start), "text": sources.text(*at) })
                })
                .collect();
            let data = json!({ "calls": calls.count, "first": first });
            (reason.name().to_owned(), data)
        })
        .collect();
    json!({ "calls": unknown.count(), "reasons": reasons })
}
