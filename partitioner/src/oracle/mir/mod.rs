//! What `rustc --emit=mir` prints, read back: the functions of a crate, what each calls and drops, and
//! which fields it touches.
//!
//! The text is meant for people and may change with the compiler. So nothing is guessed: `parse` keeps
//! what it understands, and whoever compares says which functions were not found again. `scan` finds
//! the ends of brackets, `ty` and `callee` read types and paths, `place` the places of values.

mod callee;
mod parse;
mod place;
mod scan;
mod ty;

use std::collections::BTreeSet;

pub use callee::Callee;
pub use parse::{Mistake, parse};
pub use ty::Ty;

/// A place in a file, as the compiler prints it: lines and columns from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The file: absolute, or relative to where the compiler ran.
    pub file: String,
    /// Line and column of the start.
    pub start: (usize, usize),
    /// Line and column of the end.
    pub end: (usize, usize),
}

impl Position {
    /// Reads `src/lib.rs:1:2: 3:4`.
    pub fn parse(text: &str) -> Option<Position> {
        let (first, end) = text.trim().rsplit_once(": ")?;
        let mut parts = first.rsplitn(3, ':');
        let column = parts.next()?.parse().ok()?;
        let line = parts.next()?.parse().ok()?;
        let file = parts.next()?.to_owned();
        let (end_line, end_column) = end.split_once(':')?;
        Some(Position {
            file,
            start: (line, column),
            end: (end_line.parse().ok()?, end_column.parse().ok()?),
        })
    }
}

/// What a body is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A function, or a closure.
    Function,
    /// A constant or a static, or a value that the compiler moved into one.
    Constant,
}

/// How a function is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseKind {
    /// It is called.
    Call,
    /// It is a value: its address is taken, or it is handed on.
    Value,
}

/// A function that a body names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// Its path, as printed.
    pub text: String,
    /// How it is used.
    pub kind: UseKind,
    /// Where.
    pub at: Option<Position>,
}

/// A value of a type, at a place: one that is dropped, or a function pointer that is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Typed {
    /// Its type, as printed; empty if the text does not say.
    pub ty: String,
    /// Where.
    pub at: Option<Position>,
}

/// A value that a call returns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Made {
    /// What is called, as printed.
    pub callee: String,
    /// The value's type, as printed.
    pub ty: String,
    /// The field that the first argument is, or refers to: the type that has it, and its number.
    pub of: Option<(String, usize)>,
}

/// A value that becomes a trait object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unsize {
    /// Its type before.
    pub from: String,
    /// Its type after.
    pub to: String,
    /// Where.
    pub at: Option<Position>,
}

/// A body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Its path: `a::<impl at src/a.rs:1:2: 3:4>::f::{closure#0}`.
    pub name: String,
    /// What it is of.
    pub kind: Kind,
    /// Where its result's type stands, which is inside of the function.
    pub at: Option<Position>,
    /// The types of its arguments, as printed.
    pub arguments: Vec<String>,
    /// The type of its result, as printed.
    pub result: String,
    /// The functions that it names.
    pub uses: BTreeSet<Use>,
    /// What it drops.
    pub drops: BTreeSet<Typed>,
    /// The function pointers that it calls.
    pub indirect: BTreeSet<Typed>,
    /// What it makes trait objects of.
    pub unsized_values: BTreeSet<Unsize>,
    /// The functions whose address it takes, each with the type of the pointer.
    pub pointers: BTreeSet<(String, String)>,
    /// The fields that it touches: the type, as printed, and the number of the field in it.
    pub fields: BTreeSet<(String, usize)>,
    /// Those of them that it writes, or borrows to write: itself, or through a guard of it.
    pub written: BTreeSet<(String, usize)>,
    /// The values that its calls of functions of other crates return, where these borrow something.
    pub made: BTreeSet<Made>,
    /// Whether it is the function that makes a value of a tuple struct or variant.
    pub is_constructor: bool,
}

impl Body {
    /// The names of its path.
    pub fn path(&self) -> Vec<&str> {
        scan::path(&self.name)
    }
}
