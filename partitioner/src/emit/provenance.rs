//! Where every byte of the source went: into the kernel half, into the user half, or nowhere.
//!
//! `provenance.jsonl` stands beside the crates. Its first line says which format it is; then, for each
//! source file, a line that names it, and a line for each of its parts, in order. A part is a place in one
//! of the emitted files, or, only where neither half has it, the text itself. The last line says how many files
//! there were. `merge` reads it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::edits::Kept;
use super::{Files, directory};
use crate::analysis::Analysis;
use crate::halves::Side;
use crate::load::ModuleId;
use crate::source::Sources;

/// The name of the file in the output directory.
pub(super) const FILE: &str = "provenance.jsonl";
/// The version of the format.
pub(super) const SCHEMA: u32 = 2;

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub(super) enum Line {
    /// The first line.
    Schema(u32),
    /// A source file begins.
    File {
        /// Its path, relative to the package.
        path: PathBuf,
        /// Its length.
        bytes: usize,
        /// A hash of its text.
        hash: String,
        /// A hash of the emitted file in the kernel half, if there is one.
        kernel: Option<String>,
        /// The same in the user half.
        user: Option<String>,
    },
    /// So many bytes are in the kernel half's file of this name, from there.
    Kernel(usize, usize),
    /// The same in the user half.
    User(usize, usize),
    /// Bytes that neither half has.
    Neither(String),
    /// The last line: so many files were before it.
    End(usize),
}

/// What each half keeps of one module.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) kernel: Vec<Kept>,
    pub(super) user: Vec<Kept>,
}

/// A hash of a text: it finds accidents, not attacks.
pub(super) fn hash(text: &str) -> String {
    format!("{:016x}", crate::plan::fnv(text.bytes()))
}

/// The text of the file.
pub(super) fn file(
    analysis: &Analysis,
    sources: &Sources,
    files: &Files,
    modules: &[Module],
) -> String {
    let mut lines = vec![Line::Schema(SCHEMA)];
    for (id, module) in analysis.driver.tree.iter() {
        let source = &sources.file(module.file).text;
        let emitted = |side| {
            let path = Path::new(directory(side)).join(&module.relative);
            files.get(&path).map(|text| hash(text))
        };
        lines.push(Line::File {
            path: module.relative.clone(),
            bytes: source.len(),
            hash: hash(source),
            kernel: emitted(Side::Kernel),
            user: emitted(Side::User),
        });
        parts(source, &modules[id.0], &mut lines);
    }
    lines.push(Line::End(analysis.driver.tree.iter().count()));
    let mut text = String::new();
    for line in lines {
        // Numbers and strings: writing them down cannot fail.
        text.push_str(&serde_json::to_string(&line).unwrap_or_default());
        text.push('\n');
    }
    text
}

/// Covers the source from its start: at each byte by the half that has the longest piece of it.
fn parts(source: &str, module: &Module, lines: &mut Vec<Line>) {
    let mut at = 0;
    let (mut kernel, mut user) = (module.kernel.as_slice(), module.user.as_slice());
    while at < source.len() {
        let in_kernel = piece(&mut kernel, at);
        let in_user = piece(&mut user, at);
        let starts = |list: &[Kept]| list.first().map_or(source.len(), |kept| kept.from.start);
        at = match (in_kernel, in_user) {
            (Some((place, length)), other) if other.is_none_or(|(_, user)| user <= length) => {
                lines.push(Line::Kernel(place, length));
                at + length
            }
            (_, Some((place, length))) => {
                lines.push(Line::User(place, length));
                at + length
            }
            _ => {
                let next = starts(kernel).min(starts(user));
                lines.push(Line::Neither(source[at..next].to_owned()));
                next
            }
        };
    }
}

/// Where a half has a byte, and how many from there. Pieces before it are dropped.
fn piece(list: &mut &[Kept], at: usize) -> Option<(usize, usize)> {
    while let [first, rest @ ..] = *list
        && first.from.end <= at
    {
        *list = rest;
    }
    let first = list.first().filter(|first| first.from.start <= at)?;
    let skipped = at - first.from.start;
    Some((first.at + skipped, first.from.len() - skipped))
}

/// Modules in the order of their numbers.
pub(super) fn empty(analysis: &Analysis) -> Vec<Module> {
    let modules = analysis.driver.tree.iter();
    modules.map(|(_, _)| Module::default()).collect()
}

impl Module {
    pub(super) fn set(modules: &mut [Module], id: ModuleId, side: Side, kept: Vec<Kept>) {
        let module = &mut modules[id.0];
        match side {
            Side::Kernel => module.kernel = kept,
            Side::User => module.user = kept,
        }
    }
}
