//! What placement has to know of each function, and nothing else.

use std::collections::BTreeMap;

use partitioner_syntax::{Context, Half};

use super::cost::{ASSUMED_MILLISECONDS, LONGEST, Recorded};
use super::problem::Kind;
use crate::crossing::{self, Crossing, Obstacle};
use crate::driver::{Driver, Function, FunctionId, Owner};
use crate::graph::{Graph, Hold, Touch};
use crate::profile::Profile;
use crate::source::{Sources, Span};
use crate::types::Types;

/// Why something cannot be called across.
#[derive(Clone, Debug)]
pub struct Bar {
    /// The reason: a fragment.
    pub why: String,
    /// What is to blame, in the signature.
    pub blamed: Span,
}

/// How the kernel calls a root.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// In atomic context.
    pub atomic: bool,
    /// It may be left to a worker.
    pub deferrable: bool,
    /// A worker calls it even in the kernel half, and nobody else does.
    pub by_worker: bool,
    /// It stays in the kernel.
    pub pinned: bool,
    /// How often the kernel itself calls it.
    pub count: u64,
}

/// A call of another function.
#[derive(Clone, Debug)]
pub struct Call {
    /// Where.
    pub span: Span,
    /// How often.
    pub count: u64,
    /// The guard that is held meanwhile, and where.
    pub held: Option<Hold>,
}

/// One function.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Lines from its `fn` to the end of its body.
    pub lines: u64,
    /// What its author wants.
    pub annotation: Option<(Half, Span)>,
    /// How the kernel calls it, if it does.
    pub root: Option<Entry>,
    /// A method of a trait of the state that has no roots.
    pub of_master: bool,
    /// The traits of the user half do not have it.
    pub kernel_method: bool,
    /// What it touches that only the kernel has.
    pub touches: Vec<Touch>,
    /// Whether it is copied to whoever calls it.
    pub shared: bool,
    /// Whether the kernel half remembers what it returns.
    pub remembered: bool,
    /// How it can be called from the kernel half.
    pub up: Result<Kind, Bar>,
    /// Whether it can be called from the user half.
    pub down: Result<(), Bar>,
    /// What it calls; not itself.
    pub calls: BTreeMap<FunctionId, Call>,
    /// Services that it asks for and that may sleep.
    pub sleeps: Vec<Touch>,
    /// Those that it asks for while it holds a guard.
    pub sleeps_holding: Vec<Hold>,
    /// How often it is called, from wherever.
    pub called: u64,
    /// How often it asks for what would be a downcall from the user half.
    pub services: u64,
}

/// A driver.
#[derive(Clone, Debug, Default)]
pub struct Outlines {
    /// Its functions.
    pub functions: Vec<Outline>,
    /// The time that is counted over, in milliseconds; not 0.
    pub milliseconds: u64,
    /// Whether counts were recorded; otherwise they are assumed.
    pub recorded: bool,
}

impl Outlines {
    /// The function.
    pub fn of(&self, id: FunctionId) -> &Outline {
        &self.functions[id.0]
    }

    /// Every function with its number.
    pub fn iter(&self) -> impl Iterator<Item = (FunctionId, &Outline)> {
        let functions = self.functions.iter().enumerate();
        functions.map(|(index, outline)| (FunctionId(index), outline))
    }

    /// Whether a call of a function is queued, where it is in the user half.
    pub fn is_deferrable(&self, id: FunctionId) -> bool {
        self.of(id).root.is_some_and(|root| root.deferrable)
    }
}

/// The outlines of a driver's functions.
pub(super) fn outlines(
    types: Types<'_>,
    graph: &Graph,
    sources: &Sources,
    profile: Option<&Profile>,
) -> Outlines {
    let recorded = Recorded {
        driver: types.driver,
        graph,
        profile,
    };
    let ids = types.driver.iter();
    Outlines {
        functions: ids
            .map(|(id, _)| outline(types, graph, sources, &recorded, id))
            .collect(),
        milliseconds: profile.map_or(ASSUMED_MILLISECONDS, |p| p.milliseconds.clamp(1, LONGEST)),
        recorded: profile.is_some(),
    }
}

fn outline(
    types: Types<'_>,
    graph: &Graph,
    sources: &Sources,
    recorded: &Recorded<'_>,
    id: FunctionId,
) -> Outline {
    let driver = types.driver;
    let (function, facts) = (driver.function(id), graph.facts(id));
    let file = driver.tree.module(function.module).file;
    let annotation = function.markers.path.as_ref();
    let up = crossing::upcall(&types, function);
    let down = crossing::downcall(&types, function);
    let is_helper = is_helper(driver, graph, id);
    let apart = can_be_copied(driver, graph, id) && up.is_err() && down.is_err();
    let call = |(callee, span): (&FunctionId, &Span)| {
        let call = Call {
            span: *span,
            count: recorded.edge(id, *callee),
            held: facts.held_calls.get(callee).cloned(),
        };
        (*callee, call)
    };
    Outline {
        lines: sources.text(function.code).lines().count() as u64,
        annotation: annotation.map(|path| (path.value, Span::from(file, path.span))),
        root: function.root.map(|root| Entry {
            atomic: root.context == Context::Atomic,
            deferrable: root.deferrable,
            by_worker: root.deferrable && types.api.defers && graph.callers(id).is_empty(),
            pinned: root.kernel,
            count: recorded.outside(id),
        }),
        of_master: function.root.is_none() && is_of_master(driver, function),
        kernel_method: function.kernel_only,
        touches: facts.kernel_only.iter().cloned().collect(),
        shared: is_helper || apart,
        // What looks behind locks is asked again when these change; nobody counted how often that is.
        remembered: graph.remembered[id.0]
            .as_ref()
            .is_some_and(|locks| locks.is_empty()),
        up: match up {
            Ok(Crossing::Deferred) => Ok(Kind::Deferred),
            Ok(_) => Ok(Kind::Upcall),
            Err(obstacle) => Err(bar(driver, function, obstacle)),
        },
        down: match down {
            Ok(_) => Ok(()),
            Err(obstacle) => Err(bar(driver, function, obstacle)),
        },
        calls: facts.calls.iter().map(call).collect(),
        sleeps: facts.sleeps.iter().cloned().collect(),
        sleeps_holding: facts.held_sleeps.iter().cloned().collect(),
        called: recorded.calls(id),
        services: recorded.services(id),
    }
}

fn bar(driver: &Driver, function: &Function, obstacle: Obstacle) -> Bar {
    let file = driver.tree.module(function.module).file;
    let blamed = match &obstacle.ty {
        Some(ty) => Span::of(file, ty),
        None => Span::of(file, &function.signature),
    };
    Bar {
        why: obstacle.reason,
        blamed,
    }
}

fn is_of_master(driver: &Driver, function: &Function) -> bool {
    driver.is_of_state(function) && matches!(function.owner, Owner::Trait { .. })
}

/// Whether a function works on nothing but its arguments.
pub(super) fn is_helper(driver: &Driver, graph: &Graph, id: FunctionId) -> bool {
    let function = driver.function(id);
    let has_state = driver.is_of_state(function) && function.has_receiver();
    can_be_copied(driver, graph, id) && !has_state
}

/// Whether the text of a function can be in both halves.
fn can_be_copied(driver: &Driver, graph: &Graph, id: FunctionId) -> bool {
    let function = driver.function(id);
    function.root.is_none()
        && function.markers.path.is_none()
        && !function.kernel_only
        && !is_of_master(driver, function)
        && graph.facts(id).kernel_only.is_empty()
}
