//! Draws diagnostics for people, and writes them down for programs.

use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde_json::{Value, json};

use super::Diagnostic;
use crate::source::{FileId, Sources, Span};

/// The diagnostics as rustc would draw them.
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, styled: bool) -> String {
    let renderer = if styled {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&[draw(diagnostic, sources)]));
        text.push_str("\n\n");
    }
    text
}

fn draw<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = if diagnostic.code.is_warning() {
        Level::WARNING
    } else {
        Level::ERROR
    };
    let title = level
        .primary_title(&diagnostic.title)
        .id(diagnostic.code.id());
    let mut group = Group::with_title(title);
    for (file, marks) in by_file(diagnostic) {
        let source = sources.file(file);
        let annotations = marks
            .into_iter()
            .map(|(kind, span, label)| kind.span(span.range()).label(label));
        group = group.element(
            Snippet::source(&source.text)
                .path(&source.name)
                .annotations(annotations),
        );
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note));
    }
    group.element(Level::HELP.message(&diagnostic.help))
}

type Marks<'a> = Vec<(AnnotationKind, Span, &'a str)>;

/// A snippet for each file, the blamed one first.
fn by_file(diagnostic: &Diagnostic) -> Vec<(FileId, Marks<'_>)> {
    let mut order: Vec<FileId> = Vec::new();
    let mut files: BTreeMap<FileId, Marks<'_>> = BTreeMap::new();
    let primary = diagnostic
        .primary
        .iter()
        .map(|mark| (AnnotationKind::Primary, mark));
    let context = diagnostic
        .context
        .iter()
        .map(|mark| (AnnotationKind::Context, mark));
    for (kind, (span, label)) in primary.chain(context) {
        if !order.contains(&span.file) {
            order.push(span.file);
        }
        files
            .entry(span.file)
            .or_default()
            .push((kind, *span, label));
    }
    order
        .into_iter()
        .filter_map(|file| Some((file, files.remove(&file)?)))
        .collect()
}

/// The diagnostics as data: `{"schema": 1, "diagnostics": [...]}`.
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    let place = |span: &Span, label: &str| {
        json!({
            "file": sources.file(span.file).name,
            "line": sources.line(span.file, span.start),
            "start": span.start,
            "end": span.end,
            "label": label,
        })
    };
    let list: Vec<Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            json!({
                "id": diagnostic.code.id(),
                "title": diagnostic.title,
                "primary": diagnostic.primary.as_ref().map(|(span, label)| place(span, label)),
                "context": diagnostic.context.iter()
                    .map(|(span, label)| place(span, label)).collect::<Vec<_>>(),
                "notes": diagnostic.notes,
                "help": diagnostic.help,
            })
        })
        .collect();
    json!({ "schema": 1, "diagnostics": list })
}
