//! Reads the text line by line; a body is not kept as text.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, Read as _};

use super::place::{self, Locals};
use super::scan;
use super::ty::Ty;
use super::{Body, Callee, Kind, Made, Position, Typed, Unsize, Use, UseKind};

/// No line is longer than this.
const LINE: u64 = 4 << 20;
/// No more text than this.
const ALL: u64 = 4 << 30;

/// Why the text cannot be read.
#[derive(Debug)]
pub enum Mistake {
    /// Reading failed.
    Io(io::Error),
    /// A line, or all of it, is longer than any compiler's.
    TooLong(usize),
    /// A body begins in this line and does not end.
    Unfinished(usize),
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Mistake::Io(error) => write!(f, "cannot read it: {error}"),
            Mistake::TooLong(line) => write!(f, "line {line} is too long"),
            Mistake::Unfinished(line) => write!(f, "the body in line {line} does not end"),
        }
    }
}

/// Reads everything that the compiler printed for a crate.
///
/// # Errors
/// What keeps it from being read to the end.
pub fn parse(text: impl BufRead) -> Result<Vec<Body>, Mistake> {
    let mut text = text.take(ALL);
    let mut bodies = Vec::new();
    let mut reader: Option<Reader> = None;
    let mut other = false;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = text.by_ref().take(LINE).read_until(b'\n', &mut line);
        let read = read.map_err(Mistake::Io)?;
        if read == 0 {
            break;
        }
        if read as u64 == LINE {
            return Err(Mistake::TooLong(number));
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line == "}" {
            other = false;
            bodies.extend(reader.take().map(Reader::finish));
        } else if let Some(reader) = &mut reader {
            reader.line(line);
        } else if !other && !line.is_empty() && !line.starts_with("//") {
            let (found, open) = header(line, number);
            match (found, open) {
                (Some(found), true) => reader = Some(found),
                (Some(found), false) => bodies.push(found.finish()),
                (None, open) => other = open,
            }
        }
    }
    if text.limit() == 0 {
        return Err(Mistake::TooLong(bodies.len()));
    }
    match reader {
        Some(reader) => Err(Mistake::Unfinished(reader.number)),
        None => Ok(bodies),
    }
}

struct Reader {
    number: usize,
    body: Body,
    locals: Locals,
    /// The field that a value is, or refers to; nothing, where it is one of several.
    origins: BTreeMap<usize, Option<place::Field>>,
    /// The same, and the field that a guard is of.
    behind: BTreeMap<usize, Option<place::Field>>,
    /// Where the operand stands of which the next lines tell.
    operand: Option<Position>,
}

/// The first line of a body, and whether more lines follow.
fn header(line: &str, number: usize) -> (Option<Reader>, bool) {
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
    let reader = Reader {
        number,
        body,
        locals,
        origins: BTreeMap::new(),
        behind: BTreeMap::new(),
        operand: None,
    };
    (Some(reader), open)
}

fn declare(locals: &mut Locals, local: &str, ty: &str) {
    if let Some(number) = local
        .strip_prefix('_')
        .and_then(|digits| digits.parse().ok())
    {
        locals.insert(number, ty.to_owned());
    }
}

impl Reader {
    fn line(&mut self, line: &str) {
        let line = line.trim_start();
        if let Some(comment) = line.strip_prefix("// + ") {
            self.operand_line(comment);
            return;
        }
        if line.starts_with("//") {
            return;
        }
        let (text, at) = comment(line);
        let Some(text) = text.trim_end().strip_suffix(';') else {
            return;
        };
        if let Some(declaration) = text.strip_prefix("let ") {
            let declaration = declaration.strip_prefix("mut ").unwrap_or(declaration);
            if let Some((local, ty)) = declaration.split_once(": ") {
                if local == "_0" {
                    self.body.at = at;
                }
                declare(&mut self.locals, local, ty);
            }
            return;
        }
        if ["debug ", "StorageLive(", "StorageDead(", "goto "]
            .iter()
            .any(|start| text.starts_with(start))
        {
            return;
        }
        place::fields(text, &self.locals, &mut self.body.fields);
        match terminator(text) {
            Some(action) => self.terminator(action, at),
            None => self.statement(text, at),
        }
    }

    /// What the compiler says of an operand: that it is a function.
    fn operand_line(&mut self, comment: &str) {
        if let Some(span) = comment.strip_prefix("span: ") {
            self.operand = Position::parse(span);
        } else if let Some(constant) = comment.strip_prefix("const_: Const { ty: ")
            && let Some((ty, _)) = constant.rsplit_once(", val: ")
            && let Ty::Function(_, Some(text)) = Ty::parse(ty)
        {
            let at = self.operand.take();
            self.body.uses.insert(Use {
                text,
                kind: UseKind::Value,
                at,
            });
        }
    }

    fn terminator(&mut self, action: &str, at: Option<Position>) {
        if let Some(place) = action
            .strip_prefix("drop(")
            .and_then(|rest| rest.strip_suffix(')'))
        {
            let ty = place::type_of(place, &self.locals).unwrap_or("").to_owned();
            self.body.drops.insert(Typed { ty, at });
            return;
        }
        let Some((result, value)) = scan::split_once(action, " = ") else {
            return;
        };
        place::written(result, "", &self.locals, &mut self.body.written);
        let Some(callee) = called(value) else { return };
        self.guarded(result, callee, value);
        if Callee::parse(callee).is_some() {
            self.made(result, callee, value);
            self.body.uses.insert(Use {
                text: callee.to_owned(),
                kind: UseKind::Call,
                at,
            });
        } else {
            let ty = place::type_of(callee, &self.locals)
                .unwrap_or("")
                .to_owned();
            self.body.indirect.insert(Typed { ty, at });
        }
    }

    /// A guard that a call returns, or the value behind one that it borrows to write.
    fn guarded(&mut self, result: &str, callee: &str, value: &str) {
        let arguments = value.get(callee.len() + 1..).unwrap_or("");
        let first = scan::split(arguments.strip_suffix(')').unwrap_or(arguments), b',');
        let of = first
            .first()
            .and_then(|first| place::origin(first, &self.locals, &self.behind));
        if callee.ends_with("ops::DerefMut>::deref_mut") {
            self.body.written.extend(of);
        } else if let Some(local) = place::local(result)
            && place::type_of(result, &self.locals).is_some_and(|ty| ty.contains("<'"))
        {
            keep(&mut self.behind, local, of);
        }
    }

    /// What a call returns, if that has a lifetime: it may hold something of its first argument.
    fn made(&mut self, result: &str, callee: &str, value: &str) {
        let Some(ty) = place::type_of(result, &self.locals) else {
            return;
        };
        if !ty.contains("<'") {
            return;
        }
        let arguments = value.get(callee.len() + 1..).unwrap_or("");
        let first = scan::split(arguments.strip_suffix(')').unwrap_or(arguments), b',');
        let of = first
            .first()
            .and_then(|first| place::origin(first, &self.locals, &self.origins));
        self.body.made.insert(Made {
            callee: callee.to_owned(),
            ty: ty.to_owned(),
            of,
        });
    }

    fn statement(&mut self, text: &str, at: Option<Position>) {
        let Some((place, value)) = scan::split_once(text, " = ") else {
            return;
        };
        if let Some(local) = place::local(place) {
            let found = place::origin(value, &self.locals, &self.origins);
            keep(&mut self.origins, local, found);
            let found = place::origin(value, &self.locals, &self.behind);
            keep(&mut self.behind, local, found);
        }
        place::written(place, value, &self.locals, &mut self.body.written);
        if place == "_0"
            && let Some(made) = called(value)
            && let (Some(Callee::Path(made, _)), Some(Callee::Path(own, _))) =
                (Callee::parse(made), Callee::parse(&self.body.name))
            && made.last() == own.last()
        {
            self.body.is_constructor = true;
        }
        let Some((operand, cast)) = scan::split_once(value, " as ") else {
            return;
        };
        let Some((ty, how)) = cast.rsplit_once(" (PointerCoercion(") else {
            return;
        };
        if how.starts_with("Unsize") {
            let from = place::type_of(operand, &self.locals)
                .unwrap_or("")
                .to_owned();
            self.body.unsized_values.insert(Unsize {
                from,
                to: ty.to_owned(),
                at,
            });
        } else if how.starts_with("ReifyFnPointer") {
            let pointer = (operand.to_owned(), ty.to_owned());
            self.body.pointers.insert(pointer);
        }
    }

    /// A function that is called is named by an operand, too.
    fn finish(mut self) -> Body {
        let called: BTreeSet<String> = self
            .body
            .uses
            .iter()
            .filter(|found| found.kind == UseKind::Call)
            .map(|found| found.text.clone())
            .collect();
        self.body
            .uses
            .retain(|found| found.kind == UseKind::Call || !called.contains(&found.text));
        self.body
    }
}

/// Remembers what a value is of; nothing, where it is of several.
fn keep(
    all: &mut BTreeMap<usize, Option<place::Field>>,
    local: usize,
    found: Option<place::Field>,
) {
    let known = all.entry(local).or_insert_with(|| found.clone());
    if *known != found {
        *known = None;
    }
}

/// A line without the comment that says where it stands, and that place.
fn comment(line: &str) -> (&str, Option<Position>) {
    for mark in [" // scope ", " // in scope ", " // return place in scope "] {
        if let Some((text, rest)) = line.rsplit_once(mark) {
            let at = rest.split_once(" at ").map(|(_, at)| at);
            return (text, at.and_then(Position::parse));
        }
    }
    (line, None)
}

/// What is done before the flow goes elsewhere: `_0 = f(_1)` of `_0 = f(_1) -> [return: bb1]`.
fn terminator(text: &str) -> Option<&str> {
    let mut found = None;
    for (at, byte, depth) in scan::flat(text) {
        if depth == 0 && byte == b'-' && text.get(at..at + 3) == Some("-> ") {
            found = Some(at);
        }
    }
    let at = found?;
    let targets = text.get(at + 3..)?;
    let block = |text: &str| {
        text.strip_prefix("bb")
            .is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_one = ["[return: ", "[return ", "unwind"]
        .iter()
        .any(|start| targets.starts_with(start));
    (is_one || block(targets)).then(|| text.get(..at).unwrap_or("").trim_end())
}

/// The text before the last brackets, if these end the text.
fn called(text: &str) -> Option<&str> {
    let text = text.trim();
    let open = scan::flat(text)
        .filter(|(_, byte, depth)| *depth == 0 && *byte == b'(')
        .last()
        .map(|(at, ..)| at)?;
    (scan::closing(text, open)? + 1 == text.len() && open > 0).then(|| text.get(..open))?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Printed by rustc 1.95, shortened.
    const TEXT: &str = r#"fn a::<impl at src/lib.rs:6:5: 6:20>::drop(_1: &mut a::T, _2: Box<a::T>) -> () {
    let mut _0: ();                      // return place in scope 0 at src/lib.rs:6:42: 6:42
    let mut _3: u32;                     // in scope 0 at src/lib.rs:6:59: 6:65

    bb0: {
        _3 = copy ((*_1).0: u32);        // scope 0 at src/lib.rs:6:59: 6:65
        _0 = on_drop(move _3) -> [return: bb1, unwind continue]; // scope 0 at src/lib.rs:6:44: 6:66
                                         // mir::ConstOperand
                                         // + span: src/lib.rs:6:44: 6:58
                                         // + const_: Const { ty: fn(u32) {on_drop}, val: Value(on_drop) }
    }

    bb1: {
        _4 = b::apply::<fn(u32) -> u32 {inc}>(inc, const "-> [return: (") -> [return: bb2, unwind continue]; // scope 0 at src/lib.rs:7:1: 7:9
                                         // mir::ConstOperand
                                         // + span: src/lib.rs:7:3: 7:6
                                         // + const_: Const { ty: fn(u32) -> u32 {inc}, val: Value(inc) }
        _5 = copy (_6.0: fn(u32))(const 1_u32) -> [return: bb3, unwind continue]; // scope 0 at src/lib.rs:8:1: 8:9
        drop(_2) -> [return: bb4, unwind continue]; // scope 0 at src/lib.rs:9:1: 9:2
    }
}

const N: u32 = const 3_u32;
"#;

    #[test]
    fn bodies_are_read() {
        let bodies = parse(TEXT.as_bytes()).unwrap();
        assert_eq!(bodies.len(), 2);
        let body = &bodies[0];
        assert_eq!(body.name, "a::<impl at src/lib.rs:6:5: 6:20>::drop");
        assert_eq!(body.at, Position::parse("src/lib.rs:6:42: 6:42"));
        let uses: Vec<_> = body
            .uses
            .iter()
            .map(|found| (found.text.as_str(), found.kind))
            .collect();
        assert_eq!(
            uses,
            [
                ("b::apply::<fn(u32) -> u32 {inc}>", UseKind::Call),
                ("inc", UseKind::Value),
                ("on_drop", UseKind::Call),
            ]
        );
        let places: Vec<_> = body
            .uses
            .iter()
            .filter_map(|found| found.at.as_ref())
            .map(|at| at.start)
            .collect();
        assert_eq!(places, [(7, 1), (7, 3), (6, 44)]);
        assert_eq!(
            body.drops.first().map(|found| found.ty.as_str()),
            Some("Box<a::T>")
        );
        assert_eq!(
            body.indirect.first().map(|found| found.ty.as_str()),
            Some("fn(u32)")
        );
        assert!(body.fields.contains(&("a::T".to_owned(), 0)));
        assert_eq!(
            (bodies[1].name.as_str(), bodies[1].kind),
            ("N", Kind::Constant)
        );
    }

    #[test]
    fn a_body_without_an_end_is_an_error() {
        let cut = TEXT.split_once("\n}\n").unwrap().0;
        assert!(matches!(parse(cut.as_bytes()), Err(Mistake::Unfinished(1))));
    }

    proptest! {
        #[test]
        fn damaged_text_never_panics(
            at in 0..TEXT.len(),
            length in 0_usize..40,
            put in proptest::collection::vec(any::<u8>(), 0..20),
        ) {
            let mut text = TEXT.as_bytes().to_vec();
            let end = (at + length).min(text.len());
            text.splice(at..end, put);
            if let Ok(bodies) = parse(text.as_slice()) {
                for found in bodies.iter().flat_map(|body| &body.uses) {
                    let _ = Callee::parse(&found.text);
                }
            }
        }
    }
}
