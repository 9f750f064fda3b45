//! Why the type of a receiver is not known, and how often that is so.

use std::collections::BTreeMap;

use super::ty::Ty;
use crate::source::Span;

/// Why a type is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A function of another crate returns it, and declarations of other crates are not read.
    ForeignResult,
    /// It is a type of another crate, which may dereference to anything.
    ForeignType,
    /// It stands in, or comes out of, a macro that is not expanded: of another crate, or not matched.
    Macro,
    /// It is the parameter of a closure, and what calls the closure does not say.
    Closure,
    /// It is what a type parameter or an associated type stands for, or a function of one returns.
    Parameter,
    /// A function value returns it.
    FunctionValue,
    /// The compiler infers it from what is done with it later.
    Inferred,
    /// Several functions may be meant, which return different things.
    Several,
    /// An expression that is not followed: `loop`, `async`, syntax that is not stable.
    Expression,
}

impl Reason {
    /// In a few words.
    pub fn name(self) -> &'static str {
        match self {
            Reason::ForeignResult => "result of a foreign function",
            Reason::ForeignType => "type of another crate",
            Reason::Macro => "macro that is not expanded",
            Reason::Closure => "closure parameter",
            Reason::Parameter => "type parameter",
            Reason::FunctionValue => "result of a function value",
            Reason::Inferred => "inferred from later use",
            Reason::Several => "several functions",
            Reason::Expression => "expression not followed",
        }
    }

    /// The type that is not known because of this.
    pub(super) fn ty(self) -> Ty {
        Ty::Unknown(Because(self))
    }
}

/// A reason as a part of a type. Types are the same, whatever the reason that they are not known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Because(pub(super) Reason);

impl PartialEq for Because {
    fn eq(&self, _: &Because) -> bool {
        true
    }
}

impl Eq for Because {}

/// How many examples are kept.
const EXAMPLES: usize = 3;

/// The calls of receivers whose type is not known for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// How many there are.
    pub count: usize,
    /// Where the first of them are.
    pub first: Vec<Span>,
}

/// Calls that go to every function that could be meant, by the reason for that.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unknown(BTreeMap<Reason, Calls>);

impl Unknown {
    pub(super) fn add(&mut self, reason: Reason, at: Span) {
        let calls = self.0.entry(reason).or_default();
        calls.count += 1;
        if calls.first.len() < EXAMPLES && !calls.first.contains(&at) {
            calls.first.push(at);
        }
    }

    pub(super) fn extend(&mut self, other: Unknown) {
        for (reason, more) in other.0 {
            let calls = self.0.entry(reason).or_default();
            calls.count += more.count;
            let rest = EXAMPLES.saturating_sub(calls.first.len());
            calls.first.extend(more.first.into_iter().take(rest));
        }
    }

    /// Those that there are.
    pub fn iter(&self) -> impl Iterator<Item = (Reason, &Calls)> {
        self.0.iter().map(|(reason, calls)| (*reason, calls))
    }

    /// How many there are of all reasons.
    pub fn count(&self) -> usize {
        self.0.values().map(|calls| calls.count).sum()
    }
}
