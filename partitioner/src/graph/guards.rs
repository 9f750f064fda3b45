//! Guards that are alive: which locks may be held at a point of a body.
//!
//! What is held is what may be held: after a branch, whatever is held at the end of one arm. A guard
//! bound to a name lives to the end of its block, shadowed or not, or until it is given away; one that is
//! not bound lives to the end of its statement. `flow` follows the branches, `calls` what is given away,
//! `values` says where a guard ends up.

use super::scope::Variable;
use crate::source::Span;

/// A lock, as far as it is known which.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lock {
    /// The field of the state; `Type.field` of another type; or the lock's type, where that is all.
    pub name: String,
    /// Whether two of this name are the same lock: there is one state, but there may be many of others.
    pub exact: bool,
    /// Whether nobody may sleep who holds it.
    pub atomic: bool,
}

/// The lock that a guard holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// This one.
    Lock(Lock),
    /// Whatever a function of the driver returns a guard of.
    Returned(crate::driver::FunctionId, bool),
}

/// Where a guard is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Home {
    /// In a variable of the scope of that depth.
    Bound(Variable, usize),
    /// In that scope, and nothing can be done about it.
    Scope(usize),
    /// A temporary of that level.
    Temporary(usize),
    /// On its way: the value of the expression at that place, and the variable that it was in.
    Value(Span, Option<(Variable, usize)>),
}

/// A guard that may be alive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Guard {
    /// Where it was made.
    pub(super) span: Span,
    /// Where it is now.
    pub(super) home: Home,
    /// Its type.
    pub(super) what: String,
    /// What it holds.
    pub(super) lock: Origin,
}

impl Guard {
    /// Whether it keeps the kernel from sleeping.
    pub(super) fn is_atomic(&self) -> bool {
        match &self.lock {
            Origin::Lock(lock) => lock.atomic,
            Origin::Returned(_, atomic) => *atomic,
        }
    }
}

/// What may be held at one point; nothing is, where nobody gets to.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    guards: Vec<Guard>,
    unreachable: bool,
}

impl Held {
    /// Of a point that is not reached.
    pub(super) fn nowhere() -> Held {
        Held {
            guards: Vec::new(),
            unreachable: true,
        }
    }

    /// The guards, in the order in which they were made.
    pub(super) fn guards(&self) -> &[Guard] {
        &self.guards
    }

    /// From here on nothing is reached.
    pub(super) fn leave(&mut self) {
        *self = Held::nowhere();
    }

    /// A guard comes to life.
    pub(super) fn add(&mut self, guard: Guard) {
        if !self.unreachable && !self.guards.contains(&guard) {
            self.guards.push(guard);
        }
    }

    /// What may be held where two ways meet.
    pub(super) fn join(&mut self, other: Held) {
        if other.unreachable {
            return;
        }
        if self.unreachable {
            *self = other;
            return;
        }
        for guard in other.guards {
            self.add(guard);
        }
    }

    /// Whether everything that is held in `other` is held here.
    pub(super) fn covers(&self, other: &Held) -> bool {
        other.unreachable
            || (!self.unreachable && other.guards.iter().all(|g| self.guards.contains(g)))
    }

    /// Without what lives in scopes deeper than `depth`, or is a temporary of a level above `level`.
    pub(super) fn within(mut self, depth: usize, level: usize) -> Held {
        self.retain(|guard| match guard.home {
            Home::Bound(_, at) | Home::Scope(at) => at <= depth,
            Home::Temporary(at) => at <= level,
            Home::Value(..) => true,
        });
        self
    }

    /// Forgets the others.
    pub(super) fn retain(&mut self, keep: impl FnMut(&Guard) -> bool) {
        self.guards.retain(keep);
    }

    /// Takes out those on their way that are values of these expressions.
    pub(super) fn take(&mut self, values: &[Span]) -> Vec<Guard> {
        let ours = |guard: &Guard| match &guard.home {
            Home::Value(span, _) => values.contains(span),
            _ => false,
        };
        let (taken, left) = self.guards.drain(..).partition(ours);
        self.guards = left;
        taken
    }

    /// A variable's guards are on their way, as the value of the expression at `span`.
    pub(super) fn send(&mut self, variable: Variable, span: Span) {
        for guard in &mut self.guards {
            if let Home::Bound(at, depth) = guard.home
                && at == variable
            {
                guard.home = Home::Value(span, Some((at, depth)));
            }
        }
    }
}
