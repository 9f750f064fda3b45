//! The first line of a body: what it is, its arguments and its result.

use std::collections::BTreeSet;

use super::body::Reader;
use crate::oracle::mir::place::Locals;
use crate::oracle::mir::scan;
use crate::oracle::mir::{Body, Kind};

/// The first line of a body, and whether more lines follow.
pub(super) fn header(line: &str, number: usize) -> (Option<Reader>, bool) {
    let open = line.ends_with('{');
    let mut body = Body {
        name: String::new(),
        kind: Kind::Constant,
        at: None,
        arguments: Vec::new(),
        result: String::new(),
        uses: BTreeSet::new(),
        drops: BTreeSet::new(),
        indirect: BTreeSet::new(),
        unsized_values: BTreeSet::new(),
        pointers: BTreeSet::new(),
        fields: BTreeSet::new(),
        written: BTreeSet::new(),
        made: BTreeSet::new(),
        is_constructor: false,
    };
    let mut locals = Locals::new();
    if let Some(rest) = line.strip_prefix("fn ") {
        let at = scan::flat(rest).find(|(_, byte, depth)| *depth == 0 && *byte == b'(');
        let Some((at, ..)) = at else {
            return (None, open);
        };
        let Some(end) = scan::closing(rest, at) else {
            return (None, open);
        };
        body.kind = Kind::Function;
        body.name = rest.get(..at).unwrap_or("").to_owned();
        for argument in scan::split(rest.get(at + 1..end).unwrap_or(""), b',') {
            if let Some((local, ty)) = argument.split_once(": ") {
                body.arguments.push(ty.to_owned());
                declare(&mut locals, local, ty);
            }
        }
        let result = rest.get(end + 1..).unwrap_or("").trim();
        let result = result.strip_prefix("-> ").unwrap_or("");
        body.result = result.strip_suffix(" {").unwrap_or(result).to_owned();
    } else {
        let starts = ["const ", "static mut ", "static "];
        let Some(rest) = starts.iter().find_map(|start| line.strip_prefix(start)) else {
            return (None, open);
        };
        let Some((name, rest)) = scan::split_once(rest, ": ") else {
            return (None, open);
        };
        body.name = name.to_owned();
        body.result = scan::split_once(rest, " = ")
            .map_or(rest, |(ty, _)| ty)
            .to_owned();
    }
    (Some(Reader::new(number, body, locals)), open)
}

pub(super) fn declare(locals: &mut Locals, local: &str, ty: &str) {
    if let Some(number) = local
        .strip_prefix('_')
        .and_then(|digits| digits.parse().ok())
    {
        locals.insert(number, ty.to_owned());
    }
}
