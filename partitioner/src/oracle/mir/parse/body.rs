//! The lines of a body: its variables, what each does with places, and where the flow goes on.

use std::collections::{BTreeMap, BTreeSet};

use super::header::declare;
use crate::oracle::mir::place::{self, Locals};
use crate::oracle::mir::scan;
use crate::oracle::mir::ty::Ty;
use crate::oracle::mir::{Body, Callee, Made, Position, Typed, Unsize, Use, UseKind};

/// Reads one body.
pub(super) struct Reader {
    /// The line that it begins in.
    pub(super) number: usize,
    body: Body,
    locals: Locals,
    /// The field that a value is, or refers to; nothing, where it is one of several.
    origins: BTreeMap<usize, Option<place::Field>>,
    /// The same, and the field that a guard is of.
    behind: BTreeMap<usize, Option<place::Field>>,
    /// Where the operand stands of which the next lines tell.
    operand: Option<Position>,
}

impl Reader {
    /// Reads on after the header in the line of this number, where these variables are declared.
    pub(super) fn new(number: usize, body: Body, locals: Locals) -> Reader {
        Reader {
            number,
            body,
            locals,
            origins: BTreeMap::new(),
            behind: BTreeMap::new(),
            operand: None,
        }
    }

    pub(super) fn line(&mut self, line: &str) {
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
    pub(super) fn finish(mut self) -> Body {
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
