//! What the plan says of one function.

use std::collections::BTreeSet;

use super::{Entry, Parts, Place};
use crate::crossing::{self, Crossing};
use crate::driver::FunctionId;
use crate::halves::Halves;
use crate::place::Placement;
use crate::source::{Sources, Span};

pub(super) fn entry(
    parts: &Parts<'_>,
    halves: &Halves,
    sources: &Sources,
    id: FunctionId,
) -> Entry {
    let driver = parts.types.driver;
    let function = driver.function(id);
    let (kernel, user) = (
        halves.kernel.functions.contains(&id),
        halves.user.functions.contains(&id),
    );
    let placement = match (kernel, user) {
        (true, true) => Place::Both,
        (true, false) => Place::Kernel,
        (false, true) => Place::User,
        (false, false) => Place::Nowhere,
    };
    let position = |list: &[FunctionId]| list.iter().position(|other| *other == id);
    let (crossing, number) = match (position(&halves.upcalls), position(&halves.downcalls)) {
        (Some(number), _) => {
            let deferred =
                crossing::upcall(&parts.types, function).is_ok_and(|how| how == Crossing::Deferred);
            (
                Some(if deferred { "deferred" } else { "upcall" }),
                Some(number),
            )
        }
        (None, Some(number)) => (Some("downcall"), Some(number)),
        (None, None) => (None, None),
    };
    let start = Span {
        start: function.code.start,
        ..function.code
    };
    let text = sources.text(function.code);
    let facts = parts.graph.facts(id);
    let sorted = |list: &BTreeSet<String>| list.iter().cloned().collect();
    Entry {
        name: function.name.clone(),
        file: sources.file(function.span.file).name.clone(),
        line: sources.line(start.file, start.start),
        lines: text.lines().count(),
        context: if parts.placement.atomic.contains(&id) {
            "atomic"
        } else {
            "process"
        },
        placement,
        reason: reason(parts.placement, id, placement),
        root: function.root.is_some(),
        crossing,
        number,
        calls: parts
            .graph
            .callees(id)
            .map(|callee| driver.function(callee).name.clone())
            .collect(),
        reads: sorted(&facts.reads),
        writes: sorted(&facts.writes),
        locks: sorted(&facts.takes.keys().map(|lock| lock.name.clone()).collect()),
        services: facts.services.keys().cloned().collect(),
        registers: sorted(&facts.registers),
    }
}

fn reason(placement: &Placement, id: FunctionId, place: Place) -> String {
    if place == Place::Nowhere {
        return "nothing reaches it".to_owned();
    }
    if placement.helpers.contains(&id) {
        let needs = match place {
            Place::Kernel => "only the kernel half calls it",
            Place::User => "only the user half calls it",
            _ => "both halves call it",
        };
        return format!("works on its arguments alone, and {needs}");
    }
    if let Some(copied) = placement.copies.get(&id) {
        let kernel = placement.kernel.get(&id).map_or("", String::as_str);
        return format!("{kernel}; {copied}");
    }
    let reason = placement
        .kernel
        .get(&id)
        .or_else(|| placement.user.get(&id));
    reason.cloned().unwrap_or_default()
}
